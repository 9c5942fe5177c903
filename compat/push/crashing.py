"""`kill -9` between a write and its messages."""
import time
from concurrent.futures import ThreadPoolExecutor

from scenarios import Group, World, equal, wait_until

crashing = Group("crashing", lambda options, authority: World(options, authority, "crashing"))
FAN_OUT = 1000
# As many as one person may have on one resource.
PER_RESOURCE = 60


@crashing("T77", "what was acknowledged is told after a kill before the message")
def _(world):
    calendar = world.calendar()
    device = world.device(world.alice, calendar)
    for round_number in range(5):
        world.change(calendar)
        time.sleep(round_number * 0.03)
        world.server.kill()
        world.server.start()
        world.service.wait(device.subscription.token, device.seen + 1)
        world.settle()
        equal(device.unseen()[-1].message().content, world.alice.token(calendar))


@crashing("T78", "a kill in the middle of a thousand messages leaves nobody out, and few are told twice")
def _(world):
    alice = world.alice
    folders, path = [], world.folder()
    while len(folders) * PER_RESOURCE < FAN_OUT:
        folders.append(path)
        path = alice.make_folder(path + "f/")

    def register(number):
        return world.device(alice, folders[number // PER_RESOURCE], content="infinity")

    # Others of the scenarios above may be registered too.
    count = FAN_OUT - 20
    with ThreadPoolExecutor(8) as pool:
        devices = list(pool.map(register, range(count)))
    tokens = {device.subscription.token for device in devices}
    before = len(world.service.requests)
    alice.put(path + "file", "x")
    reached = lambda: {request.token for request in world.service.requests[before:]} & tokens
    wait_until(lambda: len(reached()) >= count // 4, 60)
    world.server.kill()
    told = len(reached())
    world.server.start()
    assert told < count, "the kill came too late"
    wait_until(lambda: reached() == tokens, 120)
    world.settle()
    again = len(world.service.requests[before:]) - count
    print(f"  killed when {told} of {count} were told; {again} were told twice")
    assert again < count // 4, f"{again} of {count} were told twice"
    for device in (devices[0], devices[-1]):
        equal(device.unseen()[-1].message().content, alice.token(device.path))

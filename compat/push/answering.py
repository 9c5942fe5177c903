"""What push services answer, and what they do instead of answering."""
import time
from email.utils import formatdate

from pushservice import Answer, Authority
from scenarios import Group, World, equal, wait_until

answering = Group("answering", lambda options, authority: World(options, authority, "answering"))


def beside(world, *answers, then=None, **options):
    """A device on a service of its own, so that what the service does meets nobody else."""
    service = world.new_service(**options)
    device = world.device(world.alice, world.calendar(), service=service)
    service.script(device.subscription.token, *answers, then=then)
    return service, device


@answering("T65", "every 2xx is success")
def _(world):
    for status in (200, 201, 202, 204):
        _, device = beside(world, Answer(status))
        world.change(device.path)
        device.told_of_content()


@answering("T66", "a subscription that is gone is forgotten, wherever it was registered")
def _(world):
    for status in (410, 404):
        service, device = beside(world, then=Answer(status))
        other = world.device(world.alice, world.calendar(), service=service, subscription=device.subscription)
        world.change(device.path)
        device.next()
        world.quiet(device)
        for registered in (device, other):
            world.change(registered.path)
        world.quiet(device)
        for registered in (device, other):
            equal(world.alice.unregister(registered.location), 404)


@answering("T67", "a service that asks for a pause gets one, and then one message for all that happened")
def _(world):
    for spell in (lambda: "3", lambda: formatdate(time.time() + 4, usegmt=True)):
        service, device = beside(world)
        neighbour = world.device(world.alice, device.path, service=service)
        service.script(device.subscription.token, Answer(429, {"Retry-After": spell()}))
        world.change(device.path)
        first = device.next()
        world.settle()
        neighbour.unseen()
        for _ in range(3):
            world.change(device.path)
        again = device.next()
        assert again.time - first.time >= 2.9, f"{again.time - first.time:.2f} s after the answer"
        assert min(r.time for r in neighbour.requests()[-1:]) - first.time >= 2.9 or len(neighbour.requests()) < 2
        equal(again.message().content, world.alice.token(device.path))
        world.quiet(device)


@answering("T68", "a service that is out of order is tried again, later each time, and told once")
def _(world):
    service, device = beside(world, Answer(503), Answer(502))
    world.change(device.path)
    first, second = device.next(), device.next(15)
    world.change(device.path)
    third = device.next(60)
    assert second.time - first.time >= 0.9, "it was tried again at once"
    assert third.time - second.time >= 0.9, "it was tried again at once"
    equal(third.message().content, world.alice.token(device.path))
    world.quiet(device)


@answering("T70", "a redirect is not followed")
def _(world):
    other = world.new_service()
    target = other.subscribe()
    for status in (301, 302, 303, 307, 308):
        _, device = beside(world, Answer(status, {"Location": target.url}))
        world.change(device.path)
        device.next()
        world.quiet(device)
    equal(other.requests, [])
    equal(other.connections, 0)


@answering("T71", "a service that hangs delays neither a healthy one nor a write")
def _(world):
    calendar = world.calendar()
    hanging = world.new_service()
    healthy = world.device(world.alice, calendar)

    def times(count=5):
        """The longest write, and the longest way from there to the healthy service."""
        written, arrived = [], []
        for _ in range(count):
            begin = time.monotonic()
            world.change(calendar)
            written.append(time.monotonic() - begin)
            arrived.append(healthy.next().time - begin)
            world.settle()
            healthy.unseen()
        return max(written), max(arrived)

    alone = times()
    stuck = [world.device(world.alice, calendar, service=hanging) for _ in range(5)]
    for device in stuck:
        hanging.script(device.subscription.token, then=Answer(fault="hang"))
    world.change(calendar)
    hanging.wait(None, 5)
    world.settle()
    healthy.unseen()
    beside = times()
    # A message that waited for the others would wait for fifteen seconds.
    assert all(slow < 1 + 2 * fast for fast, slow in zip(alone, beside)), (alone, beside)


@answering("T72", "of a long answer little is read, and of a slow one not for long")
def _(world):
    for versions in (("h2", "http/1.1"), ("http/1.1",)):
        service, device = beside(world, Answer(201, size=100_000_000), versions=versions)
        world.change(device.path)
        request = device.next()
        wait_until(lambda: request.was_cut, 30)
        assert request.sent < 10_000_000, f"{request.sent} octets were sent"
        service, device = beside(world, Answer(201, size=1000, drip=0.5), versions=versions)
        world.change(device.path)
        begin = time.monotonic()
        request = device.next()
        wait_until(lambda: request.was_cut, 40)
        assert time.monotonic() - begin < 30


@answering("T73", "connections that end in every wrong way lose nothing")
def _(world):
    for fault, versions in (("close", ("http/1.1",)), ("middle", ("http/1.1",)), ("goaway", ("h2",)), ("reset", ("h2",)), ("close", ("h2",))):
        service, device = beside(world, Answer(fault=fault), versions=versions)
        world.change(device.path)
        first = device.next()
        equal(first.version, "2" if versions == ("h2",) else "1.1")
        equal(device.next(60).message().content, world.alice.token(device.path))
        world.quiet(device)


@answering("T73", "a service that restarts, or was down, is told once it is back")
def _(world):
    service, device = beside(world)
    world.change(device.path)
    device.told_of_content()
    service.hang_up()
    world.change(device.path)
    device.told_of_content()
    service.shut()
    world.change(device.path)
    time.sleep(1)
    service.listen()
    device.next(60)
    world.quiet(device)


@answering("T73", "a service whose certificate nobody vouches for is sent nothing")
def _(world):
    service, device = beside(world, authority=Authority(world.authority.folder + "-stranger"))
    world.change(device.path)
    world.settle()
    equal(service.requests, [])
    assert "certificate" in world.server.command("push", "list", "--user", "alice"), "nobody learns why the device is silent"


@answering("T65", "a service that lies about a refusal is believed, and nothing breaks")
def _(world):
    # It says 201 to what it did not read.
    service, device = beside(world, Answer(201, lies=True), Answer(201, {"TTL": "x" * 5000, "Location": "\x7f"}, lies=True))
    for _ in range(2):
        world.change(device.path)
        device.next()
        world.settle()
    world.change(device.path)
    device.next()
    world.quiet(device)

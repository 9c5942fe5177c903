"""How often a registration is told, with the settings that the server has of itself."""
import time

from scenarios import Group, World, equal


class Untouched(World):
    debounce, interval = 0.7, 10

    def settings(self, options, authority):
        values = super().settings(options, authority)
        del values["push.delay"], values["push.interval"]
        return values


pacing = Group("pacing", lambda options, authority: Untouched(options, authority, "pacing"))


@pacing("T53", "a hundred writes in five seconds are two messages at most, and the last has the final token")
def _(world):
    calendar = world.calendar()
    devices = [world.device(world.alice, calendar) for _ in range(3)]
    begin = time.monotonic()
    for number in range(100):
        world.change(calendar)
        time.sleep(max(0, begin + (number + 1) * 0.05 - time.monotonic()))
    # It takes longer where the machine cannot do it faster.
    most = 2 + int((time.monotonic() - begin) / world.interval)
    world.settle()
    for device in devices:
        requests = device.unseen()
        assert 1 <= len(requests) <= most, f"{len(requests)} messages"
        equal(requests[-1].message().content, world.alice.token(calendar))


@pacing("T54", "steady changes are told at the pace of the interval, and the last one is not left out")
def _(world):
    calendar = world.calendar()
    device = world.device(world.alice, calendar)
    begin = time.monotonic()
    while time.monotonic() - begin < 24:
        world.change(calendar)
        time.sleep(2)
    world.settle()
    requests = device.unseen()
    times = [request.time for request in requests]
    assert all(later - earlier >= 9.5 for earlier, later in zip(times, times[1:])), times
    assert len(requests) >= 2, times
    equal(requests[-1].message().content, world.alice.token(calendar))

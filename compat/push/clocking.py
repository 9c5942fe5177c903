"""What takes days: expiry, old keys, long pauses. The server's clock is moved by libfaketime."""
import time

import vapid
from martlet import FAKETIME
from pushservice import Answer, Authority
from scenarios import Group, Skipped, World, equal, wait_until

HOUR, DAY = 3600, 86400


def _world(name):
    def make(options, authority):
        if not FAKETIME:
            raise Skipped("faketime is not installed")
        return World(options, authority, name, has_clock=True)

    return make


clocking = Group("clocking", _world("clocking"))


@clocking("T28 T79", "a registration that expired is told nothing, and is no more")
def _(world):
    calendar, alice = world.calendar(), world.alice
    device = world.device(alice, calendar, lifetime=DAY)
    lasting = world.device(alice, calendar, lifetime=3 * DAY)
    world.advance(DAY + 60)
    world.change(calendar)
    lasting.told_of_content()
    world.quiet(device)
    equal(alice.unregister(device.location), 404)
    again = alice.register(calendar, device.subscription)
    assert again.location != device.location
    world.change(calendar)
    device.told_of_content()


@clocking("T34", "a token that is about to expire is renewed, and none lives for more than a day")
def _(world):
    calendar = world.calendar()
    device = world.device(world.alice, calendar)
    tokens = []
    for _ in range(8):
        world.change(calendar)
        tokens.append(device.next().header("authorization"))
        world.settle()
        world.advance(4 * HOUR)
    assert 2 <= len(set(tokens)) <= 6, f"{len(set(tokens))} tokens in a day and a third"


@clocking("T68", "a service that is down for hours is tried less and less, and then told once of everything")
def _(world):
    calendar, service = world.calendar(), world.new_service()
    device = world.device(world.alice, calendar, service=service)
    service.script(device.subscription.token, then=Answer(503))
    world.change(calendar)
    device.next()
    for _ in range(6):
        world.advance(HOUR + 60)
        world.change(calendar)
        world.settle()
    tries = len(device.requests())
    assert 3 <= tries <= 12, f"{tries} tries in six hours"
    device.unseen()
    service.script(device.subscription.token)
    world.advance(2 * HOUR)
    world.change(calendar)
    world.settle()
    equal(device.unseen()[-1].message().content, world.alice.token(calendar))
    world.quiet(device)


@clocking("T73", "a service whose certificate is bad for an hour loses nothing")
def _(world):
    calendar = world.calendar()
    stranger = world.new_service(authority=Authority(world.authority.folder + "-other"))
    device = world.device(world.alice, calendar, service=stranger)
    world.change(calendar)
    world.settle()
    equal(stranger.requests, [])
    stranger.shut()
    stranger.trust(world.authority)
    stranger.listen()
    for _ in range(3):
        world.advance(HOUR + 60)
        world.change(world.folder())
        world.settle()
    assert device.unseen(), "it was never tried again"


@clocking("T34", "a clock that was wrong and is set right delays nothing")
def _(world):
    calendar = world.calendar()
    device = world.device(world.alice, calendar, lifetime=14 * DAY)

    def is_told():
        """A token that was signed before may be refused once."""
        found = [request for request in device.requests() if request.status == 201]
        return bool(found) and found[-1].message().content == world.alice.token(calendar)

    for jump in (2 * DAY, -2 * DAY, -HOUR, HOUR):
        world.advance(jump)
        world.change(calendar)
        wait_until(is_told, 60)


@clocking("T69", "a subscription made with the old key is sent to with the old key")
def _(world):
    alice, calendar = world.alice, world.calendar()
    old = alice.key(calendar)
    device = world.device(alice, calendar, subscription=world.service.subscribe(sender=old))
    rotate(world)
    assert alice.key(calendar) != old, "the key did not change"
    device.unseen()
    world.change(calendar)
    world.settle()
    requests = device.unseen()
    equal(requests[-1].status, 201)
    equal(vapid.parts(requests[-1].header("authorization"))[1], old)
    equal(requests[-1].message().content, alice.token(calendar))
    assert len(requests) <= 2, requests
    world.change(calendar)
    world.settle()
    equal([request.status for request in device.unseen()], [201])


@clocking("T82", "before a new key is used each subscription hears of it once, in a message signed with the old one")
def _(world):
    alice, calendars = world.alice, [world.calendar() for _ in range(2)]
    old = alice.key(calendars[0])
    devices = [world.device(alice, calendars[0]) for _ in range(10)]
    # A second registration of one of them makes no second message.
    alice.register(calendars[1], devices[0].subscription)
    rotate(world)
    new = alice.key(calendars[0])
    assert new != old
    for device in devices:
        requests = device.unseen()
        equal(len(requests), 1)
        equal(vapid.parts(requests[0].header("authorization"))[1], old)
        message = requests[0].message()
        equal((message.topic, message.content, message.properties), (None, None, ["{https://bitfire.at/webdav-push}transports"]))
    world.change(calendars[0])
    world.settle()
    for device in devices:
        request = device.unseen()[-1]
        equal((request.status, request.message().topic), (201, device.topic))


def rotate(world):
    """Changes the key while the server runs, and lets the time pass over which the messages about it are spread."""
    world.server.command("push", "rotate-key")
    for _ in range(4):
        # It looks every five seconds.
        time.sleep(7)
        world.advance(20 * 60 + 1)
    time.sleep(7)
    world.settle()

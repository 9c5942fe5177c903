"""Registrations: whose they are, what becomes of them, where they may lead."""
import re
import sqlite3
import subprocess

from martlet import register_body
from pushservice import Keys
from scenarios import Group, World, equal, wait_until

registering = Group("registering", lambda options, authority: World(options, authority, "registering"))


@registering("T24", "registering again keeps the URL, moves the expiry, and doubles nothing")
def _(world):
    calendar, alice = world.calendar(), world.alice
    device = world.device(alice, calendar, lifetime=2 * 86400)
    again = alice.register(calendar, device.subscription)
    equal(again.location, device.location)
    assert again.expires > device.registration.expires + 80000, (again, device.registration)
    world.change(calendar)
    device.told_of_content()


@registering("T25", "after new keys only the new keys open a message")
def _(world):
    calendar, alice = world.calendar(), world.alice
    device = world.device(alice, calendar)
    old, device.subscription.keys = device.subscription.keys, Keys()
    equal(alice.register(calendar, device.subscription).location, device.location)
    world.change(calendar)
    request = device.next()
    equal(request.message().topic, device.topic)
    try:
        request.plaintext(old)
    except Exception:
        return
    raise AssertionError("the old keys open it")


@registering("T26", "one push resource on five calendars is five registrations with one set of keys")
def _(world):
    alice = world.alice
    calendars = [world.calendar() for _ in range(5)]
    subscription = world.service.subscribe()
    locations = {alice.register(calendar, subscription).location for calendar in calendars}
    equal(len(locations), 5)
    subscription.keys = Keys()
    alice.register(calendars[0], subscription)
    for calendar in calendars:
        world.change(calendar)
    requests = world.service.wait(subscription.token, 5)
    world.settle()
    requests = world.service.sent_to(subscription.token)
    equal({request.message().topic for request in requests}, {alice.topic(calendar) for calendar in calendars})
    equal(len(requests), 5)
    equal(len({request.header("topic") for request in requests}), 5)


@registering("T27", "the same push resource registered by two people is two registrations, each its owner's")
def _(world):
    calendar, alice, bob = world.calendar(), world.alice, world.bob
    alice.grant(calendar, ("bob", "read"))
    device = world.device(alice, calendar)
    theirs = bob.register(calendar, device.subscription)
    assert theirs.location != device.location
    equal(bob.unregister(device.location), 404)
    equal(alice.unregister(theirs.location), 404)
    equal(bob.unregister(theirs.location), 204)
    world.change(calendar)
    device.told_of_content()


@registering("T28", "a registration is removed by its owner, once")
def _(world):
    calendar, alice = world.calendar(), world.alice
    device = world.device(alice, calendar)
    anonymous = type(alice)(world.server, "alice")
    anonymous.authorization = None
    equal(anonymous.unregister(device.location), 401)
    equal(world.bob.unregister(device.location), 404)
    equal(alice.unregister(device.location), 204)
    equal(alice.unregister(device.location), 404)
    world.change(calendar)
    world.quiet(device)


@registering("T29", "a registration URL tells nothing")
def _(world):
    device = world.device(world.alice, world.calendar())
    for method in ("GET", "HEAD", "PROPFIND", "PUT", "POST", "PROPPATCH", "COPY", "MOVE"):
        for client in (world.alice, world.bob):
            answer = client.request(method, device.location)
            assert answer.status in (403, 404, 405, 415), f"{method} answered {answer.status}"
            for secret in (device.subscription.token, device.subscription.p256dh, device.subscription.auth):
                assert secret.encode() not in answer.body + str(answer.headers).encode(), f"{method} tells a secret"


@registering("T9 T16 T21", "what cannot be a registration is refused at once and in the draft's words")
def _(world):
    calendar, alice = world.calendar(), world.alice
    good = world.service.subscribe()

    def refused(body, status, condition=None):
        answer = alice.post(calendar, body)
        equal(answer.status, status)
        if condition:
            equal(answer.condition(), condition)

    whole = register_body(good)
    refused("", 400)
    refused(register_body(good)[:-20], 400)
    answer = alice.post(calendar, '<!DOCTYPE a [<!ENTITY b "c">]>' + whole.partition("?>")[2])
    assert answer.status in (400, 403), answer
    refused(whole.replace(good.p256dh, good.p256dh[:-4]), 403, "invalid-subscription")
    refused(whole.replace(good.auth, good.auth[:-4]), 403, "invalid-subscription")
    refused(whole.replace("aes128gcm", "aesgcm"), 403, "invalid-subscription")
    refused(whole.replace(good.url, ""), 403, "invalid-subscription")
    refused(register_body(good, triggers="<n0:trigger/>"), 403, "no-supported-trigger")
    equal(alice.post(calendar, register_body(good, encoding="")).status, 204)


@registering("T84", "a restart keeps the key, topics and registrations")
def _(world):
    alice, calendar = world.alice, world.calendar()
    device, key = world.device(alice, calendar), alice.key(calendar)
    world.server.restart()
    equal(alice.key(calendar), key)
    equal(alice.topic(calendar), device.topic)
    equal(alice.register(calendar, device.subscription).location, device.location)
    world.change(calendar)
    device.told_of_content()


@registering("T83", "servers that start at the same time without a key agree on one")
def _(world):
    server = world.server
    server.stop()
    with sqlite3.connect(server.store) as database:
        database.execute("DELETE FROM secret WHERE purpose = 'vapid'")
    database.close()
    command = [server.binary, "serve", "--data", server.data, "--listen", "127.0.0.1:0", "--set", "push.contact=admin@example.edu"]
    both = [subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    # One finds the folder in use and ends.
    wait_until(lambda: any(process.poll() is not None for process in both), 60)
    for process in both:
        process.terminate()
        process.wait(60)
    with sqlite3.connect(server.store) as database:
        equal(database.execute("SELECT COUNT(*) FROM secret WHERE purpose = 'vapid'").fetchone(), (1,))
    database.close()
    server.start()
    equal(len({world.alice.key(world.alice.calendars), world.bob.key(world.bob.calendars)}), 1)


# A server that others reach: its own machine is as foreign to it as any.
guarded = Group("guarded", lambda options, authority: World(
    options, authority, "guarded", **{"base-url": "https://dav.example", "push.allow": "https://127.0.0.1:1"}))


@guarded("T74", "a push resource that leads inside, or is no plain https URL, is refused")
def _(world):
    alice, calendar = world.alice, world.calendar()
    subscription = world.service.subscribe()
    for url in (
            "http://127.0.0.1:9443/p/x", "ftp://push.example/x", "https://user:word@127.0.0.1:9443/p/x", "https://10.0.0.1/p/x",
            "https://[::1]:9443/p/x", "https://[::ffff:10.0.0.1]/p/x", "https://100.64.1.1/p/x", "https://169.254.169.254/latest",
            "https://2130706433/p/x", "https://0x7f.1/p/x", "https://0177.1/p/x", "https://localhost.:9443/p/x",
            "https://192.168.1.1/p/x", "https://[fd00::1]/p/x", "https://[64:ff9b::a00:1]/p/x", "https://0.0.0.0/p/x",
            "https://dav.example/p/x", "https://127.0.0.1:9443/p/x", "/p/relative", "x" * 3000):
        subscription.url = url
        answer = alice.post(calendar, register_body(subscription))
        assert answer.status == 403 and answer.condition() == "invalid-subscription", f"{url} was answered {answer.status}"


@guarded("T74 T76", "only the service on the list may be inside; others are refused")
def _(world):
    alice, calendar = world.alice, world.calendar()
    world.server.restart(**{"push.allow": world.service.origin})
    device = world.device(alice, calendar)
    other = world.new_service().subscribe()
    answer = alice.post(calendar, register_body(other))
    equal((answer.status, answer.condition()), (403, "invalid-subscription"))
    world.change(calendar)
    device.told_of_content()
    # What was allowed when it was registered need not be when a message is due.
    world.server.restart(**{"push.allow": "https://127.0.0.1:1"})
    world.change(calendar)
    wait_until(lambda: device.location.rpartition("/")[2] not in world.server.command("push", "list"), 30)
    world.server.restart(**{"push.allow": world.service.origin})
    world.change(calendar)
    world.quiet(device)
    equal(alice.unregister(device.location), 404)


@guarded("T80", "whoever has as many registrations as one may have keeps those, and gets no more")
def _(world):
    alice = world.alice
    world.server.command("push", "drop", "--user", "alice")
    world.forget_canary()
    world.server.restart(**{"push.allow": world.service.origin, "push.registrations": "3"})
    calendars = [world.calendar() for _ in range(4)]
    devices = [world.device(alice, calendar) for calendar in calendars[:2]]
    world.settle()
    answer = alice.post(calendars[2], register_body(world.service.subscribe()))
    equal((answer.status, answer.condition()), (507, "quota-not-exceeded"))
    equal(alice.register(calendars[0], devices[0].subscription).location, devices[0].location)
    for device in devices:
        world.change(device.path)
        device.told_of_content()
    equal(world.bob.post(world.bob.calendars, register_body(world.service.subscribe())).status, 204)
    world.server.restart(**{"push.registrations": "1000"})


@guarded("T88", "a page of a web site that is let in may say whom not to notify, and read where it is registered")
def _(world):
    world.server.restart(**{"cors.origins": "https://app.example"})
    page = [("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT"),
            ("Access-Control-Request-Headers", "authorization, push-dont-notify")]
    anonymous = type(world.alice)(world.server, "alice")
    anonymous.authorization = None
    allowed = anonymous.request("OPTIONS", world.alice.calendars, headers=page).headers
    assert "push-dont-notify" in allowed["access-control-allow-headers"].lower(), allowed
    exposed = world.alice.request("PROPFIND", world.alice.calendars, headers=[*page[:1], ("Depth", "0")]).headers
    names = exposed["access-control-expose-headers"].lower()
    assert "location" in names and "expires" in names, exposed


@guarded("T85", "the command shows who is registered without telling secrets, tries a registration, and drops it")
def _(world):
    alice, calendar = world.alice, world.calendar()
    device = world.device(alice, calendar)
    identifier = device.location.rpartition("/")[2]
    line = world.server.command("push", "list", "--user", "alice")
    assert identifier in line and calendar.rstrip("/") in line and world.service.origin in line, line
    assert device.subscription.token not in line and device.subscription.auth not in line, line
    settings = [f"--set={name}={value}" for name, value in world.server.settings.items() if name.startswith("push.")]
    world.server.command("push", "test", identifier, *settings)
    equal(device.next_message().content, "")
    world.server.command("push", "drop", identifier)
    equal(alice.unregister(device.location), 404)
    world.change(calendar)
    world.quiet(device)


def _behind_proxy(options, authority):
    world = World(options, authority, "proxied", **{"base-url": "https://dav.example", "proxies.trusted": "127.0.0.1/32"})
    for client in (world.alice, world.bob):
        client.headers = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "dav.example")]
    return world


proxied = Group("proxied", _behind_proxy)


@proxied("T87", "behind a proxy registration URLs are those that clients reach, and work")
def _(world):
    alice, calendar = world.alice, world.calendar()
    device = world.device(alice, calendar)
    assert re.fullmatch(r"https://dav\.example/[^?#]+", device.location), device.location
    other = alice.make_calendar(calendar.rstrip("/") + "-own/")
    mine = alice.register(other, device.subscription)
    alice.put_event(other, world.uid(), headers={"Push-Dont-Notify": f'"{mine.location}"'})
    world.quiet(device)
    equal(alice.unregister(device.location), 204)
    world.server.restart(**{"base-url": ""})
    alice.headers = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "other.example")]
    location = alice.register(calendar, device.subscription).location
    assert location.startswith("https://other.example/"), location
    equal(alice.unregister(location), 204)

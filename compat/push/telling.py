"""Which changes are told, to whom, and what a message is like."""
import vapid
from martlet import Client, PASSWORD, card, event
from messages import DAV
from scenarios import Group, World, equal

telling = Group("telling", lambda options, authority: World(options, authority, "telling"))


@telling("T30 T31 T32", "a new event is told in one message that other libraries decrypt, verify and understand")
def _(world):
    calendar = world.calendar()
    before = world.alice.token(calendar)
    device = world.device(world.alice, calendar)
    member = world.change(calendar)
    request = device.next()
    world.quiet(device)
    equal(request.header("content-encoding"), "aes128gcm")
    equal(request.header("content-type").replace(" ", "").lower(), 'application/xml;charset="utf-8"')
    assert 86400 <= int(request.header("ttl")) <= 3 * 86400, request.header("ttl")
    equal(request.header("urgency"), "normal")
    message = request.message()
    equal(message.topic, device.topic)
    equal(message.properties, None)
    equal(message.content, world.alice.token(calendar))
    equal(set(world.alice.sync(calendar, before)[0]), {member})
    equal(request.header("authorization").rpartition("k=")[2], world.alice.key(calendar))
    claims = vapid.claims(request.header("authorization"))
    equal(claims["sub"], "mailto:admin@example.edu")
    for secret in (calendar, member, "alice"):
        assert secret.encode() not in request.plaintext(), "a message names what it is about"


@telling("T33", "one token serves all messages to an origin, and another origin gets another")
def _(world):
    calendar, other = world.calendar(), world.new_service()
    first, second = world.device(world.alice, calendar), world.device(world.alice, calendar, service=other)
    tokens = set()
    for _ in range(2):
        world.change(calendar)
        tokens.add(first.next().header("authorization"))
        world.settle()
    equal(len(tokens), 1)
    equal(vapid.claims(second.next().header("authorization"))["aud"], other.origin)


@telling("T35", "no two messages share a salt or a key, and all are of one length")
def _(world):
    calendar = world.calendar()
    devices = [world.device(world.alice, calendar, content=content, property=property)
               for content, property in (("1", None), ("1", None), (None, "0"), ("1", "0"))]
    world.change(calendar)
    world.alice.proppatch(calendar, displayname="a new name")
    world.settle()
    requests = [request for device in devices for request in device.unseen()]
    assert len(requests) >= 4, requests
    equal(len({request.body[:16] for request in requests}), len(requests))
    equal(len({request.body[21:86] for request in requests}), len(requests))
    equal(len({len(request.body) for request in requests}), 1)


@telling("T36", "whatever changes what is inside is told where it is")
def _(world):
    folder = world.folder()
    device = world.device(world.alice, folder)
    alice, elsewhere = world.alice, world.folder()
    alice.put(elsewhere + "x", "x")

    def told(method, path, statuses, body=b"", headers=()):
        alice.expect(statuses, method, path, body, headers)
        device.told_of_content()

    told("PUT", folder + "a", 201, "one")
    told("PUT", folder + "a", 204, "two")
    told("COPY", elsewhere + "x", 201, headers={"Destination": folder + "b"})
    told("MOVE", folder + "b", 201, headers={"Destination": folder + "c"})
    told("MOVE", elsewhere + "x", 201, headers={"Destination": folder + "d"})
    told("DELETE", folder + "a", 204)
    told("MKCOL", folder + "below/", 201)
    told("DELETE", folder + "below/", 204)
    calendar = world.calendar()
    device = world.device(alice, calendar)
    adder = alice.propfind(calendar, f"{{{DAV}}}add-member")[calendar].get(f"{{{DAV}}}add-member")
    if adder is not None:
        told("POST", adder[0].text, 201, event(world.uid()), {"Content-Type": "text/calendar"})


@telling("T37", "a move between two calendars is told in both, with the token of each")
def _(world):
    one, other = world.calendar(), world.calendar()
    member = world.change(one)
    devices = [world.device(world.alice, one), world.device(world.alice, other)]
    world.alice.expect((201, 204), "MOVE", member, headers={"Destination": other + "moved.ics"})
    tokens = {device.told_of_content().content for device in devices}
    equal(len(tokens), 2)


@telling("T38", "what changes nothing, or fails, is not told")
def _(world):
    folder, alice = world.folder(), world.alice
    alice.put(folder + "a", "same")
    device = world.device(alice, folder)
    alice.put(folder + "a", "same")
    alice.expect(412, "PUT", folder + "a", "other", {"If-None-Match": "*"})
    world.bob.expect((403, 404, 409), "PUT", folder + "b", "other")
    alice.expect(404, "DELETE", folder + "nothing")
    alice.expect(200, "LOCK", folder + "a", '<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>',
                 {"Content-Type": "application/xml"})
    alice.expect(423, "PUT", folder + "a", "other")
    alice.expect(200, "GET", folder + "a")
    world.quiet(device)


@telling("T39", "a new name is told to those who asked for properties, and to nobody else")
def _(world):
    calendar, alice = world.calendar(), world.alice
    content, properties, both = (world.device(alice, calendar, content=c, property=p) for c, p in (("1", None), (None, "0"), ("1", "0")))
    alice.proppatch(calendar, displayname="A new name")
    properties.told_of_properties()
    equal(both.next_message().properties is not None, True)
    world.quiet(content, properties, both)


@telling("T40", "a list of properties is a filter, and names that mean nothing here are left aside")
def _(world):
    calendar, alice = world.calendar(), world.alice
    name = world.device(alice, calendar, content=None, property="0", names='<d:displayname/><x:nothing xmlns:x="urn:x"/>')
    color = world.device(alice, calendar, content=None, property="0", names='<A:calendar-color xmlns:A="http://apple.com/ns/ical/"/>')
    alice.patch(calendar, "<A:calendar-color>#112233FF</A:calendar-color>")
    color.told_of_properties()
    alice.proppatch(calendar, displayname="Named")
    name.told_of_properties()
    world.quiet(name, color)


@telling("T41", "a property that keeps its value, or is refused, is not told")
def _(world):
    calendar, alice = world.calendar(), world.alice
    alice.proppatch(calendar, displayname="Same")
    device = world.device(alice, calendar, content="1", property="0")
    alice.proppatch(calendar, displayname="Same")
    alice.patch(calendar, "<displayname>Other</displayname><resourcetype/>")
    equal(alice.property(calendar, f"{{{DAV}}}displayname").text, "Same")
    world.quiet(device)


@telling("T42", "content and properties that change together are told in one message")
def _(world):
    calendar, alice = world.calendar(), world.alice
    device = world.device(alice, calendar, content="1", property="0")
    world.change(calendar)
    alice.proppatch(calendar, displayname="Both")
    messages = [device.next_message()]
    world.settle()
    messages += [request.message() for request in device.unseen()]
    # On a busy machine the debounce may end between the two.
    assert len(messages) == 1 and messages[0].content and messages[0].properties is not None or len(messages) == 2, messages


@telling("T55", "a calendar that is removed says so once, and its registration ends")
def _(world):
    calendar, alice = world.calendar(), world.alice
    device, home = world.device(alice, calendar), world.device(alice, alice.calendars)
    alice.expect(204, "DELETE", calendar)
    message = device.only_message()
    equal((message.content, message.properties), ("", None))
    home.told_of_content()
    equal(alice.unregister(device.location), 404)
    alice.make_calendar(calendar)
    assert alice.topic(calendar) != device.topic, "the topic came back with the name"
    world.change(calendar)
    world.quiet(device)


@telling("T56", "one subscription of a tree hears of everything below, one of depth 1 only of what is next to it")
def _(world):
    folder, alice = world.folder(), world.alice
    deep = alice.make_folder(alice.make_folder(folder + "a/") + "b/")
    tree, near = world.device(alice, folder, content="infinity"), world.device(alice, folder)
    alice.put(deep + "file", "x")
    equal(tree.told_of_content().content, alice.token(folder))
    world.quiet(near)
    home = world.device(alice, alice.calendars, content="infinity")
    world.change(world.calendar())
    assert home.next_message().content
    world.settle()
    home.unseen()
    alice.put(folder + "file", "x")
    near.told_of_content()
    tree.told_of_content()
    world.quiet(home)


@telling("T57", "a subscription of depth 0 hears of the collection alone")
def _(world):
    folder, alice = world.folder(), world.alice
    device = world.device(alice, folder, content="0", property="0")
    world.change(folder)
    world.quiet(device)
    alice.proppatch(folder, displayname="Mine")
    device.told_of_properties()


@telling("T58", "a file is subscribed to like a folder, and says when it is gone")
def _(world):
    folder, alice = world.folder(), world.alice
    alice.put(folder + "file", "one")
    device = world.device(alice, folder + "file", content="0")
    alice.put(folder + "file", "two")
    equal(device.only_message().content, "")
    world.change(folder)
    world.quiet(device)
    alice.expect(204, "DELETE", folder + "file")
    equal(device.only_message().content, "")
    equal(alice.unregister(device.location), 404)


@telling("T59", "a new calendar is told to the home")
def _(world):
    device = world.device(world.alice, world.alice.calendars)
    world.calendar()
    device.told_of_content()


@telling("T86", "a message replaces another of its kind of the same registration, and no other")
def _(world):
    calendar, alice = world.calendar(), world.alice
    one, other = (world.device(alice, calendar, content="1", property="0") for _ in range(2))
    world.change(calendar)
    first, second = one.next(), other.next()
    world.settle()
    world.change(calendar)
    again = one.next()
    world.settle()
    alice.proppatch(calendar, displayname="Topics")
    properties = one.next()
    topics = [request.header("topic") for request in (first, second, again, properties)]
    equal(topics[0], topics[2])
    equal(len(set(topics)), 3)


@telling("T36 T59", "address books are told of like calendars")
def _(world):
    alice = world.alice
    book = next(path for path in alice.propfind(alice.contacts, f"{{{DAV}}}resourcetype", depth="1") if path != alice.contacts)
    device = world.device(alice, book)
    alice.put(book + "a.vcf", card(world.uid(), "Somebody"))
    device.told_of_content()


@telling("T63", "who may not read any more is told nothing")
def _(world):
    calendar, alice, bob = world.calendar(), world.alice, world.bob
    alice.grant(calendar, ("bob", "read"))
    device = world.device(bob, calendar)
    world.change(calendar)
    device.told_of_content()
    alice.grant(calendar)
    world.change(calendar)
    world.quiet(device)


@telling("T64", "a person who is removed is told nothing")
def _(world):
    calendar, alice = world.calendar(), world.alice
    world.server.command("user", "add", "carol", "--password-stdin", input=PASSWORD)
    carol = Client(world.server, "carol")
    alice.grant(calendar, ("carol", "read"))
    device = world.device(carol, calendar)
    world.server.command("user", "remove", "carol")
    world.change(calendar)
    world.quiet(device)


people = Group("people", lambda options, authority: World(options, authority, "people"))


@people("T61", "a new address of a person is told to those who subscribed to the person")
def _(world):
    alice = world.alice
    device = world.device(alice, alice.principal, content=None, property="0")
    world.server.command("user", "email", "alice", "alice@example.edu")
    # Another process wrote it, so it is found by looking: once a minute.
    device.next_message(100)
    world.quiet(device)

"""`Push-Dont-Notify` (draft-bitfire-webdav-push section 4.2)."""
import urllib.parse

from scenarios import Group, World

suppressing = Group("suppressing", lambda options, authority: World(options, authority, "suppressing"))


def dont_notify(*values):
    return [("Push-Dont-Notify", value) for value in values]


def quoted(device):
    return f'"{device.location}"'


def pair(world):
    calendar = world.calendar()
    return calendar, world.device(world.alice, calendar), world.device(world.alice, calendar)


@suppressing("T45", "who wrote it is silent, the other device is told")
def _(world):
    calendar, mine, other = pair(world)
    world.change(calendar, headers=dont_notify(quoted(mine)))
    other.told_of_content()
    world.quiet(mine)
    world.change(calendar)
    mine.told_of_content()


@suppressing("T46", "several values, header lines, odd spacing and escaped characters are read")
def _(world):
    calendar, one, two = pair(world)
    third = world.device(world.alice, calendar)
    escaped = '"' + "".join("\\" + c if c in "/:" else c for c in one.location) + '"'
    for values in ((f"{quoted(one)}, {quoted(two)}",), (quoted(one), quoted(two)), (f" ,, {quoted(one)}\t,{quoted(two)} ,",),
                   (f'"https://a.example/x,y", {escaped},{quoted(two)}',)):
        world.change(calendar, headers=dont_notify(*values))
        third.told_of_content()
        world.quiet(one, two)


@suppressing("T47", "a star silences all when it stands alone; what cannot be read silences nobody")
def _(world):
    calendar, one, two = pair(world)
    world.change(calendar, headers=dont_notify("*"))
    world.quiet(one, two)
    for value in (f"*, {quoted(one)[:-2]}x\"", one.location, '"', "((", f"{quoted(one)} x", '"*"', "*x", ""):
        world.change(calendar, headers=dont_notify(value))
        one.told_of_content()
        two.told_of_content()


@suppressing("T48", "somebody else's registration is not silenced")
def _(world):
    calendar, mine, _ = pair(world)
    world.alice.grant(calendar, ("bob", "read"))
    theirs = world.device(world.bob, calendar)
    world.change(calendar, headers=dont_notify(quoted(theirs)))
    theirs.told_of_content()
    mine.told_of_content()


@suppressing("T49", "a URL that is spelt otherwise is another one")
def _(world):
    calendar, mine, _ = pair(world)
    scheme, rest = mine.location.split("://")
    parts = urllib.parse.urlsplit(mine.location)
    swapped = parts._replace(path=parts.path.swapcase()).geturl()
    encoded = mine.location[:-1] + f"%{ord(mine.location[-1]):02X}"
    for url in (f"{scheme.upper()}://{rest}", mine.location + "/", swapped, encoded, parts.path):
        world.change(calendar, headers=dont_notify(f'"{url}"'))
        mine.told_of_content()


@suppressing("T50", "a silent change beside a loud one does not silence it")
def _(world):
    calendar, mine, other = pair(world)
    world.change(calendar, headers=dont_notify(quoted(mine)))
    world.change(calendar)
    mine.told_of_content()
    other.next_message()
    world.settle()
    other.unseen()
    world.change(calendar)
    world.change(calendar, headers=dont_notify(quoted(mine)))
    mine.told_of_content()


@suppressing("T52", "every method that writes honours it")
def _(world):
    alice = world.alice
    folder = world.folder()
    for name in "abc":
        alice.put(folder + name, name)
    device = world.device(alice, folder, content="1", property="0")
    header = dont_notify(quoted(device))
    alice.proppatch(folder, headers=header, displayname="Silent")
    alice.expect(201, "COPY", folder + "a", headers=[*header, ("Destination", folder + "d")])
    alice.expect(201, "MOVE", folder + "d", headers=[*header, ("Destination", folder + "e")])
    alice.expect(204, "DELETE", folder + "b", headers=header)
    alice.expect(201, "MKCOL", folder + "below/", headers=header)
    world.quiet(device)
    alice.expect(204, "DELETE", folder, headers=header)
    world.quiet(device)

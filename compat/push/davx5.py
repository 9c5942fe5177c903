"""What DAVx5 does on the wire, and a file manager that shows folders: several days of both, with two devices each."""
import time
import random
import xml.etree.ElementTree as ET

from clocking import _world
from martlet import CALDAV, event
from messages import DAV, PUSH
from scenarios import Group, PATIENCE, equal

DAY = 86400
COLLECTION_PROPERTIES = [
    f"{{{DAV}}}current-user-privilege-set", f"{{{DAV}}}displayname", f"{{{DAV}}}owner", f"{{{DAV}}}resourcetype",
    f"{{{PUSH}}}transports", f"{{{PUSH}}}topic"]
OF_CALENDARS = [
    "{http://apple.com/ns/ical/}calendar-color", f"{{{CALDAV}}}calendar-description", f"{{{CALDAV}}}calendar-timezone",
    f"{{{CALDAV}}}calendar-timezone-id", f"{{{CALDAV}}}supported-calendar-component-set", "{http://calendarserver.org/ns/}source"]
OF_BOOKS = ["{urn:ietf:params:xml:ns:carddav}addressbook-description"]


class Account:
    """One service (CalDAV or CardDAV) of an account on one device; it has one push resource."""

    def __init__(self, world, client, home, properties):
        self.world, self.client, self.home, self.properties = world, client, home, COLLECTION_PROPERTIES + properties
        self.subscription = world.service.subscribe()
        self.topics, self.registrations, self.tokens, self.members = {}, {}, {}, {}
        self.seen = 0
        self.refresh()
        for path in self.topics.values():
            self.sync(path)

    def refresh(self):
        """Asks for the collections, then registers where it is due."""
        self.topics, key = {}, None
        for path, found in self.client.propfind(self.home, *self.properties, depth="1").items():
            transports, topic = found.get(f"{{{PUSH}}}transports"), found.get(f"{{{PUSH}}}topic")
            types = {kind.tag.partition("}")[2] for kind in found[f"{{{DAV}}}resourcetype"]}
            if not types & {"calendar", "addressbook"}:
                continue
            web_push = transports.find(f"{{{PUSH}}}web-push") if transports is not None else None
            assert web_push is not None and topic is not None and topic.text, f"{path} is not offered for push"
            self.topics[topic.text] = path
            key = key or web_push.findtext(f"{{{PUSH}}}vapid-public-key")
        assert key and len(key) == 87, key
        if self.subscription.sender is None:
            self.subscription.sender = key
        equal(self.subscription.sender, key)
        self.register()

    def register(self):
        now = time.time() + self.world.server.ahead
        for path in self.topics.values():
            known = self.registrations.get(path)
            if known and known.expires - now > 2 * DAY:
                continue
            self.registrations[path] = self.client.register(path, self.subscription)
            assert known is None or known.location == self.registrations[path].location, "a second registration"
            equal(round((self.registrations[path].expires - now) / DAY), 3)

    def headers(self, path):
        return {"Push-Dont-Notify": f'"{self.registrations[path].location}"'}

    def upload(self, path, uid, body):
        self.client.put(f"{path}{uid}.ics", body, self.headers(path))

    def remove(self, path, member):
        self.client.expect((204, 404), "DELETE", member, headers=self.headers(path))

    def sync(self, path):
        changes, self.tokens[path] = self.client.sync(path, self.tokens.get(path, ""))
        members = self.members.setdefault(path, {})
        for member, etag in changes.items():
            if etag is None:
                members.pop(member, None)
            elif member != path:
                members[member] = etag
        return changes

    def receive(self, timeout=PATIENCE):
        """Waits for the next push, syncs what it is about; the path."""
        request = self.world.service.wait(self.subscription.token, self.seen + 1, timeout)[self.seen]
        self.seen += 1
        assert not request.refusal, request.refusal
        path = self.topics[request.message().topic]
        self.sync(path)
        return path

    def unseen(self):
        return self.world.service.sent_to(self.subscription.token)[self.seen:]

    def goes(self):
        for registration in self.registrations.values():
            equal(self.client.unregister(registration.location), 204)


days = Group("days", _world("days"))


@days("T89", "for three days two phones with DAVx5 learn of each other's changes, each once, and never of their own")
def _(world):
    chance, alice = random.Random(89), world.alice
    world.calendar()
    phones = [Account(world, alice, alice.calendars, OF_CALENDARS) for _ in range(2)]
    contacts = [Account(world, alice, alice.contacts, OF_BOOKS) for _ in range(2)]
    calendars = [path for path in phones[0].topics.values() if _takes_events(alice, path)]
    locations = [dict(account.registrations) for account in phones + contacts]
    changes = 0
    for step in range(12):
        world.advance(6 * 3600)
        if step % 4 == 3:
            for account in phones + contacts:
                account.refresh()
        for _ in range(2):
            writer, other = chance.sample(phones, 2)
            path = chance.choice(calendars)
            member = chance.choice([*writer.members.get(path, {}), None])
            if member and chance.random() < 0.3:
                writer.remove(path, member)
            elif member and chance.random() < 0.5:
                uid = member.rpartition("/")[2].removesuffix(".ics")
                writer.upload(path, uid, event(uid, f"Changed at step {step}"))
            else:
                uid = f"davx5-{changes}"
                writer.upload(path, uid, event(uid))
            changes += 1
            equal(other.receive(), path)
            writer.sync(path)
            equal(other.members[path], writer.members[path])
            world.settle()
            for account in phones + contacts:
                assert not account.unseen(), "a push that nobody waited for"
    for before, account in zip(locations, phones + contacts):
        equal({path: r.location for path, r in account.registrations.items()}, {path: r.location for path, r in before.items()})
        account.goes()
    world.alice.put_event(calendars[0], "last")
    world.settle()
    assert not any(account.unseen() for account in phones + contacts), "a push after all were removed"


def _takes_events(client, path):
    element = client.property(path, f"{{{CALDAV}}}supported-calendar-component-set")
    return element is None or any(component.get("name") == "VEVENT" for component in element)


class FileManager:
    """A window that shows a tree; one subscription of all of it, a sync at each push."""

    def __init__(self, world, client, root):
        self.world, self.client, self.root = world, client, root
        self.device = world.device(client, root, content="infinity")
        self.token, self.members = "", {}
        self.sync()

    def sync(self):
        changes, self.token = self.client.sync(self.root, self.token, "infinite")
        for path, etag in changes.items():
            if etag is None:
                below = path.rstrip("/") + "/"
                self.members = {p: e for p, e in self.members.items() if p.rstrip("/") != path.rstrip("/") and not p.startswith(below)}
            elif path != self.root:
                self.members[path] = etag

    def receive(self):
        self.device.next_message()
        self.sync()

    def headers(self):
        return [("Push-Dont-Notify", f'"{self.device.location}"')]

    def listing(self):
        paths = [self.root]
        found = {}
        while paths:
            folder = paths.pop()
            for path, values in self.client.propfind(folder, f"{{{DAV}}}getetag", depth="1").items():
                if path != folder:
                    etag = values.get(f"{{{DAV}}}getetag")
                    found[path] = etag.text if etag is not None else ""
                    if path.endswith("/"):
                        paths.append(path)
        return found


@days("T56 T89", "two windows on one tree show what the other did, however deep, and are silent about themselves")
def _(world):
    chance, alice = random.Random(56), world.alice
    root = world.folder()
    windows = [FileManager(world, alice, root) for _ in range(2)]
    folders = [root]
    for step in range(40):
        writer, other = chance.sample(windows, 2)
        folder = chance.choice(folders)
        files = [path for path in writer.members if not path.endswith("/")]
        kind = chance.choice(["put", "put", "put", "mkcol", "delete", "move", "rmdir"])
        if kind == "mkcol":
            folders.append(folder + f"d{step}/")
            alice.expect(201, "MKCOL", folders[-1], headers=writer.headers())
        elif kind == "delete" and files:
            alice.expect(204, "DELETE", chance.choice(files), headers=writer.headers())
        elif kind == "move" and files:
            alice.expect(201, "MOVE", chance.choice(files), headers=[*writer.headers(), ("Destination", f"{folder}m{step}")])
        elif kind == "rmdir" and folder != root:
            alice.expect(204, "DELETE", folder, headers=writer.headers())
            folders = [path for path in folders if not path.startswith(folder)]
        else:
            alice.put(f"{folder}p{step}", f"{step}", writer.headers())
        other.receive()
        writer.sync()
        equal(other.members, writer.members)
        world.settle()
        assert not writer.device.unseen(), "a window was told of what it did itself"
        assert not other.device.unseen(), "a second message"
    equal(windows[0].members, windows[0].listing())

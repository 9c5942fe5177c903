"""What scenarios are made of: a server with push services beside it, devices that are registered, and a list of scenarios."""
import contextlib
import itertools
import os
import time
import traceback

import secrecy
from martlet import Client, Martlet, event
from pushservice import PushService

# Seconds within which a message that is due has come, on a machine that is busy.
PATIENCE = 30


class Skipped(Exception):
    """The machine lacks something."""


class Device:
    """A subscription that is registered on one resource, and what came of it so far."""

    def __init__(self, world, client, path, *, service=None, subscription=None, lifetime=3 * 86400, **triggers):
        self.world, self.client, self.path = world, client, path
        self.service = service or world.service
        self.subscription = subscription or self.service.subscribe()
        self.registration = client.register(path, self.subscription, lifetime=lifetime, **triggers)
        self.topic = client.topic(path)
        self.seen = 0

    @property
    def location(self):
        return self.registration.location

    def requests(self):
        return self.service.sent_to(self.subscription.token)

    def next(self, timeout=PATIENCE):
        """The next request, which must have kept every rule."""
        request = self.service.wait(self.subscription.token, self.seen + 1, timeout)[self.seen]
        self.seen += 1
        assert not request.refusal, request.refusal
        return request

    def next_message(self, timeout=PATIENCE):
        message = self.next(timeout).message()
        assert message.topic == self.topic, f"topic {message.topic} instead of {self.topic}"
        return message

    def only_message(self, timeout=PATIENCE):
        message = self.next_message(timeout)
        self.world.quiet(self)
        return message

    def told_of_content(self):
        """One message, of a content update alone, with the token that stands now."""
        message = self.only_message()
        assert message.content is not None and message.properties is None, message
        assert message.content == (self.client.token(self.path) or ""), (message, self.client.token(self.path))
        return message

    def told_of_properties(self):
        message = self.only_message()
        assert message.content is None and message.properties is not None, message
        return message

    def unseen(self):
        found = self.requests()[self.seen:]
        self.seen += len(found)
        return found


class World:
    """One server; everything that was made with it goes with it."""

    # Seconds a registration waits for more changes, rests after a message, and is late by at most.
    debounce, interval, jitter = 0.1, 0.5, 0.1

    def __init__(self, options, authority, name, *, has_clock=False, prefix=(), **settings):
        """`settings`: beside those that all have."""
        self.authority, self.name = authority, name
        self.service = PushService(authority)
        self._stack = contextlib.ExitStack()
        self._stack.enter_context(self.service)
        self._numbers = itertools.count(1)
        folder = os.path.join(options.folder, name)
        values = self.settings(options, authority) | settings
        self.server = Martlet(options.martlet, folder, values, has_clock=has_clock, prefix=prefix)
        self._stack.callback(self.server.stop)
        self.alice, self.bob = Client(self.server, "alice"), Client(self.server, "bob")
        self.services = [self.service]
        self._canary = None

    def settings(self, options, authority):
        return {
            "push.contact": "mailto:admin@example.edu", "push.trust": authority.certificate, "push.allow": "127.0.0.0/8",
            "push.delay": f"{self.debounce * 1000:.0f}ms", "push.interval": f"{self.interval * 1000:.0f}ms", "log.level": "debug"}

    def close(self):
        self._stack.close()

    def new_service(self, **options):
        service = self._stack.enter_context(PushService(options.pop("authority", self.authority), **options))
        service.ahead = self.server.ahead
        self.services.append(service)
        return service

    def device(self, client, path, **options):
        return Device(self, client, path, **options)

    def calendar(self, client=None):
        client = client or self.alice
        return client.make_calendar(f"{client.calendars}c{next(self._numbers)}/")

    def folder(self, client=None):
        client = client or self.alice
        return client.make_folder(f"{client.files}f{next(self._numbers)}/")

    def uid(self):
        return f"u{next(self._numbers)}"

    def change(self, path, client=None, headers=()):
        """A new member of a calendar or a folder; its path."""
        client = client or self.alice
        member = f"{path}{self.uid()}" + (".ics" if path.startswith("/calendars/") else "")
        client.put(member, event(self.uid()) if member.endswith(".ics") else self.uid(), headers)
        return member

    def settle(self):
        """Returns once everything that was due has been sent: what fell behind later has been told of."""
        if self._canary is None:
            self._canary = self.device(self.alice, self.folder(), lifetime=14 * 86400)
        time.sleep(self.debounce + self.interval + self.jitter)
        self.change(self._canary.path)
        self._canary.next()
        time.sleep(self.jitter + 0.1)

    def forget_canary(self):
        """The registration that `settle` uses is no more."""
        self._canary = None

    def quiet(self, *devices):
        """Nothing more came to any of them."""
        self.settle()
        for device in devices:
            unseen = device.unseen()
            assert not unseen, f"messages that were not due: {[request.message() for request in unseen]}"

    def advance(self, seconds):
        """Moves the clock of the server and of the services."""
        self.server.advance(seconds, self.alice)
        for service in self.services:
            service.ahead = self.server.ahead


class Group:
    """Scenarios that share a world, in the order in which they are written."""

    def __init__(self, name, make):
        self.name, self.make, self.scenarios = name, make, []

    def __call__(self, numbers, statement):
        """Decorates a scenario: its numbers in the list it was made from, and what holds."""

        def add(run):
            self.scenarios.append((numbers, statement, run))
            return run

        return add

    def run(self, options, authority, report):
        wanted = [s for s in self.scenarios if not options.only or self.name in options.only or set(s[0].split()) & set(options.only)]
        if not wanted:
            return
        try:
            world = self.make(options, authority)
        except Skipped as reason:
            return report("skip", " ".join(numbers for numbers, _, _ in wanted), self.name, str(reason))
        except Exception as error:
            return report("FAIL", self.name, "the server did not start", _details(error))
        try:
            for numbers, statement, run in wanted:
                _run(world, numbers, statement, run, report)
            _run(world, "T85", f"the log of all this holds no secret ({self.name})", secrecy.check, report)
        finally:
            world.close()


def _run(world, numbers, statement, run, report):
    begin = time.monotonic()
    try:
        run(world)
        report("ok", numbers, f"{statement} ({time.monotonic() - begin:.1f} s)", "")
    except Skipped as reason:
        report("skip", numbers, statement, str(reason))
    except Exception as error:
        report("FAIL", numbers, statement, _details(error))


def _details(error):
    lines = traceback.format_exception(error)[-4:]
    return "\n".join([repr(error)[:1500], *"".join(lines).splitlines()])


def equal(found, wanted):
    assert found == wanted, f"{found!r} instead of {wanted!r}"


def wait_until(condition, timeout):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen within {timeout} s"
        time.sleep(0.05)

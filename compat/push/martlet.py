"""A martlet that serves for one part of the suite, and what a client says to it."""
import base64
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime

from messages import DAV, PUSH
import vapid

PASSWORD = "pass word:ä"
CALDAV = "urn:ietf:params:xml:ns:caldav"
# What moves the server's clock from outside, where it is installed.
FAKETIME = shutil.which("faketime")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Martlet:
    """One data folder, and the process that serves it; it keeps its address over restarts."""

    def __init__(self, binary, folder, settings, *, users=("alice", "bob"), has_clock=False, prefix=()):
        self.binary, self.folder, self.settings, self.prefix = binary, folder, settings, list(prefix)
        self.data, self.log_path = os.path.join(folder, "data"), os.path.join(folder, "server.log")
        self.clock = os.path.join(folder, "clock") if has_clock else None
        self.ahead = 0
        self.port = free_port()
        os.makedirs(folder, exist_ok=True)
        for user in users:
            self.command("user", "add", user, "--password-stdin", input=PASSWORD)
        self.start()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def store(self):
        return os.path.join(self.data, "martlet.sqlite")

    def command(self, *arguments, input="", may_fail=False):
        arguments = [*arguments, "--data", self.data]
        result = subprocess.run([*self._timekeeper(), self.binary, *arguments], input=input, capture_output=True, text=True, timeout=120)
        assert may_fail or result.returncode == 0, f"martlet {' '.join(arguments)}: {result.stdout}{result.stderr}"
        return result.stdout + result.stderr

    def start(self, **settings):
        self.settings |= settings
        command = [*self.prefix, self.binary, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}"]
        for name, value in self.settings.items():
            command += ["--set", f"{name}={value}"]
        command = [*self._timekeeper(), *command]
        begin = os.path.getsize(self.log_path) if os.path.exists(self.log_path) else 0
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while b" NOTICE Serving " not in self.log()[begin:]:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the server did not start: {self.log()[begin:].decode()[-2000:]}")
            time.sleep(0.02)

    def _timekeeper(self):
        """What a command begins with whose clock can be moved."""
        if not self.clock:
            return []
        self._write_clock()
        # faketime prepares the shared memory that its library would otherwise make within the program's start; the time
        # itself comes from the file. Waiting is left to go by the real clock.
        return [FAKETIME, "-m", "-f", "+0", "env", "-u", "FAKETIME", f"FAKETIME_TIMESTAMP_FILE={self.clock}",
                "FAKETIME_CACHE_DURATION=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1"]

    def log(self):
        with open(self.log_path, "rb") as log:
            return log.read()

    def _pid(self):
        """The server's, which may be a child of what started it."""
        pid = self.process.pid
        while children := open(f"/proc/{pid}/task/{pid}/children").read().split():
            pid = int(children[0])
        return pid

    def kill(self):
        if self.process.poll() is None:
            os.kill(self._pid(), signal.SIGKILL)
        self.process.wait(timeout=60)

    def stop(self):
        if self.process.poll() is None:
            os.kill(self._pid(), signal.SIGTERM)
        self.process.wait(timeout=60)

    def restart(self, **settings):
        self.stop()
        self.start(**settings)

    def _write_clock(self):
        with open(self.clock, "w") as file:
            file.write(f"+{self.ahead}\n")

    def advance(self, seconds, client):
        """Moves the clock, and returns once the server reads it so."""
        self.ahead += seconds
        self._write_clock()
        while abs(client.clock() - time.time() - self.ahead) > 2:
            time.sleep(0.1)


@dataclass
class Response:
    status: int
    headers: dict
    body: bytes

    def condition(self):
        """The local name of the precondition that failed."""
        root = ET.fromstring(self.body)
        assert root.tag == f"{{{DAV}}}error", self.body
        return root[0].tag.rpartition("}")[2]


@dataclass
class Registration:
    path: str
    location: str
    expires: float


class Client:
    """What one person's programs say; from any thread."""

    def __init__(self, server, user):
        self.server, self.user = server, user
        self.authorization = "Basic " + base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        # Sent with each request, as by a proxy in front.
        self.headers = []
        self._local = threading.local()

    @property
    def files(self):
        return f"/files/{self.user}/"

    @property
    def calendars(self):
        return f"/calendars/{self.user}/"

    @property
    def contacts(self):
        return f"/contacts/{self.user}/"

    @property
    def principal(self):
        return f"/principals/{self.user}/"

    def request(self, method, path, body=b"", headers=()):
        """`headers` may have several of one name."""
        headers = list(headers.items()) if isinstance(headers, dict) else list(headers)
        path = urllib.parse.urlsplit(path).path
        for attempt in (0, 1):
            connection = getattr(self._local, "connection", None)
            if connection is None or connection.port != self.server.port:
                connection = self._local.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            try:
                connection.putrequest(method, path)
                if self.authorization:
                    connection.putheader("Authorization", self.authorization)
                for name, value in [*self.headers, *headers]:
                    connection.putheader(name, value)
                body = body.encode() if isinstance(body, str) else body
                connection.putheader("Content-Length", str(len(body)))
                connection.endheaders(body)
                answer = connection.getresponse()
                return Response(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
            except (ConnectionError, http.client.HTTPException):
                self._local.connection = None
                if attempt:
                    raise

    def expect(self, statuses, method, path, body=b"", headers=()):
        answer = self.request(method, path, body, headers)
        statuses = statuses if isinstance(statuses, tuple) else (statuses,)
        assert answer.status in statuses, f"{method} {path} answered {answer.status}: {answer.body[:500]!r}"
        return answer

    def clock(self):
        return parsedate_to_datetime(self.request("GET", "/health").headers["date"]).timestamp()

    # Reading

    def propfind(self, path, *names, depth="0"):
        """{path: {name: element}}, of what is there."""
        wanted = "".join('<{1} xmlns="{0}"/>'.format(*name[1:].split("}")) for name in names)
        answer = self.expect(207, "PROPFIND", path, f'<propfind xmlns="DAV:"><prop>{wanted}</prop></propfind>',
                             {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"})
        found = {}
        for response in ET.fromstring(answer.body).iter(f"{{{DAV}}}response"):
            values = found[_path(response.findtext(f"{{{DAV}}}href"))] = {}
            for propstat in response.iter(f"{{{DAV}}}propstat"):
                if " 200 " in propstat.findtext(f"{{{DAV}}}status"):
                    values |= {element.tag: element for element in propstat.find(f"{{{DAV}}}prop")}
        return found

    def property(self, path, name):
        return self.propfind(path, name)[_path(path)].get(name)

    def topic(self, path):
        return self.property(path, f"{{{PUSH}}}topic").text

    def key(self, path):
        return self.property(path, f"{{{PUSH}}}transports").find(f"{{{PUSH}}}web-push/{{{PUSH}}}vapid-public-key").text

    def token(self, path):
        element = self.property(path, f"{{{DAV}}}sync-token")
        return element.text if element is not None else None

    def sync(self, path, token, level="1"):
        """({path: etag, or None of what is gone}, next token)."""
        changes = {}
        while True:
            answer = self.expect(207, "REPORT", path, (
                f'<sync-collection xmlns="DAV:"><sync-token>{token}</sync-token><sync-level>{level}</sync-level>'
                "<prop><getetag/></prop></sync-collection>"), {"Content-Type": "application/xml", "Depth": "0"})
            root = ET.fromstring(answer.body)
            is_cut = False
            for response in root.iter(f"{{{DAV}}}response"):
                changed, status = _path(response.findtext(f"{{{DAV}}}href")), response.findtext(f"{{{DAV}}}status") or ""
                if " 507 " in status:
                    is_cut = True
                else:
                    changes[changed] = None if " 404 " in status else response.findtext(f".//{{{DAV}}}getetag") or ""
            token = root.findtext(f"{{{DAV}}}sync-token")
            if not is_cut:
                return changes, token

    # Writing

    def put(self, path, body, headers=()):
        kind = {"ics": "text/calendar; charset=utf-8", "vcf": "text/vcard; charset=utf-8"}.get(path.rpartition(".")[2], "text/plain")
        headers = list(headers.items()) if isinstance(headers, dict) else list(headers)
        return self.expect((201, 204), "PUT", path, body, [("Content-Type", kind), *headers])

    def put_event(self, calendar, uid, summary="", headers=()):
        return self.put(f"{calendar}{uid}.ics", event(uid, summary), headers)

    def make_calendar(self, path):
        self.expect(201, "MKCALENDAR", path)
        return path

    def make_folder(self, path):
        self.expect(201, "MKCOL", path)
        return path

    def proppatch(self, path, headers=(), **values):
        """Sets properties of DAV."""
        fields = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
        return self.patch(path, fields, headers)

    def patch(self, path, fields, headers=()):
        headers = list(headers.items()) if isinstance(headers, dict) else list(headers)
        return self.expect(207, "PROPPATCH", path, (
            f'<propertyupdate xmlns="DAV:" xmlns:A="http://apple.com/ns/ical/"><set><prop>{fields}</prop></set></propertyupdate>'),
            [("Content-Type", "application/xml"), *headers])

    def grant(self, path, *grants):
        """Sets the access control list: (user, privilege)."""
        entries = "".join(
            f"<ace><principal><href>/principals/{user}/</href></principal><grant><privilege><{privilege}/></privilege></grant></ace>"
            for user, privilege in grants)
        self.expect(200, "ACL", path, f'<acl xmlns="DAV:">{entries}</acl>', {"Content-Type": "application/xml"})

    # Push

    def post(self, path, body):
        return self.request("POST", path, body, {"Content-Type": "application/xml; charset=UTF-8"})

    def register(self, path, subscription, *, lifetime=3 * 86400, **triggers):
        """As DAVx5 does; `triggers` as `trigger` takes them."""
        answer = self.post(path, register_body(subscription, time.time() + self.server.ahead + lifetime, trigger(**triggers)))
        assert answer.status in (201, 204), f"POST {path} answered {answer.status}: {answer.body[:500]!r}"
        return Registration(path, answer.headers["location"], parsedate_to_datetime(answer.headers["expires"]).timestamp())

    def unregister(self, location):
        return self.request("DELETE", location).status


def _path(href):
    return urllib.parse.unquote(urllib.parse.urlsplit(href).path)


def trigger(content="1", property=None, names=None):
    """`names`: the children of DAV:prop."""
    parts = f"<n0:content-update><d:depth>{content}</d:depth></n0:content-update>" if content is not None else ""
    if property is not None:
        prop = f"<d:prop>{names}</d:prop>" if names is not None else ""
        parts += f"<n0:property-update><d:depth>{property}</d:depth>{prop}</n0:property-update>"
    return f"<n0:trigger>{parts}</n0:trigger>"


def register_body(subscription, expires=None, triggers="", encoding="<n0:content-encoding>aes128gcm</n0:content-encoding>"):
    end = f"<n0:expires>{formatdate(expires, usegmt=True)}</n0:expires>" if expires else ""
    return (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
        f'<n0:push-register xmlns:n0="{PUSH}" xmlns:d="DAV:"><n0:subscription><n0:web-push-subscription>'
        f"<n0:push-resource>{subscription.url}</n0:push-resource>{encoding}"
        f'<n0:subscription-public-key type="p256dh">{subscription.p256dh}</n0:subscription-public-key>'
        f"<n0:auth-secret>{subscription.auth}</n0:auth-secret>"
        f"</n0:web-push-subscription></n0:subscription>{triggers}{end}</n0:push-register>")


def event(uid, summary=""):
    return "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//push//EN", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z",
        "DTSTART:20260310T100000Z", "DURATION:PT1H", f"SUMMARY:{summary or uid}", "END:VEVENT", "END:VCALENDAR", ""])


def card(uid, name):
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:{name};;;;\r\nEND:VCARD\r\n"

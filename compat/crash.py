"""Kills the server with SIGKILL at random points of a write load, many times, and judges what it finds after each restart:

- every acknowledged write is there, octet for octet;
- a write that was not acknowledged happened whole or not at all;
- a replica that only ever syncs, with the last token it was given before the crash, ends equal to the listing;
- `martlet check` is clean.

    crash.py MARTLET DATA ORIGIN-FILE --rounds N --seed S
"""
import argparse
import base64
import hashlib
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import xml.etree.ElementTree as ET

USER, PASSWORD = "alice", "pass word:ä"
AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
HOME = f"/files/{USER}/"
WRITERS = 4


class Server:
    """One life of the process."""

    def __init__(self, binary, data, log_path):
        self.log_path = log_path
        begin = os.path.getsize(log_path) if os.path.exists(log_path) else 0
        self.log = open(log_path, "ab")
        self.process = subprocess.Popen(
            [binary, "serve", "--data", data, "--listen", "127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while True:
            with open(log_path, "rb") as log:
                log.seek(begin)
                found = re.search(rb"http://127\.0\.0\.1:(\d+)/", log.read())
            if found:
                self.port = int(found[1])
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"The server did not start; see {log_path}")
            time.sleep(0.02)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=60) != 0:
            sys.exit(f"The server stopped with status {self.process.returncode}")


class Client:
    """One connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def request(self, method, path, body=b"", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, {"Authorization": AUTHORIZATION, **headers})
        response = self.connection.getresponse()
        return response.status, response.read()


class Writer(threading.Thread):
    """Writes in a folder of its own, so that it knows what must be there: `state`, or what `pending` makes of it."""

    def __init__(self, number, port, state, seed):
        super().__init__(daemon=True)
        self.folder = f"{HOME}w{number}/"
        self.port, self.state, self.random = port, state, random.Random(seed)
        self.pending = None
        self.acknowledged = 0
        self.error = None

    def run(self):
        try:
            client = Client(self.port)
            while True:
                self.step(client)
        except (OSError, http.client.HTTPException):
            pass  # Killed, as planned.
        except AssertionError as error:
            self.error = str(error)

    def step(self, client):
        name = f"{self.random.randrange(12)}"
        other = f"{self.random.randrange(12)}"
        kind = self.random.choices(["PUT", "DELETE", "MOVE", "COPY"], [8, 2, 2, 1])[0]
        if kind != "PUT" and (name not in self.state or name == other):
            kind = "PUT"
        after = dict(self.state)
        body, headers = b"", {}
        match kind:
            case "PUT":
                # Some past the size that is kept in the database.
                size = self.random.choice([0, 10, 1000, 1000, 5000, 300_000])
                body = self.random.randbytes(size)
                after[name] = hashlib.sha256(body).hexdigest()
            case "DELETE":
                del after[name]
            case "MOVE":
                after[other] = after.pop(name)
            case "COPY":
                after[other] = after[name]
        if kind in ("MOVE", "COPY"):
            headers = {"Destination": self.folder + other}
        self.pending = after
        status, answer = client.request(kind, self.folder + name, body, **headers)
        assert status in (201, 204), f"{kind} answered {status}: {answer[:300]!r}"
        self.state = after
        self.acknowledged += 1


SYNC = """<?xml version="1.0"?><sync-collection xmlns="DAV:"><sync-token>{}</sync-token><sync-level>infinite</sync-level>
<prop><getetag/><resourcetype/></prop></sync-collection>"""
PROPFIND = b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getetag/><resourcetype/></prop></propfind>'


def responses(body):
    """(path, etag or "folder" or None if gone, ...) of a multistatus, and its token."""
    root = ET.fromstring(body)
    found = []
    for response in root.iter("{DAV:}response"):
        path = urllib.parse.unquote(urllib.parse.urlsplit(response.findtext("{DAV:}href")).path)
        status = response.findtext("{DAV:}status")
        if status:
            found.append((path, int(status.split()[1]), None))
            continue
        etag = response.findtext(".//{DAV:}getetag")
        is_folder = response.find(".//{DAV:}resourcetype/{DAV:}collection") is not None
        found.append((path, 200, "folder" if is_folder else etag))
    return found, root.findtext("{DAV:}sync-token")


class Replica(threading.Thread):
    """A client that only ever syncs."""

    def __init__(self):
        self.token, self.members = "", {}

    def follow(self, port, until):
        """Syncs again and again until `until` is set or the connection breaks."""
        try:
            client = Client(port)
            while not until.is_set():
                self.sync(client)
                time.sleep(0.01)
        except (OSError, http.client.HTTPException):
            pass

    def sync(self, client):
        while True:
            status, body = client.request("REPORT", HOME, SYNC.format(self.token).encode(), Depth="0", Content_Type="application/xml")
            assert status == 207, f"a sync with {self.token} answered {status}: {body[:300]!r}"
            changes, token = responses(body)
            truncated = False
            for path, status, value in changes:
                if path == HOME:
                    truncated = status == 507
                elif status == 404:
                    below = path.rstrip("/") + "/"
                    self.members = {known: it for known, it in self.members.items()
                                    if known.rstrip("/") != path.rstrip("/") and not known.startswith(below)}
                else:
                    self.members[path] = value
            self.token = token
            if not truncated:
                return


def listing(client, folder):
    status, body = client.request("PROPFIND", folder, PROPFIND, Depth="1", Content_Type="application/xml")
    assert status == 207, f"PROPFIND {folder} answered {status}: {body[:300]!r}"
    return {path: value for path, _, value in responses(body)[0] if path != folder}


def judge(client, writers, replica):
    everything = listing(client, HOME)
    for writer in writers:
        assert writer.error is None, writer.error
        there = listing(client, writer.folder)
        everything |= there
        found = {}
        for path in there:
            status, body = client.request("GET", path)
            assert status == 200, f"GET {path} answered {status}"
            found[path.removeprefix(writer.folder)] = hashlib.sha256(body).hexdigest()
        assert found in (writer.state, writer.pending), (
            f"{writer.folder}: the members are neither those acknowledged nor those with the last write.\n"
            f"acknowledged {writer.state}\nwith the last {writer.pending}\nfound {found}")
        writer.state = found
    replica.sync(client)
    assert replica.members == everything, (
        f"the replica differs from the listing: only there {set(replica.members.items()) - set(everything.items())}, "
        f"only here {set(everything.items()) - set(replica.members.items())}")


def check(binary, data):
    result = subprocess.run([binary, "check", "--data", data], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert result.returncode == 0, f"martlet check: {result.stdout}{result.stderr}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("data")
    parser.add_argument("log")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"  seed {options.seed}, {options.rounds} rounds")
    chance = random.Random(options.seed)
    subprocess.run([options.binary, "user", "add", USER, "--password-stdin", "--data", options.data],
                   input=PASSWORD, text=True, check=True, stdout=subprocess.DEVNULL)
    states = [{} for _ in range(WRITERS)]
    # One was fresh before each crash; the other was read while writes went on.
    calm, busy = Replica(), Replica()
    acknowledged = half_done = 0

    server = Server(options.binary, options.data, options.log)
    client = Client(server.port)
    for number in range(WRITERS):
        assert client.request("MKCOL", f"{HOME}w{number}/")[0] == 201
    for round_number in range(options.rounds):
        writers = [Writer(n, server.port, states[n], chance.random()) for n in range(WRITERS)]
        done = threading.Event()
        follower = threading.Thread(target=busy.follow, args=(server.port, done))
        for thread in (*writers, follower):
            thread.start()
        time.sleep(chance.uniform(0.02, 0.8))
        server.kill()
        done.set()
        for thread in (*writers, follower):
            thread.join(timeout=60)
        if round_number % 4 == 3:
            check(options.binary, options.data)
        server = Server(options.binary, options.data, options.log)
        client = Client(server.port)
        before = [writer.state for writer in writers]
        judge(client, writers, calm)
        judge(client, writers, busy)
        states = [writer.state for writer in writers]
        acknowledged += sum(writer.acknowledged for writer in writers)
        half_done += sum(old != new for old, new in zip(before, states))
    server.stop()
    check(options.binary, options.data)
    print(f"  {acknowledged} acknowledged writes all there; {half_done} more were complete but not yet acknowledged")
    assert acknowledged > 10 * options.rounds, "hardly anything was written: the load does not test anything"


try:
    main()
except AssertionError as error:
    sys.exit(f"  {error}")

"""Benchmarks of push. The push service is the fake one of the suites, in a process of its own beside the load."""
import base64
import http.client
import multiprocessing
import os
import statistics
import subprocess
import sys
import time

from harness import (AUTHORIZATION, BENCH, CORES, MARTLET, PASSWORD, SECONDS, USER, WORK, XML, Server, new_data, on_core, row)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "compat", "push"))

from pushservice import Answer, Authority, PushService, SharedKeys  # noqa: E402

CALENDAR = f"/calendars/{USER}/calendar/"
FOLDER = f"/files/{USER}/"
# What one person may have on one resource.
PER_RESOURCE = 64
FAN_OUTS = [int(size) for size in os.environ.get("BENCH_FAN_OUTS", "1000 10000").split()]


class Services:
    """Push services in another process: `hang` makes one that never answers."""

    def __init__(self):
        os.sched_setaffinity(0, CORES)
        self.trust = Authority(os.path.join(WORK, "authority")).certificate
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=_serve, args=(other,), daemon=True)
        self.process.start()

    def ask(self, *question):
        self.pipe.send(question)
        return self.pipe.recv()

    def subscribe(self, hang=False):
        """(url, token)"""
        return self.ask("subscribe", hang)

    def arrivals(self, since=0):
        """(token, time, body's length) of each message, in the order in which they came."""
        return self.ask("arrivals", since)

    def wait(self, count, timeout=600):
        """All arrivals, once there are so many."""
        deadline = time.monotonic() + timeout
        while self.ask("count") < count:
            if time.monotonic() > deadline:
                sys.exit(f"{self.ask('count')} of {count} messages arrived within {timeout} s")
            time.sleep(0.01)
        return self.arrivals()


def _serve(pipe):
    """The other process."""
    os.sched_setaffinity(0, {CORES[1 % len(CORES)]})
    authority = Authority(os.path.join(WORK, "authority"))
    services = [PushService(authority, strict=False, versions=("http/1.1",)) for _ in range(2)]
    while True:
        match pipe.recv():
            case "subscribe", hang:
                service = services[1 if hang else 0]
                subscription = service.subscribe(SharedKeys())
                if hang:
                    service.script(subscription.token, then=Answer(fault="hang"))
                pipe.send((subscription.url, subscription.token))
            case "arrivals", since:
                pipe.send([(r.token, r.time, len(r.body)) for r in services[0].requests[since:]])
            case ("count",):
                pipe.send(len(services[0].requests))


class Connection:
    """Kept, as a client does."""

    def __init__(self, server, authorization=AUTHORIZATION):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        self.authorization = authorization

    def request(self, method, path, body=b"", headers={}):
        self.connection.request(method, path, body, {"Authorization": self.authorization, **headers})
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {path} answered {answer.status}: {data[:500]!r}")
        return answer

    def put(self, path, body):
        """When it was answered, and after how long."""
        begin = time.monotonic()
        self.request("PUT", path, body)
        end = time.monotonic()
        return end, end - begin

    def register(self, path, url, depth="1"):
        self.request("POST", path, (
            '<push-register xmlns="https://bitfire.at/webdav-push"><subscription><web-push-subscription>'
            f"<push-resource>{url}</push-resource><content-encoding>aes128gcm</content-encoding>"
            f'<subscription-public-key type="p256dh">{SharedKeys.p256dh}</subscription-public-key>'
            f"<auth-secret>{SharedKeys.auth}</auth-secret></web-push-subscription></subscription>"
            f'<trigger><content-update><depth xmlns="DAV:">{depth}</depth></content-update></trigger></push-register>').encode(), XML)


def serve(data, services, **settings):
    command = [MARTLET, "serve", "--data", data, "--listen", "127.0.0.1:0"]
    values = {"push.contact": "admin@example.edu", "push.trust": services.trust, "push.allow": "127.0.0.0/8",
              "push.registrations": "100000", **settings}
    for name, value in values.items():
        command += ["--set", f"{name}={value}"]
    return Server(command)


def percentiles(seconds):
    times = sorted(seconds)
    return f"p50 {statistics.median(times) * 1000:.1f}, p99 {times[min(len(times) - 1, len(times) * 99 // 100)] * 1000:.1f} ms"


def push_encryption(_):
    """How many messages a second can be encrypted, and how much of that is the cryptography that nobody can do without?"""
    output = subprocess.run(on_core(0, [BENCH, "encrypt", str(SECONDS)]), capture_output=True, text=True, check=True).stdout
    whole, pooled, bare = map(int, output.split())
    row("push: messages encrypted", f"{whole:,}/s", f"{whole / bare:.2f} of bare operations ({bare:,}/s)", ">= 0.8")
    row("push: messages encrypted with key pairs made in advance", f"{pooled:,}/s", f"{pooled / bare:.2f} of bare operations")


def push_latency(services):
    """How long after a write was acknowledged is its message at the push service, for one subscriber?"""
    for name, count, settings in (("delay 0", 200, {"push.delay": "0ms", "push.interval": "0ms"}), ("default delay", 20, {"push.interval": "0ms"})):
        with serve(new_data(f"latency {name}"), services, **settings) as server:
            client = Connection(server)
            url, token = services.subscribe()
            client.register(FOLDER, url)
            before = len(services.arrivals())
            times = []
            for number in range(count + 5):
                end, _ = client.put(FOLDER + "file", f"{number}")
                arrived = services.wait(before + number + 1)[-1][1]
                if number >= 5:
                    times.append(arrived - end)
        row(f"push: commit to push service, {name}", percentiles(times), "0 to 100 ms of it on purpose", "< 1 s")


def push_fan_out(services):
    """One change told to 1,000 and to 10,000: how fast, in how much memory, and do writes notice?"""
    for size in FAN_OUTS:
        data = new_data(f"fan-out {size}")
        people = [USER]
        while len(people) * PER_RESOURCE * 10 < size:
            people.append(f"u{len(people)}")
            subprocess.run([MARTLET, "user", "add", people[-1], "--password-stdin", "--data", data], input=PASSWORD, text=True,
                           check=True, stdout=subprocess.DEVNULL)
        with serve(data, services, **{"limits.idle-timeout": "600s", "push.interval": "0ms"}) as server:
            _fan_out(server, services, size, people)


def _fan_out(server, services, size, people):
    client = Connection(server)
    # One change concerns the folder it happens in and all above; each takes so many registrations of each person.
    folders, path = [], FOLDER + "shared/"
    while len(folders) * PER_RESOURCE * len(people) < size:
        client.request("MKCOL", path)
        folders.append(path)
        path += "f/"
    client.request("ACL", folders[0], (
        '<acl xmlns="DAV:"><ace><principal><authenticated/></principal><grant><privilege><read/></privilege></grant></ace></acl>').encode(), XML)
    clients = [Connection(server, basic(person)) for person in people]
    before = server.memory()
    begin = time.perf_counter()
    for number in range(size):
        url, _ = services.subscribe()
        who, rest = number % len(people), number // len(people)
        clients[who].register(folders[rest // PER_RESOURCE], url, "infinity")
    spent = time.perf_counter() - begin
    row(f"push: registrations, {size:,}", f"{size / spent:,.0f}/s one after the other", f"{server.memory() - before:+.1f} MB")
    arrived = services.ask("count")
    before = server.memory()
    server.forget_peak()
    processor = server.processor_seconds()
    end, cost = client.put(folders[-1] + "file", b"one")
    services.wait(arrived + size)
    processor = server.processor_seconds() - processor
    times = [moment - end for _, moment, _ in services.arrivals(arrived)]
    row(f"push: one change told to {size:,}",
        f"{size / max(times):,.0f}/s, first after {min(times) * 1000:.0f} ms, last after {max(times):.1f} s",
        f"{processor / size * 1e6:.0f} us of processor a message; peak {server.memory('VmHWM'):.0f} MB, "
        f"{server.memory('VmHWM') - before:+.1f}; the PUT itself {cost * 1000:.1f} ms", "spread over size / 500 s on purpose")
    client.request("MKCOL", FOLDER + "own/")
    alone = [client.put(f"{FOLDER}own/{number % 100}", os.urandom(1000))[1] for number in range(1000)]
    arrived = services.ask("count")
    client.put(folders[-1] + "file", b"two")
    meanwhile = []
    while services.ask("count") < arrived + size:
        meanwhile.append(client.put(f"{FOLDER}own/{len(meanwhile) % 100}", os.urandom(1000))[1])
    row(f"push: PUT of 1 KB while {size:,} are told", percentiles(meanwhile),
        f"{statistics.median(meanwhile) / statistics.median(alone):.2f} of the median without ({percentiles(alone)})", "about 1")


def basic(user):
    return "Basic " + base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()


def push_merging(services):
    """A hundred writes in five seconds: how many messages does each registration get?"""
    with serve(new_data("merging"), services) as server:
        client = Connection(server)
        tokens = []
        for _ in range(10):
            url, token = services.subscribe()
            client.register(FOLDER, url)
            tokens.append(token)
        before = services.ask("count")
        begin = time.monotonic()
        for number in range(100):
            client.put(f"{FOLDER}{number}", f"{number}")
            time.sleep(max(0, begin + (number + 1) * 0.05 - time.monotonic()))
        last = time.monotonic()
        time.sleep(12)
        arrivals = services.arrivals(before)
        counts = [sum(1 for token, _, _ in arrivals if token == wanted) for wanted in tokens]
        assert min(moment for token, moment, _ in arrivals[-10:]) > last, "somebody was not told of the last write"
        row("push: messages for 100 writes in 5 s", f"{min(counts)} to {max(counts)} for each of {len(tokens)} registrations", law="<= 2")


def push_hanging(services):
    """Does a push service that hangs delay the messages to one that is well?"""
    with serve(new_data("hanging"), services, **{"push.delay": "0ms", "push.interval": "0ms"}) as server:
        client = Connection(server)
        url, _ = services.subscribe()
        client.register(FOLDER, url)

        def latencies():
            times = []
            for number in range(100):
                before = services.ask("count")
                end, _ = client.put(FOLDER + "file", os.urandom(100))
                times.append(services.wait(before + 1)[-1][1] - end)
            return times

        latencies()
        alone = latencies()
        for _ in range(PER_RESOURCE - 1):
            client.register(FOLDER, services.subscribe(hang=True)[0])
        beside = latencies()
        row("push: commit to push service, another one hanging", percentiles(beside),
            f"{statistics.median(beside) / statistics.median(alone):.2f} of the median without ({percentiles(alone)})", "about 1")


BENCHMARKS = (push_encryption, push_latency, push_fan_out, push_merging, push_hanging)


def run(wanted):
    """Those of the benchmarks that are wanted."""
    if any(wanted(benchmark) for benchmark in BENCHMARKS):
        services = Services()
        for benchmark in BENCHMARKS:
            if wanted(benchmark):
                benchmark(services)
        services.process.terminate()

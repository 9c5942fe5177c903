"""What all benchmarks use: servers, load, and the table."""
import base64
import http.client
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from typing import NamedTuple

MARTLET, BENCH = sys.argv[1:3]
ONLY = sys.argv[3:]
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "1000 10000 100000").split()]
SECONDS = int(os.environ.get("SECONDS_EACH", "4"))
USER, PASSWORD = "bench", "bench"
HOME = f"/files/{USER}/"
AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
WORK = tempfile.mkdtemp(prefix="martlet-bench.", dir=os.environ.get("BENCH_FOLDER"))
CORES = sorted(os.sched_getaffinity(0))
XML = {"Content-Type": "application/xml"}
rows = []


def row(question, figure, ratio="", law=""):
    rows.append((question, figure, ratio, law))
    print(f"  {question}: {figure} {ratio}", flush=True)


def on_core(number, command):
    return ["taskset", "-c", str(CORES[number % len(CORES)]), *command]


class Server:
    """A process that prints the address it listens on."""

    def __init__(self, command):
        self.log = open(os.path.join(WORK, "server.log"), "a+b")
        begin = self.log.seek(0, os.SEEK_END)
        self.process = subprocess.Popen(on_core(0, command), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        while True:
            self.log.seek(begin)
            found = re.search(rb"http://127\.0\.0\.1:(\d+)/", self.log.read())
            if found:
                self.port = int(found[1])
                return
            if self.process.poll() is not None:
                self.log.seek(begin)
                sys.exit(f"{command} ended: {self.log.read().decode()}")
            time.sleep(0.002)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def memory(self, field="VmRSS"):
        """In MB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(rf"{field}:\s+(\d+) kB", status.read())[1]) / 1024

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            user, system = stat.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")

    def request(self, method, path, body=b"", headers={}, keep=True):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request(method, path, body, {"Authorization": AUTHORIZATION, **headers})
        response = connection.getresponse()
        data = b""
        length = 0
        while chunk := response.read(1 << 20):
            length += len(chunk)
            if keep:
                data += chunk
        connection.close()
        if response.status >= 300:
            sys.exit(f"{method} {path} answered {response.status}: {data[:500]!r}")
        return data if keep else length


def martlet(data):
    return Server([MARTLET, "serve", "--data", data, "--listen", "127.0.0.1:0"])


class Load(NamedTuple):
    """What a server did: requests a second, percentiles in milliseconds, and its processor time for one request."""
    rate: float
    median: float
    tail: float
    microseconds: float

    def __str__(self):
        return f"{self.rate:,.0f}/s (p50 {self.median:.2f}, p99 {self.tail:.2f} ms, {self.microseconds:.0f} us of processor)"


def wrk(server, path, clients, method="GET", body="", headers={}, script=None):
    lua = os.path.join(WORK, "load.lua")
    with open(lua, "w") as file:
        file.write(f'wrk.method = "{method}"\n')
        for name, value in {"Authorization": AUTHORIZATION, **headers}.items():
            file.write(f'wrk.headers["{name}"] = "{value}"\n')
        if body:
            file.write(f"wrk.body = [==[{body}]==]\n")
        file.write(script or "")
    begin = server.processor_seconds()
    output = subprocess.run(
        on_core(1, ["wrk", "-t1", f"-c{clients}", f"-d{SECONDS}s", "--timeout", "30s", "--latency", "-s", lua,
                    f"http://127.0.0.1:{server.port}{path}"]),
        capture_output=True, text=True, check=True).stdout
    if re.search(r"Non-2xx|Socket errors", output):
        sys.exit(f"{method} {path} went wrong:\n{output}")

    def milliseconds(percentile):
        number, unit = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)", output).groups()
        return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

    spent = server.processor_seconds() - begin
    requests = int(re.search(r"(\d+) requests in", output)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
    return Load(rate, milliseconds(50), milliseconds(99), spent / requests * 1e6)


def sync_body(token):
    return (f'<sync-collection xmlns="DAV:"><sync-token>{token}</sync-token><sync-level>1</sync-level>'
            "<prop><getetag/></prop></sync-collection>")


def sync(server, path, token=""):
    """All pages from `token`: the number of changes, the bytes, and the last token."""
    changes = size = 0
    while True:
        body = server.request("REPORT", path, sync_body(token).encode(), {**XML, "Depth": "0"})
        size += len(body)
        root = ET.fromstring(body)
        statuses = [(r.findtext("{DAV:}href"), r.findtext("{DAV:}status") or "") for r in root.iter("{DAV:}response")]
        token = root.findtext("{DAV:}sync-token")
        cut = [s for s in statuses if " 507 " in s[1]]
        changes += len(statuses) - len(cut)
        if not cut:
            return changes, size, token


def new_data(name):
    data = os.path.join(WORK, name)
    subprocess.run([MARTLET, "user", "add", USER, "--password-stdin", "--data", data], input=PASSWORD, text=True, check=True,
                   stdout=subprocess.DEVNULL)
    return data


def machine():
    model = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    memory = int(re.search(r"MemTotal:\s+(\d+)", open("/proc/meminfo").read())[1]) / 1e6
    file_system = subprocess.run(["stat", "-f", "-c", "%T", WORK], capture_output=True, text=True).stdout.strip()
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    print(f"\nMachine: {model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, {file_system}, "
          f"Linux {platform.release()}, {swift}. Load before the run: {LOAD:.1f}"
          + ("; other work ran, so times and rates are too low." if LOAD > 1 else "."))


LOAD = os.getloadavg()[0]

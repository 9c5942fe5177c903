"""Measures a release build over loopback and prints one table: figures, ratios in one run, and the machine.

The server is kept on one core and the load on another, so that they do not take time from each other. Laws (the last column)
are ratios within this run; times depend on the machine and are only reported. Where other work shares the cores, rates say
little; the processor time the server spends on a request says more, so that is printed beside them.
"""
import os
import statistics
import subprocess
import time

import groupware
import push
import scheduling
import sharing
from harness import (BENCH, HOME, ONLY, SECONDS, SIZES, USER, PASSWORD, WORK, XML, Server, machine, martlet, new_data, on_core, row, rows,
                     sync, sync_body, wrk)

PUTS = """
local n = 0
local pad = string.rep("x", 1016)
function request()
  n = n + 1
  return wrk.format("PUT", wrk.path .. "p" .. (n % 5000), nil, string.format("%08d", n % 100000000) .. pad)
end
"""


def start():
    """How long from start to the first answer, and how much memory when idle?"""
    data = new_data("start")
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        with martlet(data) as server:
            server.request("GET", "/health")
            times.append(time.perf_counter() - begin)
            time.sleep(0.5)
            idle = server.memory()
    row("start to first answer (median of 5)", f"{statistics.median(times) * 1000:.0f} ms", law="< 300 ms")
    row("memory when idle", f"{idle:.0f} MB", law="< 60 MB")


def polls(server, empty):
    """Does a poll that finds nothing changed cost the same at every size, and how much of the HTTP library's own rate is left?"""
    base = wrk(empty, "/", 16, "REPORT", sync_body("http://example.com/"), {**XML, "Depth": "0"})
    row("empty answer of the HTTP library, 16 clients", str(base))
    loads = {}
    for size in SIZES:
        path = f"{HOME}c{size}/"
        _, _, token = sync(server, path)
        load = loads[size] = wrk(server, path, 16, "REPORT", sync_body(token), {**XML, "Depth": "0"})
        row(f"sync poll, nothing changed, {size:,} members", str(load),
            f"{load.rate / base.rate:.2f} of empty, {base.microseconds / load.microseconds:.2f} by processor time",
            ">= 0.5 of empty")
    small, big = loads[SIZES[0]], loads[SIZES[-1]]
    row("sync poll, 100k against 1k members", "",
        f"{big.rate / small.rate:.2f}, {small.microseconds / big.microseconds:.2f} by processor time", "about 1")


def increments(server):
    """Does an incremental sync of 10 changes cost the same at every size?"""
    loads = {}
    for size in SIZES:
        path = f"{HOME}c{size}/"
        _, _, token = sync(server, path)
        for number in range(10):
            server.request("PUT", f"{path}member-{number * (size // 10)}.txt", os.urandom(100))
        changes, _, _ = sync(server, path, token)
        assert changes == 10, changes
        loads[size] = wrk(server, path, 1, "REPORT", sync_body(token), {**XML, "Depth": "0"})
        row(f"sync of 10 changes, {size:,} members, 1 client", str(loads[size]))
    small, big = loads[SIZES[0]], loads[SIZES[-1]]
    row("sync of 10 changes, 100k against 1k members (time)", "",
        f"{small.rate / big.rate:.2f}, {big.microseconds / small.microseconds:.2f} of processor time", "<= 1.3")


def listings(data):
    """Do listings and initial syncs stream: is memory flat from 1,000 to 100,000 members? Each in a server of its own, since
    memory that was used once is rarely given back."""
    propfind = b'<propfind xmlns="DAV:"><prop><getetag/><getcontentlength/><getlastmodified/><resourcetype/></prop></propfind>'
    peaks = {}
    acts = {
        "PROPFIND depth 1": lambda server, path: server.request("PROPFIND", path, propfind, {**XML, "Depth": "1"}, keep=False),
        "initial sync": lambda server, path: sync(server, path)[1],
    }
    for size in SIZES:
        path = f"{HOME}c{size}/"
        for name, act in acts.items():
            with martlet(data) as server:
                server.request("OPTIONS", HOME)
                act(server, f"{HOME}c{SIZES[0]}/")
                before = server.memory()
                server.forget_peak()
                begin = time.perf_counter()
                length = act(server, path)
                spent = time.perf_counter() - begin
                peak = peaks[name, size] = server.memory("VmHWM")
            row(f"{name}, {size:,} members", f"{spent * 1000:,.0f} ms, {length / 1e6:.1f} MB ({spent / size * 1e6:.1f} us a member)",
                f"peak {peak:.0f} MB, {peak - before:+.1f}")
    for name in ("PROPFIND depth 1", "initial sync"):
        row(f"{name}, peak memory at 100k against 1k members", "",
            f"{peaks[name, SIZES[-1]] / peaks[name, SIZES[0]]:.2f}", "about 1 (flat)")


def puts(server, empty):
    """How much of the bare store's group commit is left over HTTP, for durable PUTs of 1 KB?"""
    server.request("MKCOL", HOME + "puts/")
    for clients in (1, 16, 64):
        base = wrk(empty, "/", clients, "PUT", script=PUTS)
        data = os.path.join(WORK, f"bare-{clients}")
        bare = int(subprocess.run(on_core(0, [BENCH, "puts", data, USER, str(clients), str(SECONDS)]), capture_output=True, text=True,
                                  check=True).stdout)
        load = wrk(server, HOME + "puts/", clients, "PUT", script=PUTS)
        row(f"durable PUT of 1 KB, {clients} clients", str(load),
            f"{load.rate / bare:.2f} of the bare store ({bare:,}/s), {load.rate / base.rate:.2f} of empty ({base.rate:,.0f}/s)",
            ">= 0.5 of the store" if clients == 16 else "")


def gets(server, empty):
    """How fast are small and large files read?"""
    base = wrk(empty, "/", 16)
    load = wrk(server, HOME + f"c{SIZES[0]}/member-1.txt", 16)
    row("GET of 1 KB, 16 clients", str(load), f"{load.rate / base.rate:.2f} of empty ({base.rate:,.0f}/s)")
    large(server, 1)
    if os.environ.get("LARGE") == "1":
        large(server, 10)


def large(server, gigabytes):
    """Does a large file go up and down in flat memory?"""
    source = os.path.join(WORK, "sparse")
    with open(source, "wb") as file:
        file.truncate(gigabytes << 30)
    url = f"http://127.0.0.1:{server.port}{HOME}large-{gigabytes}"
    for name, arguments in (("PUT", ["-T", source]), ("GET", ["-o", "/dev/null"])):
        before = server.memory()
        server.forget_peak()
        begin = time.perf_counter()
        subprocess.run(on_core(1, ["curl", "-sS", "-f", "-u", f"{USER}:{PASSWORD}", *arguments, url]), check=True,
                       stdout=subprocess.DEVNULL)
        spent = time.perf_counter() - begin
        row(f"{name} of {gigabytes} GB", f"{(gigabytes << 30) / 1e6 / spent:,.0f} MB/s",
            f"peak {server.memory('VmHWM'):.0f} MB, {server.memory('VmHWM') - before:+.1f}", "flat memory")
    server.request("DELETE", f"{HOME}large-{gigabytes}")
    os.remove(source)


def files(wanted):
    """Those of the benchmarks of plain files that are wanted."""
    if not any(wanted(benchmark) for benchmark in (listings, polls, increments, gets, puts)):
        return
    data = new_data("data")
    print("  filling collections …", flush=True)
    subprocess.run([BENCH, "populate", data, USER, *map(str, SIZES)], check=True)
    if wanted(listings):
        listings(data)
    with martlet(data) as server, Server([BENCH, "empty"]) as empty:
        server.request("OPTIONS", HOME)
        for benchmark, arguments in ((polls, (server, empty)), (increments, (server,)),
                                     (gets, (server, empty)), (puts, (server, empty))):
            if wanted(benchmark):
                benchmark(*arguments)


def main():
    def wanted(benchmark):
        return not ONLY or benchmark.__name__ in ONLY

    try:
        if wanted(start):
            start()
        groupware.run(wanted)
        push.run(wanted)
        sharing.run(wanted)
        scheduling.run(wanted)
        files(wanted)
        widths = [max(len(line[column]) for line in rows) for column in range(4)]
        print()
        for line in [("question", "figure", "ratio", "law"), *rows]:
            print(" | ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
        machine()
    finally:
        subprocess.run(["rm", "-rf", WORK])


main()

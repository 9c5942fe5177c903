"""Benchmarks of sharing."""
import base64
import http.client
import os
import re
import subprocess
import sys

from groupware import EVENT_PUTS
from harness import MARTLET, PASSWORD, USER, XML, Server, new_data, row, sync, sync_body, wrk

SHAREES = int(os.environ.get("BENCH_SHAREES", "500"))
INSTANCES = 200
CALENDARS = f"/calendars/{USER}/"
OTHER = "lender"


def as_user(server, user, method, path, body=b"", headers={}):
    authorization = "Basic " + base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    connection.request(method, path, body, {"Authorization": authorization, **headers})
    response = connection.getresponse()
    data = response.read()
    connection.close()
    if response.status >= 300:
        sys.exit(f"{method} {path} by {user} answered {response.status}: {data[:500]!r}")
    return data


def share(server, owner, path, sharees):
    lines = "".join(f"<sharee><href>/principals/{name}/</href><share-access><read-write/></share-access></sharee>" for name in sharees)
    as_user(server, owner, "POST", path, f'<share-resource xmlns="DAV:">{lines}</share-resource>'.encode(),
            {"Content-Type": "application/davsharing+xml"})


def instances(server, user):
    """The calendars in somebody's home that are shared with them."""
    body = b'<propfind xmlns="DAV:"><prop><share-access/></prop></propfind>'
    answer = as_user(server, user, "PROPFIND", f"/calendars/{user}/", body, {**XML, "Depth": "1"}).decode()
    responses = re.findall(r"<(?:\w+:)?response>.*?</(?:\w+:)?response>", answer, re.S)
    shared = [text for text in responses if re.search(r"<(?:\w+:)?read(-write)?/>", text)]
    return [re.search(r"<(?:\w+:)?href>([^<]*)<", text)[1] for text in shared]


def shared_puts(server):
    """Does a PUT into a calendar that is shared with 500 people cost what it costs unshared?"""
    loads = {"alone": [], "shared": []}
    for name in ("alone", "shared"):
        as_user(server, USER, "MKCALENDAR", f"{CALENDARS}{name}/")
    share(server, USER, f"{CALENDARS}shared/", [f"s{number}" for number in range(SHAREES)])
    assert len(instances(server, f"s{SHAREES - 1}")) == 1
    for turn in range(3):  # By turns, so that what else goes on meets both alike.
        for name, taken in loads.items():
            script = EVENT_PUTS.replace("FOLDER", f'"{turn}-"').replace("put-", f"put-{turn}-")
            taken.append(wrk(server, f"{CALENDARS}{name}/", 16, "PUT", headers={"Content-Type": "text/calendar"}, script=script))
    middle = {name: sorted(taken, key=lambda load: load.rate)[1] for name, taken in loads.items()}
    row("durable PUT of an event, 16 clients, unshared", str(middle["alone"]))
    row(f"… shared with {SHAREES}", str(middle["shared"]),
        f"{middle['alone'].rate / middle['shared'].rate:.2f} of the time unshared, "
        f"{middle['shared'].microseconds / middle['alone'].microseconds:.2f} of its processor time", "about 1")


def shared_home_polls(server):
    """Does a poll of a home cost the same with 200 instances in it?"""
    _, _, token = sync(server, CALENDARS)
    before = wrk(server, CALENDARS, 16, "REPORT", sync_body(token), {**XML, "Depth": "0"})
    for number in range(INSTANCES):
        as_user(server, OTHER, "MKCALENDAR", f"/calendars/{OTHER}/lent-{number}/")
        share(server, OTHER, f"/calendars/{OTHER}/lent-{number}/", [USER])
    assert len(instances(server, USER)) == INSTANCES
    _, _, token = sync(server, CALENDARS)
    after = wrk(server, CALENDARS, 16, "REPORT", sync_body(token), {**XML, "Depth": "0"})
    row("sync poll of a home, 16 clients, nothing shared", str(before))
    row(f"… with {INSTANCES} instances", str(after), f"{after.microseconds / before.microseconds:.2f} of the processor time", "about 1")


def shared_polls(server):
    """Does a poll through an instance cost what it costs the owner?"""
    path = f"/calendars/{OTHER}/looked-at/"
    as_user(server, OTHER, "MKCALENDAR", path)
    known = set(instances(server, USER))
    share(server, OTHER, path, [USER])
    instance, = set(instances(server, USER)) - known
    # As long a name as an instance has: what is compared is not how long a path is read and logged.
    own = f"{CALENDARS}{'o' * 36}/"
    as_user(server, USER, "MKCALENDAR", own)
    loads = {}
    for name, place in (("owner", own), ("instance", instance)):
        _, _, token = sync(server, place)
        loads[name] = wrk(server, place, 16, "REPORT", sync_body(token), {**XML, "Depth": "0"})
    row("sync poll of a calendar of one's own, 16 clients", str(loads["owner"]))
    row("… through an instance", str(loads["instance"]),
        f"{loads['owner'].rate / loads['instance'].rate:.2f} of the time, "
        f"{loads['instance'].microseconds / loads['owner'].microseconds:.2f} of the processor time", "<= 1.1")


BENCHMARKS = (shared_puts, shared_home_polls, shared_polls)


def run(wanted):
    """Those of the benchmarks that are wanted, on a data folder of their own."""
    if not any(wanted(benchmark) for benchmark in BENCHMARKS):
        return
    data = new_data("sharing")
    print(f"  adding {SHAREES + 1} people …", flush=True)
    for name in [OTHER, *(f"s{number}" for number in range(SHAREES))]:
        subprocess.run([MARTLET, "user", "add", name, "--password-stdin", "--data", data], input=PASSWORD, text=True, check=True,
                       stdout=subprocess.DEVNULL)
    # Nobody is asked first: what is measured is what comes after.
    command = [MARTLET, "serve", "--data", data, "--listen", "127.0.0.1:0", "--set", "sharing.mode=instant"]
    with Server(command) as server:
        server.request("OPTIONS", CALENDARS)
        for benchmark in BENCHMARKS:
            if wanted(benchmark):
                benchmark(server)

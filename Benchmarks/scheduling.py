"""Benchmarks of scheduling."""
import statistics
import subprocess
import time

from groupware import EVENT_PUTS
from harness import MARTLET, PASSWORD, USER, Server, new_data, row, wrk
from sharing import as_user

PEOPLE = 100
CALENDAR = f"/calendars/{USER}/calendar/"


def event(uid, people, summary):
    lines = [f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:s{number}@example.org" for number in range(people)]
    if lines:
        lines = [f"ORGANIZER:mailto:{USER}@example.org", *lines]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z",
                        "DTSTART:20270104T150000Z", "DTEND:20270104T160000Z", f"SUMMARY:{summary}", *lines, "END:VEVENT", "END:VCALENDAR",
                        ""]).encode()


def put(server, user, path, body):
    begin = time.perf_counter()
    as_user(server, user, "PUT", path, body, {"Content-Type": "text/calendar"})
    return time.perf_counter() - begin


def invitations(server):
    """Does an invitation cost in proportion to how many are invited, and how much beside an event of one's own?"""
    times = {}
    for people in (0, 1, 10, PEOPLE):
        taken = [put(server, USER, f"{CALENDAR}i-{people}-{turn}.ics", event(f"i-{people}-{turn}", people, "Tea")) for turn in range(9)]
        times[people] = statistics.median(taken)
    row("PUT of an event of one's own, 1 client (median of 9)", f"{times[0] * 1000:.1f} ms")
    for people in (1, 10, PEOPLE):
        each = (times[people] - times[0]) / people
        row(f"… that invites {people}", f"{times[people] * 1000:.1f} ms",
            f"{each * 1000:.2f} ms a person, {each / times[0]:.2f} of an event of one's own",
            "" if people < PEOPLE else "a person no more than with 10")


def answers(server):
    """What does an answer cost that everybody else is told of?"""
    path = "/calendars/s0/calendar/"
    times = {}
    for people in (1, 10, PEOPLE):
        taken = []
        for turn in range(5):
            uid = f"a-{people}-{turn}"
            put(server, USER, f"{CALENDAR}{uid}.ics", event(uid, people, "Tea"))
            query = ('<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop><C:filter>'
                     '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:prop-filter name="UID"><C:text-match>'
                     f"{uid}</C:text-match></C:prop-filter></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>").encode()
            found = as_user(server, "s0", "REPORT", path, query, {"Depth": "1", "Content-Type": "application/xml"}).decode()
            href = found[found.index(path):].split("<")[0]
            copy = as_user(server, "s0", "GET", href).replace(b"\r\n ", b"")
            mine = copy.replace(b"NEEDS-ACTION:mailto:s0@", b"ACCEPTED:mailto:s0@")
            assert mine != copy
            taken.append(put(server, "s0", href, mine))
        times[people] = statistics.median(taken)
    for people, taken in times.items():
        row(f"an answer to an event of {people} (median of 5)", f"{taken * 1000:.1f} ms")


def plain_events(server, without):
    """What does it cost an event nobody is invited to that somebody could be?"""
    loads = {"on": [], "off": []}
    for turn in range(3):
        for name, place in (("on", server), ("off", without)):
            script = EVENT_PUTS.replace("FOLDER", f'"{turn}-"').replace("put-", f"put-{turn}-")
            loads[name].append(wrk(place, CALENDAR, 16, "PUT", headers={"Content-Type": "text/calendar"}, script=script))
    on, off = (sorted(loads[name], key=lambda load: load.microseconds)[1] for name in ("on", "off"))
    row("durable PUT of an event, 16 clients, scheduling off", str(off))
    row("… scheduling on", str(on), f"{on.microseconds / off.microseconds:.2f} of the processor time", "<= 1.2")


def people(data, count):
    for name in [USER, *(f"s{number}" for number in range(count))]:
        if name != USER:
            subprocess.run([MARTLET, "user", "add", name, "--password-stdin", "--data", data], input=PASSWORD, text=True, check=True,
                           stdout=subprocess.DEVNULL)
        subprocess.run([MARTLET, "user", "email", name, f"{name}@example.org", "--data", data], check=True, stdout=subprocess.DEVNULL)


def run(wanted):
    """Those of the benchmarks that are wanted, on data folders of their own."""
    if not any(wanted(benchmark) for benchmark in (invitations, answers, plain_events)):
        return
    data = new_data("scheduling")
    print(f"  adding {PEOPLE} people …", flush=True)
    people(data, PEOPLE)
    with Server([MARTLET, "serve", "--data", data, "--listen", "127.0.0.1:0"]) as server:
        server.request("OPTIONS", CALENDAR)
        for benchmark in (invitations, answers):
            if wanted(benchmark):
                benchmark(server)
        if wanted(plain_events):
            command = [MARTLET, "serve", "--data", new_data("unscheduled"), "--listen", "127.0.0.1:0", "--set", "scheduling.enabled=false"]
            with Server(command) as without:
                without.request("OPTIONS", CALENDAR)
                plain_events(server, without)

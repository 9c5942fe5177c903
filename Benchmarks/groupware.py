"""Benchmarks of calendars and address books."""
import os
import subprocess
import time
import xml.etree.ElementTree as ET

from harness import (MARTLET, SIZES, USER, WORK, XML, martlet, new_data, on_core, row, sync, sync_body, wrk)

CALENDARS, BOOKS = f"/calendars/{USER}/", f"/contacts/{USER}/"
EVENTS = CARDS = SIZES[1]


def event(number):
    """One hour on some day from 2020 to 2029; every twentieth recurs each week through all of it."""
    start = f"20{20 + number % 10}{number // 10 % 12 + 1:02}{number // 120 % 28 + 1:02}T{number % 24:02}0000Z"
    rule = "RRULE:FREQ=WEEKLY;UNTIL=20291231T000000Z\r\n" if number % 20 == 0 else ""
    if rule:
        start = f"2020010{number // 20 % 7 + 1}T{number // 140 % 24:02}0000Z"
    return (f"BEGIN:VEVENT\r\nUID:event-{number}\r\nDTSTAMP:20200101T000000Z\r\nDTSTART:{start}\r\nDURATION:PT1H\r\n{rule}"
            f"SUMMARY:Meeting number {number}\r\nDESCRIPTION:{'About this and that. ' * 10}\r\nEND:VEVENT\r\n")


def card(number):
    return (f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-{number}\r\nFN:Person number {number}\r\nN:Number {number};Person;;;\r\n"
            f"EMAIL:p{number}@example.org\r\nTEL:+49 30 {number:08}\r\nADR:;;Street {number};Town;;12345;Land\r\nEND:VCARD\r\n")


def import_into(data, collection, kind, count):
    """Starts `martlet import` of that many objects."""
    path = os.path.join(WORK, f"{collection}.{kind}")
    with open(path, "w") as file:
        if kind == "ics":
            file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n")
        file.writelines((event if kind == "ics" else card)(number) for number in range(count))
        if kind == "ics":
            file.write("END:VCALENDAR\r\n")
    return subprocess.Popen(on_core(1, [MARTLET, "import", path, "--user", USER, "--to", collection, "--create", "--data", data]),
                            stdout=subprocess.DEVNULL)


def finish(process):
    if process.wait() != 0:
        raise SystemExit("martlet import failed")


def new_collections():
    data = new_data("groupware")
    for size in SIZES:
        finish(import_into(data, f"c{size}", "ics", size))
    finish(import_into(data, "people", "vcf", CARDS))
    return data


CALDAV = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'


def calendar_query(begin, end):
    return (f'<C:calendar-query {CALDAV}><prop><getetag/><C:calendar-data/></prop><C:filter><C:comp-filter name="VCALENDAR">'
            f'<C:comp-filter name="VEVENT"><C:time-range start="{begin}" end="{end}"/></C:comp-filter></C:comp-filter></C:filter>'
            "</C:calendar-query>")


def matches(server, path, body):
    """How many responses a report has."""
    answer = server.request("REPORT", path, body.encode(), {**XML, "Depth": "1"})
    return sum(1 for _ in ET.fromstring(answer).iter("{DAV:}response"))


def multigets(server):
    """What does a multiget of 100 events cost beside 100 single GETs, and does the calendar's size matter?"""
    loads = {}
    for size in SIZES:
        path = f"{CALENDARS}c{size}/"
        hrefs = "".join(f"<href>{path}event-{number * (size // 100)}.ics</href>" for number in range(100))
        body = f"<C:calendar-multiget {CALDAV}><prop><getetag/><C:calendar-data/></prop>{hrefs}</C:calendar-multiget>"
        assert matches(server, path, body) == 100
        loads[size] = wrk(server, path, 1, "REPORT", body, {**XML, "Depth": "1"})
    get = wrk(server, f"{CALENDARS}c{SIZES[0]}/event-1.ics", 1)
    for size, load in loads.items():
        row(f"multiget of 100, {size:,} events, 1 client", str(load),
            f"{load.microseconds / get.microseconds / 100:.2f} of 100 GETs by processor time", "< 0.5")
    small, big = loads[SIZES[0]], loads[SIZES[-1]]
    row(f"multiget of 100, {SIZES[-1]:,} against {SIZES[0]:,} events", "", f"{big.microseconds / small.microseconds:.2f} of processor time", "about 1")


def queries(server):
    """Does a query of one month open only what may happen then, and what does one more match cost?"""
    path = f"{CALENDARS}c{EVENTS}/"
    get = wrk(server, f"{path}event-1.ics", 1)
    for name, begin, end in (("one month", "20250301T000000Z", "20250401T000000Z"), ("one day", "20250305T000000Z", "20250306T000000Z"),
                             ("before everything", "20100301T000000Z", "20100401T000000Z")):
        body = calendar_query(begin, end)
        found = matches(server, path, body)
        load = wrk(server, path, 1, "REPORT", body, {**XML, "Depth": "1"})
        row(f"calendar-query of {name}, {EVENTS:,} events, 5 % weekly for ten years: {found:,} matches", str(load),
            f"{load.microseconds / max(1, found):.0f} us a match; a GET takes {get.microseconds:.0f}")
    body = f'<C:free-busy-query {CALDAV}><C:time-range start="20250303T000000Z" end="20250310T000000Z"/></C:free-busy-query>'
    load = wrk(server, path, 1, "REPORT", body, {**XML, "Depth": "1"})
    row(f"free-busy-query of one week, {EVENTS:,} events", str(load))


def searches(server):
    """How fast is a search for text in 10,000 cards, beside reading them all?"""
    path = BOOKS + "people/"
    namespaces = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"'
    body = (f'<C:addressbook-query {namespaces}><prop><getetag/><C:address-data/></prop><C:filter><C:prop-filter name="FN">'
            '<C:text-match match-type="contains">number 777</C:text-match></C:prop-filter></C:filter></C:addressbook-query>')
    found = matches(server, path, body)
    load = wrk(server, path, 1, "REPORT", body, {**XML, "Depth": "1"})
    begin = time.perf_counter()
    server.request("GET", path + "?export", keep=False)
    everything = time.perf_counter() - begin
    row(f"addressbook-query by text in {CARDS:,} cards: {found} matches", str(load),
        f"{1 / load.rate / everything:.2f} of reading them all ({everything * 1000:.0f} ms)", "< 0.5")


def calendar_syncs(server):
    """Do a poll and a sync of 10 changes cost the same in calendars of every size?"""
    polls, changes = {}, {}
    for size in SIZES:
        path = f"{CALENDARS}c{size}/"
        _, _, token = sync(server, path)
        polls[size] = wrk(server, path, 16, "REPORT", sync_body(token), {**XML, "Depth": "0"})
        for number in range(10):
            text = event(number).replace("Meeting", f"Changed {time.time()}")
            server.request("PUT", f"{path}event-{number}.ics", f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{text}END:VCALENDAR\r\n".encode(),
                           {"Content-Type": "text/calendar"})
        assert sync(server, path, token)[0] == 10
        changes[size] = wrk(server, path, 1, "REPORT", sync_body(token), {**XML, "Depth": "0"})
    for name, loads in (("sync poll of a calendar", polls), ("sync of 10 changed events", changes)):
        for size, load in loads.items():
            row(f"{name}, {size:,} events", str(load))
        row(f"{name}, {SIZES[-1]:,} against {SIZES[0]:,} events", "",
            f"{loads[SIZES[-1]].microseconds / loads[SIZES[0]].microseconds:.2f} of processor time", "<= 1.3")


EVENT_PUTS = """
local n = 0
local pad = string.rep("x", 800)
function request()
  n = n + 1
  local id = n % 5000
  local body = "BEGIN:VCALENDAR\\r\\nVERSION:2.0\\r\\nPRODID:-//bench//EN\\r\\nBEGIN:VEVENT\\r\\nUID:put-" .. id ..
    "\\r\\nDTSTAMP:20260101T000000Z\\r\\nDTSTART:20260101T000000Z\\r\\nDURATION:PT1H\\r\\nSUMMARY:" .. n ..
    "\\r\\nDESCRIPTION:" .. pad .. "\\r\\nEND:VEVENT\\r\\nEND:VCALENDAR\\r\\n"
  return wrk.format("PUT", wrk.path .. FOLDER .. "p" .. id .. ".ics", nil, body)
end
"""


def event_puts(server):
    """What does a durable PUT of an event cost beside that of the same octets as a plain file?"""
    server.request("MKCOL", f"/files/{USER}/events/")
    for clients in (1, 16):
        loads = []
        for path in (f"/files/{USER}/events/", f"{CALENDARS}calendar/"):
            loads.append(wrk(server, path, clients, "PUT", headers={"Content-Type": "text/calendar"},
                             script=EVENT_PUTS.replace("FOLDER", f'"{clients}-"').replace("put-", f"put-{clients}-")))
        file, calendar = loads
        row(f"durable PUT of an event of 1 KB, {clients} clients", str(calendar),
            f"{file.rate / calendar.rate:.2f} of a file's time, {calendar.microseconds / file.microseconds:.2f} of its processor time",
            "<= 1.5")


def imports(data):
    """Do readers wait while 100,000 events are imported beside the server?"""
    with martlet(data) as server:
        path = f"{CALENDARS}c{SIZES[0]}/"
        _, _, token = sync(server, path)

        def polled():
            begin = time.perf_counter()
            server.request("REPORT", path, sync_body(token).encode(), {**XML, "Depth": "0"})
            return time.perf_counter() - begin

        def written(number):
            begin = time.perf_counter()
            server.request("PUT", f"/files/{USER}/during-import", str(number).encode())
            return time.perf_counter() - begin

        alone = sorted(polled() for _ in range(200))
        begin = time.perf_counter()
        process = import_into(data, "imported", "ics", SIZES[-1])
        reads, writes = [], []
        while process.poll() is None:
            reads.append(polled())
            writes.append(written(len(writes)))
            time.sleep(0.02)
        spent = time.perf_counter() - begin
        finish(process)
        reads.sort()
        writes.sort()
        row(f"import of {SIZES[-1]:,} events beside the server", f"{spent:.0f} s, {SIZES[-1] / spent:,.0f} events/s")
        row("sync polls meanwhile", f"p50 {reads[len(reads) // 2] * 1000:.1f}, p99 {reads[len(reads) * 99 // 100] * 1000:.1f} ms",
            f"{reads[len(reads) // 2] / alone[len(alone) // 2]:.1f} of the p50 alone")
        row("PUTs meanwhile", f"p50 {writes[len(writes) // 2] * 1000:.1f}, p99 {writes[len(writes) * 99 // 100] * 1000:.1f} ms",
            law="p99 < 1 s")


IN_SERVER = (multigets, queries, searches, calendar_syncs, event_puts)


def run(wanted):
    """Those of the benchmarks that are wanted, on a data folder of their own."""
    if not any(wanted(benchmark) for benchmark in (*IN_SERVER, imports)):
        return
    print("  filling calendars and an address book …", flush=True)
    data = new_collections()
    with martlet(data) as server:
        server.request("OPTIONS", CALENDARS)  # The first sign-in takes its time.
        for benchmark in IN_SERVER:
            if wanted(benchmark):
                benchmark(server)
    if wanted(imports):
        imports(data)

"""Two people who share, with python-caldav and with the requests that macOS sends. A line "ok …" for each thing that works.

    sharing-client.py ORIGIN PASSWORD [--take-back]

At the end `shared KIND PERSON PATH` says where alice and bob have a calendar and an address book that both may write.
"""
import sys
import xml.etree.ElementTree as ET
from datetime import datetime, timezone

import caldav
import caldav.elements.ical
import requests

from steps import end, equal, step

ORIGIN, PASSWORD = sys.argv[1:3]
D, CS, C = "{DAV:}", "{http://calendarserver.org/ns/}", "{urn:ietf:params:xml:ns:caldav}"


def request(user, method, path, body="", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(method, ORIGIN + path, auth=(user.encode(), PASSWORD.encode()), data=body.encode(), headers=headers, timeout=60,
                            allow_redirects=False)


def propfind(user, path, properties, depth="0"):
    """For each href the properties that are there."""
    names = "".join(f'<x:{name.split("}")[1]} xmlns:x="{name[1:].split("}")[0]}"/>' for name in properties)
    answer = request(user, "PROPFIND", path, f'<propfind xmlns="DAV:"><prop>{names}</prop></propfind>', Depth=depth,
                     Content_Type="application/xml")
    equal(answer.status_code, 207)
    found = {}
    for response in ET.fromstring(answer.content).iter(D + "response"):
        found[response.findtext(D + "href")] = {
            prop.tag: prop for propstat in response.iter(D + "propstat") if " 200 " in propstat.findtext(D + "status")
            for prop in propstat.find(D + "prop")}
    return found


def sync(user, path, token=""):
    """({href: whether it is there}, token)"""
    answer = request(user, "REPORT", path, f'<sync-collection xmlns="DAV:"><sync-token>{token}</sync-token><sync-level>1</sync-level>'
                     "<prop><getetag/></prop></sync-collection>", Depth="0", Content_Type="application/xml")
    equal(answer.status_code, 207)
    root = ET.fromstring(answer.content)
    return {r.findtext(D + "href"): r.find(D + "propstat") is not None for r in root.iter(D + "response")}, root.findtext(D + "sync-token")


def notifications(user):
    """{href: Apple's document}"""
    home = propfind(user, f"/principals/{user}/", [CS + "notification-URL"])
    path, = [prop.findtext(D + "href") for properties in home.values() for prop in properties.values()]
    found = {}
    for href in propfind(user, path, [D + "getetag"], depth="1"):
        if href != path:
            answer = request(user, "GET", href, Accept="text/xml")
            equal(answer.status_code, 200)
            found[href] = ET.fromstring(answer.content)
    return found


def share(path, element, user="alice"):
    """As macOS Calendar does: a set or a remove."""
    return request(user, "POST", path, f'<?xml version="1.0" encoding="UTF-8"?><B:share xmlns:B="http://calendarserver.org/ns/" '
                   f'xmlns:A="DAV:">{element}</B:share>', Content_Type="text/xml; charset=utf-8",
                   User_Agent="Mac+OS+X/10.12.5 (16F73) CalendarAgent/386")


def give(path, person="bob", access="read-write"):
    return share(path, f"<B:set><A:href>/principals/{person}/</A:href><B:common-name>{person.title()}</B:common-name>"
                 f"<B:summary>Team</B:summary><B:{access}/></B:set>")


def take(path, person="bob"):
    # The children of a remove that need not be there do occur.
    return share(path, f"<B:remove><A:href>/principals/{person}/</A:href><B:summary>Team</B:summary><B:read-write/></B:remove>")


def answer(user, home, invitation, word="accepted", summary="Team (Alice)"):
    """Apple's answer, which goes to the home of whoever was asked."""
    (_, document), = [(href, document) for href, document in notifications(user).items()
                      if document.find(f"{CS}invite-notification/{CS}invite-noresponse") is not None]
    notice = document.find(CS + "invite-notification")
    return request(user, "POST", home, f'<?xml version="1.0" encoding="UTF-8"?><B:invite-reply xmlns:B="http://calendarserver.org/ns/" '
                   f'xmlns:A="DAV:"><A:href>{notice.findtext(D + "href")}</A:href><B:invite-{word}/><B:hosturl><A:href>{invitation}</A:href>'
                   f'</B:hosturl><B:in-reply-to>{notice.findtext(CS + "uid")}</B:in-reply-to><B:summary>{summary}</B:summary>'
                   "<B:common-name>Bob</B:common-name><B:first-name>B</B:first-name><B:last-name>B</B:last-name></B:invite-reply>",
                   Content_Type="text/xml")


def types(user, path):
    return {child.tag for properties in propfind(user, path, [D + "resourcetype"]).values() for child in properties[D + "resourcetype"]}


def accepted(user, home, path):
    """Gives `path` to them, answers for them, and returns where they have it."""
    equal(give(path, user).status_code, 200)
    reply = answer(user, home, path)
    equal(reply.status_code, 200)
    return ET.fromstring(reply.content).findtext(D + "href")


def event(uid, summary, day):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sharing-client//EN", "BEGIN:VEVENT", f"UID:{uid}",
                        "DTSTAMP:20260101T000000Z", f"DTSTART:202603{day:02}T100000Z", "DURATION:PT1H", f"SUMMARY:{summary}",
                        "END:VEVENT", "END:VCALENDAR", ""])


TEAM, FRIENDS = "/calendars/alice/team/", "/contacts/alice/friends/"
BOBS_HOME = "/calendars/bob/"

if "--take-back" in sys.argv:
    for path in (TEAM, FRIENDS):
        equal(take(path).status_code, 200)
    sys.exit(0)

alice = caldav.DAVClient(ORIGIN + "/", username="alice", password=PASSWORD).principal()
bob = caldav.DAVClient(ORIGIN + "/", username="bob", password=PASSWORD).principal()
team = alice.make_calendar(name="Team", cal_id="team")


@step
def a_calendar_says_that_it_can_be_shared():
    found, = propfind("alice", TEAM, [CS + "allowed-sharing-modes", D + "resourcetype"]).values()
    equal([child.tag for child in found[CS + "allowed-sharing-modes"]], [CS + "can-be-shared"])
    assert "calendarserver-sharing" in request("alice", "OPTIONS", TEAM).headers["DAV"]
    assert CS + "shared-owner" not in types("alice", TEAM)


@step
def macos_shares_and_the_sharee_is_asked():
    reply = give(TEAM)
    equal((reply.status_code, reply.content), (200, b""))
    assert CS + "shared-owner" in types("alice", TEAM)
    document, = notifications("bob").values()
    notice = document.find(CS + "invite-notification")
    equal(notice.get("shared-type"), "calendar")
    equal(notice.findtext(f"{CS}hosturl/{D}href").rstrip("/"), TEAM.rstrip("/"))
    assert notice.find(f"{CS}access/{CS}read-write") is not None
    equal(notice.findtext(CS + "summary"), "Team")
    equal([comp.get("name") for comp in notice.iter(C + "comp")].count("VEVENT"), 1)
    assert "-" not in document.findtext(CS + "dtstamp"), "Calendar.app reads it without separators only"
    # Nothing is there before it is accepted.
    equal(request("bob", "GET", TEAM).status_code, 404)
    equal([c for c in bob.calendars() if "Team" in (c.get_display_name() or "")], [])


@step
def macos_accepts_and_names_it():
    before = sync("bob", BOBS_HOME)[1]
    reply = answer("bob", BOBS_HOME, TEAM)
    equal(reply.status_code, 200)
    global INSTANCE
    INSTANCE = ET.fromstring(reply.content).findtext(D + "href")
    assert INSTANCE.startswith(BOBS_HOME), INSTANCE
    equal(sync("bob", BOBS_HOME, before)[0].get(INSTANCE), True)
    assert CS + "shared" in types("bob", INSTANCE)
    found, = propfind("bob", INSTANCE, [D + "displayname", CS + "shared-url", D + "owner"]).values()
    equal(found[D + "displayname"].text, "Team (Alice)")
    equal(found[CS + "shared-url"].findtext(D + "href").rstrip("/"), TEAM.rstrip("/"))
    equal(found[D + "owner"].findtext(D + "href"), "/principals/alice/")
    reply, = notifications("alice").values()
    assert reply.find(f"{CS}invite-reply/{CS}invite-accepted") is not None
    line, = propfind("alice", TEAM, [CS + "invite"]).popitem()[1][CS + "invite"].iter(CS + "user")
    assert line.find(CS + "invite-accepted") is not None and len(line.find(CS + "access")) == 1


def calendar_of_bob():
    found, = [calendar for calendar in bob.calendars() if calendar.get_display_name() == "Team (Alice)"]
    return found


@step
def two_people_see_each_others_changes():
    theirs = calendar_of_bob()
    team.save_event(event("from-alice", "By Alice", 2))
    first = theirs.objects_by_sync_token(load_objects=True)
    equal([str(item.icalendar_component["SUMMARY"]) for item in first], ["By Alice"])
    theirs.save_event(event("from-bob", "By Bob", 3))
    equal(sorted(str(item.icalendar_component["SUMMARY"]) for item in team.events()), ["By Alice", "By Bob"])
    item = theirs.event_by_uid("from-alice")
    item.icalendar_component["SUMMARY"] = "By both"
    item.save()
    equal(str(team.event_by_uid("from-alice").icalendar_component["SUMMARY"]), "By both")
    equal(len(theirs.search(start=datetime(2026, 3, 2, tzinfo=timezone.utc), end=datetime(2026, 3, 3, tzinfo=timezone.utc), event=True)), 1)
    team.event_by_uid("from-bob").delete()
    equal([str(item.icalendar_component["SUMMARY"]) for item in theirs.events()], ["By both"])
    after = theirs.objects_by_sync_token(first.sync_token, load_objects=True)
    equal(sorted(str(item.url).rsplit("/", 1)[1] for item in after if item.data), ["from-alice.ics"])


@step
def a_name_and_colour_are_ones_own():
    theirs = calendar_of_bob()
    theirs.set_properties([caldav.elements.ical.CalendarColor("#123456FF")])
    equal(theirs.get_property(caldav.elements.ical.CalendarColor(), use_cached=False), "#123456FF")
    assert team.get_property(caldav.elements.ical.CalendarColor(), use_cached=False) != "#123456FF"
    equal(team.get_display_name(), "Team")


@step
def macos_makes_it_read_only():
    equal(give(TEAM, access="read").status_code, 200)
    equal(request("bob", "PUT", INSTANCE + "new.ics", event("new", "New", 4), Content_Type="text/calendar").status_code, 403)
    equal(request("bob", "GET", INSTANCE + "from-alice.ics").status_code, 200)


@step
def macos_takes_it_back():
    _, token = sync("bob", BOBS_HOME)
    reply = take(TEAM)
    equal((reply.status_code, reply.content), (200, b""))
    equal(request("bob", "GET", INSTANCE + "from-alice.ics").status_code, 404)
    equal(sync("bob", BOBS_HOME, token)[0].get(INSTANCE), False)
    assert CS + "shared-owner" not in types("alice", TEAM)
    equal([str(item.icalendar_component["SUMMARY"]) for item in team.events()], ["By both"])
    gone = [document for document in notifications("bob").values() if document.find(f"{CS}invite-notification/{CS}invite-deleted") is not None]
    equal(len(gone), 1)


@step
def macos_declines():
    equal(give(TEAM, "carol").status_code, 200)
    equal(answer("carol", "/calendars/carol/", TEAM, "declined").status_code, 204)
    line, = propfind("alice", TEAM, [CS + "invite"]).popitem()[1][CS + "invite"].iter(CS + "user")
    assert line.find(CS + "invite-declined") is not None
    equal(take(TEAM, "carol").status_code, 200)


@step
def a_stranger_finds_nothing():
    for method in ("GET", "PROPFIND", "REPORT", "POST", "DELETE"):
        equal(request("carol", method, TEAM).status_code, 404)


@step
def a_calendar_and_an_address_book_are_shared_for_good():
    equal(request("alice", "MKCOL", FRIENDS, '<mkcol xmlns="DAV:"><set><prop><resourcetype><collection/><C:addressbook '
                  'xmlns:C="urn:ietf:params:xml:ns:carddav"/></resourcetype><displayname>Friends</displayname></prop></set></mkcol>',
                  Content_Type="application/xml").status_code, 201)
    for kind, path, home in (("calendar", TEAM, BOBS_HOME), ("addressbook", FRIENDS, "/contacts/bob/")):
        print("shared", kind, "alice", path)
        print("shared", kind, "bob", accepted("bob", home, path), flush=True)


end()

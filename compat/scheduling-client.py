"""Two people who invite each other, with python-caldav. A line "ok …" for each thing that works.

    scheduling-client.py ORIGIN PASSWORD
"""
import logging
import sys
from datetime import datetime, timedelta, timezone

import caldav

from steps import end, equal, step

ORIGIN, PASSWORD = sys.argv[1:3]
# The preferred address is told as the first and as the last, since clients take either; the library grumbles to find it twice.
logging.disable(logging.ERROR)
UTC = timezone.utc


def connect(name):
    client = caldav.DAVClient(ORIGIN + "/", username=name, password=PASSWORD)
    return client, client.principal()


(alice_client, alice), (bob_client, bob), (carol_client, carol) = connect("alice"), connect("bob"), connect("carol")
START = datetime(2027, 1, 4, 15, tzinfo=UTC)


def events(person):
    """{uid: event} in the calendar where invitations go."""
    calendar, = [calendar for calendar in person.calendars() if calendar.get_display_name() == "Calendar"]
    return {str(event.icalendar_component["UID"]): event for event in calendar.events()}


def messages(person):
    return [item.icalendar_instance for item in person.schedule_inbox().get_items()]


def answers(event):
    lines = event.icalendar_component.get("ATTENDEE", [])
    lines = lines if isinstance(lines, list) else [lines]
    return {str(line).rsplit(":", 1)[-1].split("@")[0]: line.params.get("PARTSTAT", "NEEDS-ACTION") for line in lines}


def text(uid, summary, start=START):
    times = [(start + timedelta(hours=hours)).strftime("%Y%m%dT%H%M%SZ") for hours in (0, 1)]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//scheduling-client//EN", "BEGIN:VEVENT", f"UID:{uid}",
                        "DTSTAMP:20260101T000000Z", f"DTSTART:{times[0]}", f"DTEND:{times[1]}", f"SUMMARY:{summary}", "END:VEVENT",
                        "END:VCALENDAR", ""])


own, = [calendar for calendar in alice.calendars() if calendar.get_display_name() == "Calendar"]


@step
def the_server_says_that_it_schedules():
    assert alice_client.check_scheduling_support()


@step
def an_invitation_reaches_calendar_and_inbox():
    own.save_with_invites(text("tea", "Tea"), [bob, carol])
    for person in (bob, carol):
        equal(str(events(person)["tea"].icalendar_component["SUMMARY"]), "Tea")
        message, = messages(person)
        equal(str(message["METHOD"]), "REQUEST")


@step
def the_organizer_sees_what_became_of_it():
    lines = events(alice)["tea"].icalendar_component["ATTENDEE"]
    statuses = [str(line.params.get("SCHEDULE-STATUS", "")) for line in lines if not str(line).endswith("alice@example.org")]
    assert len(statuses) == 2 and all(status.startswith("1.2") for status in statuses), statuses


@step
def an_acceptance_comes_back():
    invitation, = bob.schedule_inbox().get_items()
    invitation.accept_invite()
    equal(answers(events(alice)["tea"])["bob"], "ACCEPTED")
    equal(answers(events(carol)["tea"])["bob"], "ACCEPTED")
    assert "REPLY" in [str(message["METHOD"]) for message in messages(alice)]


@step
def a_refusal_comes_back():
    invitation, = carol.schedule_inbox().get_items()
    invitation.decline_invite()
    equal(answers(events(alice)["tea"])["carol"], "DECLINED")


@step
def a_new_time_asks_again():
    event = events(alice)["tea"]
    event.icalendar_component["DTSTART"].dt += timedelta(days=1)
    event.icalendar_component["DTEND"].dt += timedelta(days=1)
    event.save()
    copy = events(bob)["tea"]
    equal(copy.icalendar_component["DTSTART"].dt, START + timedelta(days=1))
    equal(answers(copy)["bob"], "NEEDS-ACTION")


@step
def others_are_told_when_somebody_is_busy():
    # On the day of the event that carol declined she is free; bob has something of his own.
    calendar, = [calendar for calendar in bob.calendars() if calendar.get_display_name() == "Calendar"]
    calendar.add_event(text("own", "Nobody's business", START + timedelta(days=3)))
    found = alice.freebusy_request(START + timedelta(days=2), START + timedelta(days=4), [bob, carol])
    texts = {str(address).split("@")[0].rsplit(":", 1)[-1]: answer.data for address, answer in found.items() if answer}
    assert "20270107T150000Z" in texts["bob"] and "business" not in texts["bob"], texts
    assert "20270107T150000Z" not in texts["carol"], texts


@step
def what_is_called_off_is_called_off_everywhere():
    events(alice)["tea"].delete()
    equal(str(events(bob)["tea"].icalendar_component["STATUS"]), "CANCELLED")
    assert "CANCEL" in [str(message["METHOD"]) for message in messages(bob)]


@step
def messages_can_be_put_away():
    for item in bob.schedule_inbox().get_items():
        item.delete()
    equal(messages(bob), [])


end()

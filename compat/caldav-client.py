"""python-caldav without a compatibility flag: what people's scripts do. A line "ok …" for each thing that works.

    caldav-client.py ORIGIN USER PASSWORD
"""
import sys
from datetime import date, datetime, timedelta, timezone

import caldav

from steps import end, equal, step

ORIGIN, USER, PASSWORD = sys.argv[1:4]
UTC = timezone.utc


def calendar_text(*lines):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//caldav-client//EN", *lines, "END:VCALENDAR", ""])


def event(uid, *lines):
    return calendar_text("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT")


def todo(uid, *lines):
    return calendar_text("BEGIN:VTODO", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VTODO")


def summaries(objects):
    return sorted(str(item.icalendar_component["SUMMARY"]) for item in objects)


def starts(objects):
    return sorted(item.icalendar_component["DTSTART"].dt.isoformat() for item in objects)


client = caldav.DAVClient(ORIGIN + "/", username=USER, password=PASSWORD)
principal = client.principal()
work = principal.make_calendar(name="Work ä & b", supported_calendar_component_set=["VEVENT"])
tasks = principal.make_calendar(name="To do", supported_calendar_component_set=["VTODO"])
notes = principal.make_calendar(name="Notes", supported_calendar_component_set=["VJOURNAL"])


@step
def the_principal_tells_where_its_calendars_are():
    names = [calendar.get_display_name() for calendar in principal.calendars()]
    for name in ("Calendar", "Tasks", "Work ä & b", "To do", "Notes"):
        assert name in names, names


@step
def calendars_tell_what_they_take():
    equal(sorted(work.get_supported_components()), ["VEVENT"])
    equal(sorted(tasks.get_supported_components()), ["VTODO"])


@step
def a_calendar_can_be_renamed():
    work.set_properties([caldav.elements.dav.DisplayName("Work")])
    equal(work.get_property(caldav.elements.dav.DisplayName(), use_cached=False), "Work")


@step
def events_are_stored_and_found_by_uid():
    work.save_event(event("one", "DTSTART:20260310T100000Z", "DTEND:20260310T110000Z", "SUMMARY:Once", "LOCATION:Köln",
                          "CATEGORIES:red,green"))
    work.save_event(event("daily", "DTSTART:20260301T080000Z", "DURATION:PT30M", "RRULE:FREQ=DAILY", "SUMMARY:Daily"))
    work.save_event(event("day", "DTSTART;VALUE=DATE:20260312", "SUMMARY:All day"))
    work.save_event(event("odd uid/ü?", "DTSTART:20260501T000000Z", "SUMMARY:Odd"))
    equal(str(work.event_by_uid("one").icalendar_component["LOCATION"]), "Köln")
    equal(str(work.event_by_uid("odd uid/ü?").icalendar_component["SUMMARY"]), "Odd")


@step
def an_unknown_uid_is_not_found():
    try:
        work.event_by_uid("nobody")
    except caldav.lib.error.NotFoundError:
        return
    raise AssertionError("it was found")


@step
def a_search_by_time_finds_what_happens_then():
    found = work.search(event=True, start=datetime(2026, 3, 10, 9, tzinfo=UTC), end=datetime(2026, 3, 10, 12, tzinfo=UTC))
    equal(summaries(found), ["Once"])
    found = work.search(event=True, start=datetime(2026, 3, 12, tzinfo=UTC), end=datetime(2026, 3, 13, tzinfo=UTC))
    equal(summaries(found), ["All day", "Daily"])


@step
def the_server_expands_what_recurs():
    found = work.search(event=True, start=datetime(2026, 3, 3, tzinfo=UTC), end=datetime(2026, 3, 6, tzinfo=UTC), server_expand=True)
    texts = "".join(item.data for item in found)
    # The library asks for a day more on either side.
    equal(starts(found), [f"2026-03-0{day}T08:00:00+00:00" for day in (2, 3, 4, 5, 6)])
    assert "RRULE" not in texts, texts
    assert "RECURRENCE-ID:20260304T080000Z" in texts, texts


@step
def the_client_expands_what_recurs():
    found = work.search(event=True, start=datetime(2026, 3, 3, tzinfo=UTC), end=datetime(2026, 3, 6, tzinfo=UTC), expand=True)
    equal(starts(found), [f"2026-03-0{day}T08:00:00+00:00" for day in (3, 4, 5)])


@step
def the_server_filters_by_text():
    equal(summaries(work.search(event=True, summary="Onc")), ["Once"])
    equal(summaries(work.search(event=True, location="Köln")), ["Once"])
    equal(summaries(work.search(event=True, category="green")), ["Once"])
    equal(summaries(work.search(event=True, summary="nothing like it")), [])
    equal(summaries(work.search(event=True, no_location=True)), ["All day", "Daily", "Odd"])


@step
def one_instance_is_moved():
    item = work.event_by_uid("daily")
    item.data = item.data.replace("END:VCALENDAR", "\r\n".join([
        "BEGIN:VEVENT", "UID:daily", "DTSTAMP:20260101T000000Z", "RECURRENCE-ID:20260304T080000Z", "DTSTART:20260304T200000Z",
        "DURATION:PT30M", "SUMMARY:Daily\\, but late", "END:VEVENT", "END:VCALENDAR"]))
    item.save()
    found = work.search(event=True, start=datetime(2026, 3, 4, 19, tzinfo=UTC), end=datetime(2026, 3, 4, 21, tzinfo=UTC), expand=True)
    equal(summaries(found), ["Daily, but late"])
    found = work.search(event=True, start=datetime(2026, 3, 4, 7, tzinfo=UTC), end=datetime(2026, 3, 4, 9, tzinfo=UTC), expand=True)
    equal(summaries(found), [])


@step
def free_busy_tells_when():
    answer = work.freebusy_request(datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC))
    lines = [line for line in answer.data.replace("\r\n", "\n").replace("\n ", "").split("\n") if line.startswith("FREEBUSY")]
    periods = sorted(period for line in lines for period in line.rpartition(":")[2].split(","))
    equal(periods, ["20260310T080000Z/20260310T083000Z", "20260310T100000Z/20260310T110000Z"])


@step
def tasks_are_found_while_they_are_open():
    tasks.save_todo(todo("t1", "DTSTART:20260301T000000Z", "DUE:20260305T000000Z", "SUMMARY:Soon", "PRIORITY:1"))
    tasks.save_todo(todo("t2", "SUMMARY:Some day"))
    tasks.save_todo(todo("t3", "SUMMARY:Done", "STATUS:COMPLETED", "COMPLETED:20260102T000000Z"))
    equal(summaries(tasks.todos()), ["Some day", "Soon"])
    equal(summaries(tasks.todos(include_completed=True)), ["Done", "Some day", "Soon"])
    tasks.todo_by_uid("t1").complete()
    equal(summaries(tasks.todos()), ["Some day"])


@step
def journals_are_stored_and_found():
    notes.save_journal(calendar_text("BEGIN:VJOURNAL", "UID:j1", "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:20260301",
                                     "SUMMARY:Dear diary", "END:VJOURNAL"))
    equal(summaries(notes.journals()), ["Dear diary"])
    equal(summaries(notes.search(journal=True, start=datetime(2026, 3, 1, tzinfo=UTC), end=datetime(2026, 3, 2, tzinfo=UTC))),
          ["Dear diary"])


@step
def a_calendar_refuses_what_it_does_not_take():
    try:
        tasks.save_event(event("no", "DTSTART:20260301T000000Z", "SUMMARY:no"))
    except caldav.lib.error.DAVError:
        return
    raise AssertionError("a task list took an event")


@step
def sync_tells_what_changed():
    first = work.objects_by_sync_token()
    equal(len(list(first)), 4)
    equal(len(list(work.objects_by_sync_token(first.sync_token))), 0)
    work.save_event(event("new", "DTSTART:20260601T000000Z", "SUMMARY:New"))
    work.event_by_uid("one").delete()
    changes = list(work.objects_by_sync_token(first.sync_token, load_objects=False))
    equal(len(changes), 2)


@step
def a_copy_of_everything_follows_by_sync():
    mine = work.objects(load_objects=True)
    equal(len(list(mine)), 4)
    work.event_by_uid("new").delete()
    work.save_event(event("newer", "DTSTART:20260601T000000Z", "SUMMARY:Newer"))
    updated, deleted = mine.sync()
    equal(summaries(updated), ["Newer"])
    equal(len(list(deleted)), 1)
    equal(summaries(mine), ["All day", "Daily", "Newer", "Odd"])


@step
def many_are_loaded_at_once():
    for number in range(30):
        work.save_event(event(f"many-{number}", f"DTSTART:202607{number + 1:02}T000000Z", f"SUMMARY:Many {number:02}"))
    found = work.search(event=True, start=datetime(2026, 7, 1, tzinfo=UTC), end=datetime(2026, 8, 1, tzinfo=UTC), summary="Many")
    equal(len(found), 30)
    equal(len(work.events()), 34)


@step
def events_move_to_another_day():
    item = work.event_by_uid("many-3")
    with item.edit_icalendar_component() as component:
        component.DTSTART = datetime(2027, 1, 1, tzinfo=UTC)
    item.save()
    found = work.search(event=True, start=datetime(2026, 12, 31, tzinfo=UTC), end=datetime(2027, 1, 2, tzinfo=UTC), summary="Many 03")
    equal(len(found), 1)


@step
def calendars_are_removed():
    for calendar in (work, tasks, notes):
        calendar.delete()
    names = [calendar.get_display_name() for calendar in principal.calendars()]
    assert not {"Work", "To do", "Notes"} & set(names), names


end()

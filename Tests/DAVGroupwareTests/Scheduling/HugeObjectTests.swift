import DAV
import Testing

@testable import DAVGroupware

/// D-16: what is large takes time by its size, and no more.
@Suite struct HugeObjectTests {
    /// A daily series with overrides for thousands of its days, each as the series or not.
    static func series(_ count: Int, _ answer: String, _ more: String = "SUMMARY:Plan") -> String {
        let daily = People.master.with("RRULE:FREQ=WEEKLY;COUNT=10", "RRULE:FREQ=DAILY")
        let first = CivilDate(unchecked: 2026, 1, 6)
        return ([daily] + (0..<count).map { People.override(answer, more, day: (first + $0).text) }).joined(
            separator: "\n")
    }

    static let count = 2_000
    static let open = series(count, "NEEDS-ACTION")

    @Test func anAttendeeMayAnswerOneOfThousands() throws {
        let new = Self.open.with("SUMMARY:Plan", "TRANSP:OPAQUE\nSUMMARY:Plan", all: true)
        try expectQuick {
            let (outcome, _) = try AttendeeChangeTests.outcome(.init("", from: Self.open, to: new, .silent))
            #expect(outcome == .silent)
        }
    }

    @Test func thousandsOfOverridesAreUpdated() throws {
        let sent = Self.series(Self.count, "NEEDS-ACTION", "SUMMARY:Other")
        try expectQuick {
            let received = try ReceivedMessageTests.received(
                ReceivedMessageTests.message(.request, sent), over: Self.open)
            #expect(received.isForInbox && received.body != nil)
        }
    }

    @Test func thousandsOfOnesOwnStay() throws {
        let alarm = "SUMMARY:Plan\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT5M\nEND:VALARM"
        let sent = Self.series(0, "NEEDS-ACTION").with("Room 1", "Room 1\nX-NEW:1")
        try expectQuick {
            let received = try ReceivedMessageTests.received(
                ReceivedMessageTests.message(.request, sent), over: Self.series(Self.count, "NEEDS-ACTION", alarm))
            let alarms = try ReceivedMessageTests.lines(received.body).filter { $0 == "BEGIN:VALARM" }
            #expect(alarms.count == Self.count)
        }
    }

    @Test func thousandsOfInstancesAreCancelled() throws {
        let first = CivilDate(unchecked: 2026, 1, 6)
        let messages = (0..<Self.count).map {
            ReceivedMessageTests.cancelled(";TZID=Europe/Berlin:\((first + $0).text)T100000")
        }
        try expectQuick {
            let received = try ReceivedMessageTests.received(
                ReceivedMessageTests.message(.cancel, messages.joined(separator: "\n")), over: Self.open)
            let stored = try #require(received.body.flatMap(StoredCalendar.init))
            #expect(InstanceIndex(stored.calendar, zones: People.zones).excluded.count == Self.count)
        }
    }

    @Test func thousandsOfAnswersAreTakenOrRefused() throws {
        let first = CivilDate(unchecked: 2026, 1, 6)
        let replies = (0..<Self.count).map { day in
            ReceivedReplyTests.answer("DECLINED", ";TZID=Europe/Berlin:\((first + day).text)T100000")
        }
        let message = try ReceivedMessageTests.message(
            .reply, replies.joined(separator: "\n"), from: "alice", to: "bern")
        let long = Self.series(0, "").with("Room 1", String(repeating: "x", count: 1_000))
        try expectQuick {
            let taken = try ReceivedMessageTests.received(message, over: Self.open)
            #expect(taken.body != nil)
            let refused = try ReceivedMessageTests.received(message, over: long)
            #expect(refused.status == .refused)
        }
    }

    @Test func thousandsOfOverridesAreMerged() throws {
        let stored = Self.open.with("PARTSTAT=TENTATIVE:mailto:carl", "PARTSTAT=DECLINED:mailto:carl", all: true)
        try expectQuick {
            let merged = ScheduleTagMerge.merged(
                try People.stored(Self.open), with: try People.stored(stored), by: People.bern, zones: People.zones)
            #expect(merged.text.contains("PARTSTAT=DECLINED:mailto:carl"))
        }
    }
}

import DAV
import Testing

@testable import DAVGroupware

/// Large and hostile objects: work and memory follow the size of what was sent (D-16).
@Suite struct OrganizerScaleTests {
    /// A hundred days from the 1st of January on, by their RECURRENCE-IDs.
    private static func id(_ number: Int) -> String {
        CivilDateTime(seconds: 1_767_225_600 + 36_000 + Int64(number) * 86_400).text + "Z"
    }

    private static func object(_ people: some Sequence<Int>, _ lines: String, overrides: [[Int]]) -> String {
        func component(_ people: some Sequence<Int>, _ lines: String, _ id: String?, _ start: String) -> String {
            let attendees = people.map { "ATTENDEE:mailto:p\($0)@example.com\n" }.joined()
            let recurrence = id.map { "RECURRENCE-ID:\($0)\n" } ?? "RRULE:FREQ=DAILY\n"
            return "BEGIN:VEVENT\nUID:u\nDTSTART:\(start)\n\(recurrence)\(lines)\nORGANIZER:mailto:alice@example.com\n"
                + attendees + "END:VEVENT"
        }
        let others = overrides.enumerated().map { component($1, lines, id($0), id($0)) }
        return ([component(people, lines, nil, id(0))] + others).joined(separator: "\n")
    }

    @Test func everybodyIsToldOfALargeMeeting() throws {
        let (old, new) = (
            Self.object(0..<2000, "SUMMARY:a", overrides: []), Self.object(0..<2000, "SUMMARY:b", overrides: [[1, 2]])
        )
        let change = try Organizing.change(old, new)
        #expect(change.messages.count == 4000 - 2)
        let statuses = Dictionary(change.messages.map { ($0.recipient, DeliveryStatus.delivered) }) { one, _ in one }
        let body = try #require(change.body(statuses))
        #expect(body.text.ranges(of: "SCHEDULE-STATUS=1.2").count == 2002)
        #expect(try Organizing.change(new, nil).messages.count == 2000)
    }

    @Test func manyOverridesOfAFewAreNoWork() throws {
        let overrides = (0..<2000).map { [$0 % 7, 8] }
        let change = try Organizing.change(
            Self.object(0..<9, "SUMMARY:a", overrides: []), Self.object(0..<9, "SUMMARY:a", overrides: overrides))
        #expect(Set(change.messages.map(\.recipient)).count == 9)
        // Seven are uninvited from six in seven, one from all; the ninth is there each time, as before.
        #expect(change.messages.map(\.method).filter { $0 == .cancel }.count == 8)
    }

    /// Of a thousand attendees no two are invited to the same instances: each message would have all of their lines.
    @Test func aThousandDifferentMessagesAboutAThousandAreRefused() throws {
        let overrides = (0..<11).map { bit in (0..<1100).filter { $0 >> bit & 1 == 1 } }
        let object = Self.object(0..<1100, "SUMMARY:a", overrides: overrides)
        let error = #expect(throws: DAVError.self) { try Organizing.change(nil, object) }
        #expect(error?.condition?.name == .calDAV("allowed-organizer-scheduling-object-change"))
        // Whatever is there can be removed.
        #expect(try Organizing.change(object, nil).messages.count == 1100)
    }
}

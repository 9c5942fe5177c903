import DAV
import DAVTesting
import Testing

@testable import DAVGroupware

/// The law of both sides together: whatever an organizer does, each attendee's calendar shows exactly the instances they are invited
/// to, as they are (D-03, D-05, D-09).
@Suite struct SchedulingLawTests {
    /// What an organizer's client has on its screen.
    private struct Meeting {
        struct Override {
            var people: Set<String>
            var hour: Int
            var summary: String
            var isCancelled = false
        }

        var people: Set<String> = ["bob"]
        var hour = 10
        var count = 6
        var summary = "a"
        var isCancelled = false
        var excluded: Set<Int> = []
        var overrides: [Int: Override] = [:]

        static let everybody = ["bob", "cara", "dan"]

        mutating func change(by random: inout SeededGenerator) {
            let day = Int.random(in: 5...10, using: &random)
            switch Int.random(in: 0..<11, using: &random) {
            case 0: hour = Int.random(in: 8...12, using: &random)
            case 1: count = Int.random(in: 3...6, using: &random)
            case 2: summary = random.next() % 2 == 0 ? "a" : "b"
            case 3: excluded.formSymmetricDifference([day])
            case 4: overrides[day] = nil
            case 5: isCancelled = Int.random(in: 0..<3, using: &random) == 0
            case 6: people.formSymmetricDifference([Self.everybody.randomElement(using: &random) ?? ""])
            default: override(day, &random)
            }
            for day in excluded { overrides[day] = nil }
        }

        private mutating func override(_ day: Int, _ random: inout SeededGenerator) {
            var override = overrides[day] ?? Override(people: people, hour: hour, summary: summary)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: override.hour = Int.random(in: 8...18, using: &random)
            case 1: override.isCancelled = random.next() % 3 == 0
            case 2: override.summary = "c"
            default: override.people.formSymmetricDifference([Self.everybody.randomElement(using: &random) ?? ""])
            }
            overrides[day] = override
        }

        var text: String {
            let master = Organizing.event(
                line(people), times: times(5, hour),
                "RRULE:FREQ=DAILY;COUNT=\(count)\n"
                    + excluded.sorted().map { "EXDATE:202601\(two($0))T\(two(hour))0000Z\n" }.joined()
                    + "SUMMARY:\(summary)" + (isCancelled ? "\nSTATUS:CANCELLED" : ""))
            let others = overrides.sorted { $0.key < $1.key }.filter { $0.key - 5 < count }.map { day, override in
                Organizing.event(
                    line(override.people), day: day, times: times(day, override.hour),
                    "SUMMARY:\(override.summary)" + (override.isCancelled ? "\nSTATUS:CANCELLED" : "")
                ).replacing("RECURRENCE-ID:202601\(two(day))T10", with: "RECURRENCE-ID:202601\(two(day))T\(two(hour))")
            }
            return ([master] + others).joined(separator: "\n")
        }

        private func line(_ people: Set<String>) -> String { (["alice"] + people.sorted()).joined(separator: " ") }
        private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        private func times(_ day: Int, _ hour: Int) -> String {
            "DTSTART:202601\(two(day))T\(two(hour))0000Z\nDURATION:PT1H"
        }
    }

    /// What takes place, as somebody's copy has it: all, or what they are invited to.
    private func shown(_ body: [UInt8]?, to name: String) throws -> Set<String> {
        guard let body else { return [] }
        let object = CalendarInstances(try #require(StoredCalendar(body)).calendar.components, zones: Organizing.zones)
        var budget = WorkBudget()
        var found: Set<String> = []
        for one in object.instances(in: 0..<4_000_000_000, floating: .utc, within: &budget) {
            let component = object.components[one.component]
            let isInvited = component.attendee(CalendarUserAddress("mailto:\(name)@example.com")) != nil
            guard isInvited, !component.isCancelled else { continue }
            found.insert(Calendars.text(one.start) + " " + (component["SUMMARY"]?.value ?? ""))
        }
        return found
    }

    @Test(arguments: 0..<40)
    func attendeesSeeWhatTheyAreInvitedTo(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var meeting = Meeting()
        var stored: [UInt8]?
        var copies: [String: [UInt8]] = [:]
        for step in 0..<12 {
            let text = meeting.text
            let now = Organizing.now.adding(seconds: Int64(step) * 60)
            let change = try OrganizerChange(
                from: stored.flatMap { StoredCalendar($0) }, to: Organizing.stored(text), by: Organizing.alice,
                now: now,
                zones: Organizing.zones)
            for message in change.messages {
                let name = try #require(Meeting.everybody.first { message.recipient.text.contains($0) })
                let user = CalendarUser(PrincipalID(Name(name)!), addresses: [message.recipient])
                let received = ReceivedMessage(
                    message, over: copies[name].flatMap { StoredCalendar($0) }, by: user, now: now,
                    zones: Organizing.zones)
                #expect(received.status == .delivered)
                if let body = received.body { copies[name] = body }
            }
            stored = change.body([:])
            for name in Meeting.everybody {
                let (theirs, meant) = (try shown(copies[name], to: name), try shown(stored, to: name))
                try #require(
                    theirs == meant,
                    "step \(step), \(name):\n\(change.messages.map(Organizing.told))\n\(text)\n\(copies[name]?.text ?? "")"
                )
            }
            meeting.change(by: &random)
        }
    }
}

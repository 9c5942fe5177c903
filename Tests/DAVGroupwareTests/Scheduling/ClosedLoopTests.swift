import DAV
import DAVTesting
import Foundation
import Testing

@testable import DAVGroupware

/// D-03 to D-11 together: whatever an organizer and three attendees do, in the end their copies agree.
@Suite struct ClosedLoopTests {
    static let environment = ProcessInfo.processInfo.environment
    static let seeds = environment["MARTLET_LOOP_SEEDS"].flatMap(UInt64.init) ?? 6
    static let first = environment["MARTLET_LOOP_SEED"].flatMap(UInt64.init) ?? 6638

    @Test func copiesAgreeInTheEnd() throws {
        for seed in Self.first..<Self.first + Self.seeds {
            var random = SeededGenerator(seed: seed)
            var world = SchedulingWorld()
            let form = Edit.Form.allCases[Int(seed % 3)]
            let isInvited = world.put(Edit.invitation(form), by: People.bern, "invites")
            #expect(isInvited)
            for _ in 0..<25 {
                step(&world, form, &random)
                guard check(world, seed) else { return }
            }
        }
    }

    private func step(_ world: inout SchedulingWorld, _ form: Edit.Form, _ random: inout SeededGenerator) {
        let user =
            Int.random(in: 0..<5, using: &random) < 2
            ? People.bern : SchedulingWorld.everybody[Int.random(in: 1...3, using: &random)]
        if Int.random(in: 0..<3, using: &random) > 0 { world.fetch(user) }
        guard let base = world.base(of: user)?.calendar else {
            if user == People.bern { _ = world.put(Edit.invitation(form), by: user, "invites") }
            return
        }
        let edit =
            user == People.bern
            ? Edit.organizers.randomElement(using: &random) : Edit.attendees.randomElement(using: &random)
        guard let edit else { return }
        let day = Int.random(in: 0..<5, using: &random)
        let sent = edit.make(base, user, day, &random)
        _ = world.put(sent, by: user, "\(edit.name) \(day)")
    }

    private func check(_ world: SchedulingWorld, _ seed: UInt64) -> Bool {
        for user in [People.alice, People.carl, People.dora] {
            let differences = world.differences(of: user, called: "mailto:\(user.principal)@example.org")
            guard differences.isEmpty else {
                let copies = [People.bern, user].map { world.stored[$0.principal]?.octets.text ?? "-" }
                Issue.record(
                    """
                    seed \(seed): \(user.principal) \(differences.joined(separator: "\\n"))
                    \(world.log.joined(separator: "\\n"))
                    \(copies.joined(separator: "\\n"))
                    """)
                return false
            }
        }
        return true
    }
}

/// What somebody does with their copy.
struct Edit: Sendable {
    var name: String
    /// `nil`: it is removed.
    var make: @Sendable (Component, CalendarUser, Int, inout SeededGenerator) -> Component?

    /// How the series says when it is.
    enum Form: CaseIterable { case zoned, utc, date }

    static func invitation(_ form: Form) -> Component {
        let people = ["bern", "alice", "carl", "dora"].map { name in
            ContentLine(
                "ATTENDEE", [.init("PARTSTAT", [name == "bern" ? "ACCEPTED" : "NEEDS-ACTION"])],
                value: "mailto:\(name)@example.org")
        }
        let (start, end) = (CivilDateTime(2026, 3, 20, 10) ?? .first, CivilDateTime(2026, 3, 20, 11) ?? .first)
        let day = CivilDate(unchecked: 2026, 3, 20)
        let times: [DateValue] =
            switch form {
            case .zoned: [.zoned(start, tzid: "Europe/Berlin"), .zoned(end, tzid: "Europe/Berlin")]
            case .utc: [.utc(start), .utc(end)]
            case .date: [.date(day), .date(day + 1)]
            }
        return .calendar([
            Component(
                "VEVENT",
                [
                    ContentLine("UID", value: "1"), ContentLine("DTSTAMP", value: "20260101T000000Z"),
                    ContentLine("SEQUENCE", value: "0"), times[0].line("DTSTART"), times[1].line("DTEND"),
                    ContentLine("RRULE", value: "FREQ=WEEKLY;COUNT=5"), ContentLine("SUMMARY", value: "Plan"),
                    ContentLine("ORGANIZER", value: "mailto:bern@example.org"),
                ] + people)
        ])
    }
}

extension Component {
    /// Sets the value of the first line of that name.
    fileprivate func with(_ name: String, _ value: String) -> Component {
        var component = self
        if let index = component.properties.firstIndex(where: { $0.isNamed(name) }) {
            component.properties[index].value = value
        } else {
            component.properties.append(ContentLine(name, value: value))
        }
        return component
    }

    /// Moves a time by hours, a date by days.
    fileprivate func moving(_ name: String, _ hours: Int64) -> Component {
        guard let line = self[name], let value = DateValue(line) else { return self }
        let unit: Int64 = value.isDate ? 86_400 : 3_600
        return with(name, value.moved(to: CivilDateTime(seconds: value.civil.seconds + hours * unit)).text)
    }

    fileprivate func answering(_ user: CalendarUser, _ answer: String) -> Component {
        var component = self
        for index in component.properties.indices
        where component.properties[index].isNamed("ATTENDEE") && user.isNamed(by: component.properties[index]) {
            component.properties[index] = component.properties[index].setting("PARTSTAT", to: answer)
        }
        return component
    }

    /// The calendar with its master edited; without a master, the first override.
    fileprivate func editing(_ edit: (Component) -> Component) -> Component {
        var calendar = self
        let master = calendar.components.firstIndex { $0.isSchedulable && $0["RECURRENCE-ID"] == nil }
        if let index = master ?? calendar.components.firstIndex(where: \.isSchedulable) {
            calendar.components[index] = edit(calendar.components[index])
        }
        return calendar
    }

    /// The calendar with the override of the nth instance edited, which is made if there is none.
    fileprivate func editing(_ day: Int, _ edit: (Component) -> Component?) -> Component {
        var calendar = self
        let index = InstanceIndex(self, zones: People.zones)
        var budget = WorkBudget()
        let days = index.instances.instances(in: ZoneRules.beginning..<ZoneRules.end, floating: .utc, within: &budget)
        let clock = InstanceClock(index.instances)
        let series = days.compactMap { instance in
            instance.key.map { civil in (civil, clock.instance(at: civil)) }
        }
        guard day < series.count else { return self }
        let (civil, key) = series.sorted(by: { $0.1 < $1.1 })[day]
        if let place = index.overrides[key] {
            if let edited = edit(calendar.components[place]) {
                calendar.components[place] = edited
            } else {
                calendar.components.remove(at: place)
            }
        } else if let edited = index.derived(at: key, civil).flatMap(edit) {
            calendar.components.append(edited)
        }
        return calendar
    }
}

extension Edit {
    private static let answers = ["ACCEPTED", "DECLINED", "TENTATIVE", "NEEDS-ACTION"]

    static let organizers: [Edit] = [
        Edit(name: "renames") { calendar, _, _, random in
            calendar.editing { $0.with("SUMMARY", "Plan \(Int.random(in: 0..<9, using: &random))") }
        },
        Edit(name: "renames an instance") { calendar, _, day, random in
            let name = "One \(Int.random(in: 0..<9, using: &random))"
            return calendar.editing(day) { $0.with("SUMMARY", name) }
        },
        Edit(name: "moves an instance") { calendar, _, day, random in
            let hours = Int64.random(in: -3...3, using: &random)
            return calendar.editing(day) { $0.moving("DTSTART", hours).moving("DTEND", hours) }
        },
        Edit(name: "makes it longer") { calendar, _, _, random in
            let hours = Int64.random(in: 1...3, using: &random)
            return calendar.editing { $0["RRULE"] == nil ? $0 : $0.moving("DTEND", hours) }
        },
        Edit(name: "adds to the series") { calendar, _, _, random in
            calendar.editing { $0.with("RRULE", "FREQ=WEEKLY;COUNT=\(Int.random(in: 4...7, using: &random))") }
        },
        Edit(name: "leaves out") { calendar, _, day, _ in
            var key: ContentLine?
            var calendar = calendar.editing(day) { component in
                key = component["RECURRENCE-ID"]
                return nil
            }
            if key == nil {
                _ = calendar.editing(day) { component in
                    key = component["RECURRENCE-ID"]
                    return component
                }
            }
            if let key {
                calendar = calendar.editing { $0.adding(ContentLine("EXDATE", key.parameters, value: key.value)) }
            }
            return calendar
        },
        Edit(name: "takes back an instance") { calendar, _, day, _ in calendar.editing(day) { _ in nil } },
        Edit(name: "uninvites") { calendar, _, _, random in
            let name = ["alice", "carl", "dora"].randomElement(using: &random) ?? "alice"
            var calendar = calendar
            for index in calendar.components.indices {
                calendar.components[index] = calendar.components[index].without(name)
            }
            return calendar
        },
        Edit(name: "uninvites from an instance") { calendar, _, day, random in
            let name = ["alice", "carl", "dora"].randomElement(using: &random) ?? "alice"
            return calendar.editing(day) { $0.without(name) }
        },
        Edit(name: "uninvites from the series") { calendar, _, _, random in
            let name = ["alice", "carl", "dora"].randomElement(using: &random) ?? "alice"
            return calendar.editing { $0.without(name) }
        },
        Edit(name: "invites again") { calendar, _, _, random in
            let name = ["alice", "carl", "dora"].randomElement(using: &random) ?? "alice"
            var calendar = calendar
            for index in calendar.components.indices where calendar.components[index].isSchedulable {
                let component = calendar.components[index].without(name)
                calendar.components[index] = component.adding(
                    ContentLine("ATTENDEE", value: "mailto:\(name)@example.org"))
            }
            return calendar
        },
        Edit(name: "cancels an instance") { calendar, _, day, _ in
            calendar.editing(day) { $0.with("STATUS", "CANCELLED") }
        },
    ]

    static let attendees: [Edit] = [
        Edit(name: "answers") { calendar, user, _, random in
            let answer = answers.randomElement(using: &random) ?? "ACCEPTED"
            return calendar.editing { $0.answering(user, answer) }
        },
        Edit(name: "answers all") { calendar, user, _, random in
            let answer = answers.randomElement(using: &random) ?? "ACCEPTED"
            var calendar = calendar
            for index in calendar.components.indices {
                calendar.components[index] = calendar.components[index].answering(user, answer)
            }
            return calendar
        },
        Edit(name: "answers one") { calendar, user, day, random in
            let answer = answers.randomElement(using: &random) ?? "ACCEPTED"
            return calendar.editing(day) { $0.answering(user, answer) }
        },
        Edit(name: "leaves out") { calendar, user, day, _ in
            var key: ContentLine?
            _ = calendar.editing(day) { component in
                key = component["RECURRENCE-ID"]
                return component
            }
            guard let key, calendar.components.contains(where: { $0["RRULE"] != nil }) else { return calendar }
            return calendar.editing(day) { _ in nil }
                .editing { $0.adding(ContentLine("EXDATE", key.parameters, value: key.value)) }
        },
        Edit(name: "is reminded of one") { calendar, _, day, _ in
            calendar.editing(day) { component in
                var component = component
                component.components = [
                    Component(
                        "VALARM", [ContentLine("ACTION", value: "AUDIO"), ContentLine("TRIGGER", value: "-PT5M")])
                ]
                return component
            }
        },
        Edit(name: "removes") { _, _, _, _ in nil },
    ]
}

extension Component {
    fileprivate func adding(_ line: ContentLine) -> Component {
        var component = self
        component.properties.append(line)
        return component
    }

    fileprivate func without(_ name: String) -> Component {
        var component = self
        component.properties.removeAll { $0.isNamed("ATTENDEE") && $0.value == "mailto:\(name)@example.org" }
        return component
    }
}

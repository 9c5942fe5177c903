import DAV
import DAVTesting

@testable import DAVGroupware

/// One series, its organizer and three who are invited, each with a copy: what the scheduler does with messages, without a store.
struct SchedulingWorld {
    /// Everybody's copy as it is stored.
    private(set) var stored: [PrincipalID: StoredCalendar] = [:]
    /// What the client of each has fetched. Its schedule tag still holds.
    private var fetched: [PrincipalID: StoredCalendar] = [:]
    private var clock: Int64 = People.now.seconds
    /// What was done, for the message of a failure.
    private(set) var log: [String] = []

    static let everybody = [People.bern, People.alice, People.carl, People.dora]

    private var now: Timestamp { Timestamp(seconds: clock) }

    /// What a client would edit: what it has fetched, or else what is stored.
    func base(of user: CalendarUser) -> StoredCalendar? { fetched[user.principal] ?? stored[user.principal] }

    /// The client fetches what is there.
    mutating func fetch(_ user: CalendarUser) { fetched[user.principal] = stored[user.principal] }

    /// - Returns: whether it was taken.
    mutating func put(_ sent: Component?, by user: CalendarUser, _ name: String) -> Bool {
        clock += 60
        let old = stored[user.principal]
        var new = sent.flatMap { StoredCalendar(ContentWriter.octets(of: [$0])) }
        if let sent = new, let old {
            new = StoredCalendar(ScheduleTagMerge.merged(sent, with: old, by: user, zones: People.zones))
        }
        log.append("\(user.principal): \(name)")
        if user == People.bern {
            guard let change = try? OrganizerChange(from: old, to: new, by: user, now: now, zones: People.zones) else {
                return false
            }
            let statuses = deliver(change.messages)
            stored[user.principal] = change.body(statuses).flatMap(StoredCalendar.init)
        } else {
            guard
                let change = try? AttendeeChange(
                    from: old, to: new, by: user, sendsReply: true, now: now, zones: People.zones)
            else { return false }
            let status = change.reply.flatMap { deliver([$0]).values.first }
            stored[user.principal] = change.body(status).flatMap(StoredCalendar.init)
        }
        fetched[user.principal] = nil
        return true
    }

    private mutating func deliver(_ messages: [SchedulingMessage]) -> [CalendarUserAddress: DeliveryStatus] {
        var statuses: [CalendarUserAddress: DeliveryStatus] = [:]
        for message in messages {
            guard let recipient = Self.everybody.first(where: { $0.addresses.contains(message.recipient) }) else {
                statuses[message.recipient] = .noRoute
                continue
            }
            let received = ReceivedMessage(
                message, over: stored[recipient.principal], by: recipient, now: now, zones: People.zones)
            statuses[message.recipient] = received.status
            log.append("  \(message.method) to \(recipient.principal): \(received.status)")
            if let body = received.body {
                if !received.keepsScheduleTag { fetched[recipient.principal] = nil }
                stored[recipient.principal] = StoredCalendar(body)
            }
            _ = deliver(received.updates)
        }
        return statuses
    }
}

// MARK: - What somebody sees

extension SchedulingWorld {
    /// An instance as a copy has it.
    struct Sight: Hashable, CustomStringConvertible {
        var start: Int64?
        var end: Int64?
        var summary: String
        /// Who is invited, and what they have answered.
        var answers: [String: String]

        var description: String {
            let people = answers.sorted { $0.key < $1.key }.map { "\($0.key.dropFirst(7).prefix(4)) \($0.value)" }
            return "\(start ?? 0)-\(end ?? 0) \(summary): \(people.joined(separator: ", "))"
        }
    }

    /// The instances of somebody's copy that take place.
    func sights(of user: CalendarUser) -> [Int64: Sight] {
        guard let calendar = stored[user.principal]?.calendar else { return [:] }
        let index = InstanceIndex(calendar, zones: People.zones)
        var budget = WorkBudget()
        let found = index.instances.instances(in: ZoneRules.beginning..<ZoneRules.end, floating: .utc, within: &budget)
        var result: [Int64: Sight] = [:]
        for instance in found {
            let component = calendar.components[instance.component]
            guard !component.isCancelled else { continue }
            let named = index.overrides.first { $0.value == instance.component }?.key
            let key = named ?? instance.start ?? 0
            let answers = component.all("ATTENDEE").map { ($0.address.text, $0.participation) }
            result[key] = Sight(
                start: instance.start, end: instance.end, summary: component["SUMMARY"]?.value ?? "",
                answers: Dictionary(answers) { first, _ in first })
        }
        return result
    }

    /// In what an attendee's copy differs from what the organizer says to them. Whoever leaves out an instance, or removes all,
    /// has declined.
    func differences(of user: CalendarUser, called address: String) -> [String] {
        var differences: [String] = []
        let (said, seen) = (sights(of: People.bern), sights(of: user))
        for (key, sight) in said.sorted(by: { $0.key < $1.key }) {
            guard let answer = sight.answers[address] else {
                if let mine = seen[key] { differences.append("not invited to \(sight), has \(mine)") }
                continue
            }
            guard let mine = seen[key] else {
                if answer != "DECLINED" { differences.append("lacks \(sight)") }
                continue
            }
            if mine != sight { differences.append("has \(mine) for \(sight)") }
        }
        for (key, sight) in seen where said[key] == nil { differences.append("has \(sight) of nothing") }
        return differences
    }
}

import DAV

/// An invitation or an update of one (RFC 5546 §3.2.2): the organizer's data replaces what was there, the attendee's own stays.
struct ReceivedRequest: Sendable {
    private let sent: ScheduledCopy
    private let existing: ScheduledCopy?
    private let now: Timestamp

    init(_ sent: ScheduledCopy, over existing: ScheduledCopy?, now: Timestamp) {
        (self.sent, self.existing, self.now) = (sent, existing, now)
    }

    func effect() -> ReceivedMessage.Effect {
        typealias Effect = ReceivedMessage.Effect
        guard let existing else {
            let calendar = Component("VCALENDAR", sent.calendar.properties, sent.calendar.components.map(withoutAlarms))
            return Effect(body: calendar.text(from: []), keepsScheduleTag: false, isForInbox: true)
        }
        var budget = WorkBudget()
        let composer = RequestComposer(sent, over: existing, within: &budget)
        let calendar: Component?
        if let master = sent.index.masterComponent {
            let isOutdated = existing.index.masterComponent.map { master.isOutdated(by: $0, now: now) } ?? false
            calendar = isOutdated ? nil : composer.replaced()
        } else {
            calendar = composer.amended(now: now)
        }
        guard let calendar, !isSame(calendar, existing) else { return Effect() }
        let body = calendar.text(from: existing.octets)
        guard let read = StoredCalendar(body) else { return Effect(status: .failed) }
        let index = InstanceIndex(read.calendar, zones: existing.index.zones, like: existing.index)
        let new = ScheduledCopy(read.calendar, body, of: existing.owner, index)
        let isQuiet = new.differsOnlyInAnswers(from: existing, within: &budget)
        return Effect(body: body, keepsScheduleTag: isQuiet, isForInbox: !isQuiet)
    }

    /// Whether writing it would tell nobody anything.
    private func isSame(_ calendar: Component, _ existing: ScheduledCopy) -> Bool {
        let sequences = { (one: Component) in one.components.filter(\.isSchedulable).map(\.sequence) }
        return sequences(calendar) == sequences(existing.calendar)
            && SharedPart(of: calendar) == SharedPart(of: existing.calendar)
    }

    /// When somebody else is reminded is not for the organizer to say.
    private func withoutAlarms(_ component: Component) -> Component {
        var component = component
        component.components.removeAll { $0.name == "VALARM" }
        return component
    }
}

extension ScheduledCopy {
    /// Whether the difference is no more than what others have answered, which nobody has to be shown (D-10).
    func differsOnlyInAnswers(from other: ScheduledCopy, within budget: inout WorkBudget) -> Bool {
        guard (index.master == nil) == (other.index.master == nil), series == other.series,
            part(nil)?.withoutAnswers == other.part(nil)?.withoutAnswers, answer(nil) == other.answer(nil),
            index.excluded == other.index.excluded
        else { return false }
        let keys = Set(index.overrides.keys).union(other.index.overrides.keys)
        let civil = index.instances(
            at: keys.filter { index.overrides[$0] == nil || other.index.overrides[$0] == nil }, within: &budget)
        return keys.allSatisfy { key in
            guard answer(key) == other.answer(key), index.reachesOn(key) == other.index.reachesOn(key) else {
                return false
            }
            if index.overrides[key] != nil, other.index.overrides[key] != nil {
                return part(key)?.withoutAnswers == other.part(key)?.withoutAnswers
            }
            guard let civil = civil[key] else { return false }
            return part(at: key, civil)?.withoutAnswers == other.part(at: key, civil)?.withoutAnswers
        }
    }
}

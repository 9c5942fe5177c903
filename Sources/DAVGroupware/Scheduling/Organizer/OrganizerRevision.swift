/// Two versions of an organizer's object side by side, and what the server adds to the new one (RFC 6638 §3.2.5, §3.2.8).
struct OrganizerRevision: Sendable {
    typealias Part = ScheduledParts.Part

    let old: InvitedParts
    let new: InvitedParts
    /// The new version as it is stored and sent: PARTSTAT reset where a reschedule asks for it, SEQUENCE raised.
    private(set) var calendar: Component
    /// The parts of the new version that somebody may be unable to come to now (§3.2.8).
    private(set) var rescheduled: Set<Part> = []
    /// The parts of the new version that somebody has to be told of, if the instances were theirs before.
    private(set) var changed: Set<Part> = []
    private let seenBefore: [Part: SharedPart]
    private let seenNow: [Part: SharedPart]
    /// The parts of the new version as messages hold them, but for DTSTAMP.
    let outgoing: [Part: Component]

    /// - Parameters: the two versions; of what does not exist, or is no scheduling object, an empty VCALENDAR.
    init(from before: Component, to after: Component, by owner: CalendarUser, zones: Zones) {
        let old = InvitedParts(before, by: owner, zones: zones)
        let new = InvitedParts(after, by: owner, zones: zones)
        let rescheduled = Self.rescheduled(from: old, to: new)
        var calendar = after
        for part in new.parts.order {
            guard let place = new.parts.places[part] else { continue }
            if rescheduled.contains(part) { calendar.components[place].resetAnswers(owner) }
            Self.raiseSequence(
                of: part, &calendar.components[place], old, new, isRescheduled: rescheduled.contains(part))
        }
        (self.old, self.new, self.rescheduled, self.calendar) = (old, new, rescheduled, calendar)
        outgoing = new.parts.places.mapValues { calendar.components[$0].outgoing }
        seenNow = outgoing.mapValues(Component.seen)
        seenBefore = old.parts.places.mapValues { Component.seen(before.components[$0].outgoing) }
        changed = Set(new.parts.order.filter(isChanged))
    }

    /// The part of the old version that said what a part of the new one says; `nil`: its instances are new.
    static func counterpart(of part: Part, in old: InvitedParts) -> Part? {
        if old.parts.places[part] != nil { return part }
        return part != .series && old.parts.places[.series] != nil && !old.isExcluded(part) ? .series : nil
    }

    func counterpart(of part: Part) -> Part? { Self.counterpart(of: part, in: old) }

    /// SEQUENCE of a part as it is now.
    func sequence(_ part: Part) -> Int? { new.parts.places[part].map { calendar.components[$0].sequence } }

    /// Whether an instance is not what it was, now that the override which described it is gone and the series has it.
    func isChangedBack(_ part: Part) -> Bool {
        guard case .instance(let instance) = part, !new.isExcluded(part), let times = old.times[part],
            let series = new.times[.series]
        else { return true }
        return !times.areThose(of: instance, in: series) || seenBefore[part] != seenNow[.series]
    }

    private func isChanged(_ part: Part) -> Bool {
        guard let place = new.parts.places[part], let before = counterpart(of: part) else { return true }
        // Whoever raises SEQUENCE says that it matters (RFC 5546 §2.1.4); and who was not told would answer to what was before.
        if calendar.components[place].sequence > old.parts[before]?.sequence ?? 0 { return true }
        if seenNow[part] != seenBefore[before] { return true }
        if part == before { return new.times[part] != old.times[part] }
        return !Self.isAsInSeries(part, new, old)
    }

    /// Whether a new override happens when the series would have had it.
    private static func isAsInSeries(_ part: Part, _ new: InvitedParts, _ old: InvitedParts) -> Bool {
        guard case .instance(let instance) = part, let series = old.times[.series] else { return false }
        return new.times[part]?.areThose(of: instance, in: series) ?? false
    }
}

// MARK: - What is added

extension OrganizerRevision {
    private static func rescheduled(from old: InvitedParts, to new: InvitedParts) -> Set<Part> {
        var result: Set<Part> = []
        if let before = old.times[.series], let now = new.times[.series],
            now.isRescheduled(from: before, reinstates: new.seriesHas)
        {
            result.insert(.series)
        }
        for part in new.parts.order where part != .series {
            if let before = old.times[part], let now = new.times[part] {
                if now.isRescheduled(from: before, reinstates: { _ in false }) { result.insert(part) }
            } else if old.times[.series] != nil,
                result.contains(.series) || old.isExcluded(part) || !isAsInSeries(part, new, old)
            {
                result.insert(part)
            }
        }
        return result
    }

    /// RFC 5546 §2.1.4: SEQUENCE rises with each change of times or STATUS and with each CANCEL. Most clients see to it, and
    /// no number ever goes down.
    private static func raiseSequence(
        of part: Part, _ component: inout Component, _ old: InvitedParts, _ new: InvitedParts, isRescheduled: Bool
    ) {
        let before = counterpart(of: part, in: old)
        guard let earlier = old.parts[before ?? .series] else { return }
        let wasInvited = before.flatMap { old.invited[$0] } ?? []
        let isInvited = new.invited[part] ?? []
        let isLost = wasInvited.contains { !isInvited.contains($0) }
        let hasNewTimes = before == part ? new.times[part] != old.times[part] : !isAsInSeries(part, new, old)
        let mustRise = isLost || isRescheduled || hasNewTimes || component.status != earlier.status
        var least = earlier.sequence
        // Where the server tells nobody, it is for the client to count.
        if mustRise && (isLost || !isInvited.isEmpty) { least = min(least + 1, Component.highestSequence) }
        if component.sequence < least { component.setSequence(least) }
    }
}

extension Component {
    fileprivate var status: String { self["STATUS"].map { $0.value.uppercased() } ?? "" }

    /// RFC 6638 §3.2.8: nobody the server tells has answered to the new times, but the organizer.
    fileprivate mutating func resetAnswers(_ owner: CalendarUser) {
        for index in properties.indices where properties[index].isNamed("ATTENDEE") {
            let line = properties[index]
            guard line.participation != "NEEDS-ACTION", ScheduleAgent(line) == .server, !owner.isNamed(by: line) else {
                continue
            }
            properties[index] = line.setting("PARTSTAT", to: ["NEEDS-ACTION"])
        }
    }

    /// Changes the line, or adds one behind UID, where it stands in no text yet.
    fileprivate mutating func setSequence(_ number: Int) {
        if let index = properties.firstIndex(where: { $0.isNamed("SEQUENCE") }) {
            properties[index].value = String(number)
        } else {
            let place = self["UID"]?.source.upperBound ?? properties.first?.source.upperBound ?? 0
            properties.append(ContentLine("SEQUENCE", value: String(number), source: place..<place))
        }
    }
}

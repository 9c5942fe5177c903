import DAV

/// Decides who is told what (RFC 6638 §3.2.1.1 to §3.2.1.3): for each instance, what its old and its new version say of an
/// attendee.
struct InvitationOutcomes {
    typealias Part = ScheduledParts.Part

    /// All who are in the same case are told the same.
    private struct Case: Hashable {
        var before: [Part]
        var now: [Part]
        var isForced: Bool
    }

    private struct Outcome {
        var cancelled: [Part] = []
        var isRequested = false
    }

    private let revision: OrganizerRevision
    private var old: InvitedParts { revision.old }
    private var new: InvitedParts { revision.new }
    private var outcomes: [Case: Outcome] = [:]
    private var requests: [[Part]: Component] = [:]
    /// Overrides of instances that only the series spoke of before.
    private let appeared: [Part]
    /// Overrides whose instances the series has again.
    private let vanished: [Part]
    private var work = 0

    /// How many lines may be written, and overrides looked at, for recipients of whom no two are told the same. It takes hundreds
    /// of attendees and hundreds of overrides that each list others; messages would then come to gigabytes.
    private static let mostWork = 1_000_000

    init(_ revision: OrganizerRevision) {
        self.revision = revision
        let (old, new) = (revision.old, revision.new)
        appeared = new.parts.order.filter { $0 != .series && revision.counterpart(of: $0) == .series }
        vanished = old.parts.order.filter { new.parts.places[$0] == nil && !new.isExcluded($0) }
    }

    mutating func messages(
        from sender: CalendarUserAddress, _ writer: inout OrganizerMessages
    ) throws(DAVError) -> [SchedulingMessage] {
        var messages: [SchedulingMessage] = []
        let uninvited = old.everybody.filter { new.partsOfAttendee[$0] == nil }
        for address in new.everybody + uninvited {
            let parts = new.partsOfAttendee[address] ?? []
            let state = Case(before: old.partsOfAttendee[address] ?? [], now: parts, isForced: isForced(address, parts))
            let outcome = try outcome(state)
            if !outcome.cancelled.isEmpty {
                let calendar = writer.cancel(outcome.cancelled, of: address)
                messages.append(SchedulingMessage(.cancel, from: sender, to: address, calendar))
            }
            if outcome.isRequested {
                let calendar = try request(parts, &writer)
                messages.append(SchedulingMessage(.request, from: sender, to: address, calendar))
            }
        }
        return messages
    }

    /// RFC 6638 §7.2
    private func isForced(_ address: CalendarUserAddress, _ parts: [Part]) -> Bool {
        parts.contains { part in
            new.attendees[part]?[address]?.contains {
                $0["SCHEDULE-FORCE-SEND"]?.isASCIIEqual(to: "REQUEST") ?? false
            } ?? false
        }
    }

    private mutating func request(
        _ parts: [Part], _ writer: inout OrganizerMessages
    ) throws(DAVError) -> Component {
        if let known = requests[parts] { return known }
        var others: [Int64] = []
        if parts.contains(.series) {
            try spend(new.parts.order.count)
            let theirs = Set(parts)
            others = new.parts.order.compactMap { part in
                if case .instance(let instance) = part, !theirs.contains(part) { instance } else { nil }
            }
        }
        // What is told to some alone has lines of its own.
        if !others.isEmpty { try spend(revision.outgoing[.series]?.properties.count ?? 0) }
        let calendar = writer.request(parts, without: others)
        requests[parts] = calendar
        return calendar
    }

    private mutating func spend(_ amount: Int) throws(DAVError) {
        work += amount
        guard work <= Self.mostWork else {
            throw .calDAV(
                "allowed-organizer-scheduling-object-change",
                "Too many attendees are invited to different instances of one object.")
        }
    }

    private mutating func outcome(_ state: Case) throws(DAVError) -> Outcome {
        if let known = outcomes[state] { return known }
        if !state.now.isEmpty { try spend(appeared.count + vanished.count) }
        let outcome = decide(state)
        outcomes[state] = outcome
        return outcome
    }

    private func decide(_ state: Case) -> Outcome {
        let (before, now) = (Set(state.before), Set(state.now))
        var outcome = Outcome()
        guard !now.isEmpty else {
            outcome.cancelled = before.contains(.series) ? [.series] : state.before
            return outcome
        }
        if before.contains(.series), !now.contains(.series) {
            // What is left to them is told anew: it went with the series.
            return Outcome(cancelled: [.series], isRequested: true)
        }
        for part in state.before where !now.contains(part) { lose(part, hasSeries: now.contains(.series), &outcome) }
        if before.contains(.series) { compareExceptions(before, now, &outcome) }
        outcome.isRequested =
            outcome.isRequested || state.isForced
            || state.now.contains { part in
                revision.changed.contains(part) || revision.counterpart(of: part).map { !before.contains($0) } ?? true
            }
        return outcome
    }

    /// They were invited to an override, and are not now.
    private func lose(_ part: Part, hasSeries: Bool, _ outcome: inout Outcome) {
        guard hasSeries else {
            outcome.cancelled.append(part)
            return
        }
        if let component = new.parts[part] {
            if component.isCancelled { outcome.isRequested = true } else { outcome.cancelled.append(part) }
        } else if revision.isChangedBack(part) {
            outcome.isRequested = true
        }
    }

    /// They were invited to the series and still are: what of the overrides that do not list them?
    private func compareExceptions(_ before: Set<Part>, _ now: Set<Part>, _ outcome: inout Outcome) {
        // If the series moved, its instances are others.
        if !revision.rescheduled.contains(.series) {
            for part in appeared where !now.contains(part) {
                if new.parts[part]?.isCancelled ?? false {
                    outcome.isRequested = true
                } else {
                    outcome.cancelled.append(part)
                }
            }
        }
        if vanished.contains(where: { !before.contains($0) }) { outcome.isRequested = true }
    }
}

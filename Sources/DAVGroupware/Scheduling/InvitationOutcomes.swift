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
    private var old: Invitations { revision.old }
    private var new: Invitations { revision.new }
    private var outcomes: [Case: Outcome] = [:]
    private var requests: [[Part]: Component] = [:]

    init(_ revision: OrganizerRevision) { self.revision = revision }

    mutating func messages(
        from sender: CalendarUserAddress, _ writer: inout OrganizerMessages
    ) -> [SchedulingMessage] {
        var messages: [SchedulingMessage] = []
        let uninvited = old.everybody.filter { new.partsOfAttendee[$0] == nil }
        for address in new.everybody + uninvited {
            let parts = new.partsOfAttendee[address] ?? []
            let state = Case(before: old.partsOfAttendee[address] ?? [], now: parts, isForced: isForced(address, parts))
            let outcome = outcomes[state] ?? outcome(state)
            outcomes[state] = outcome
            if !outcome.cancelled.isEmpty {
                let calendar = writer.cancel(outcome.cancelled, of: address)
                messages.append(SchedulingMessage(.cancel, from: sender, to: address, calendar))
            }
            if outcome.isRequested {
                let calendar = requests[parts] ?? writer.request(parts, without: instances(notIn: Set(parts)))
                requests[parts] = calendar
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

    private func instances(notIn parts: Set<Part>) -> [Int64] {
        guard parts.contains(.series) else { return [] }
        return new.parts.order.compactMap { part in
            if case .instance(let instance) = part, !parts.contains(part) { instance } else { nil }
        }
    }

    private func outcome(_ state: Case) -> Outcome {
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
            for part in new.parts.order where !now.contains(part) && revision.counterpart(of: part) == .series {
                if new.parts[part]?.isCancelled ?? false {
                    outcome.isRequested = true
                } else {
                    outcome.cancelled.append(part)
                }
            }
        }
        let returned = old.parts.order.contains {
            !before.contains($0) && new.parts.places[$0] == nil && !new.isExcluded($0)
        }
        if returned { outcome.isRequested = true }
    }
}

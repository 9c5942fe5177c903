import DAV

/// What the organizer is to learn about one instance, or about the series.
struct AttendeeAnswer: Sendable {
    /// `nil`: the series.
    var key: InstanceIndex.Key?
    var answer: String
    /// What is said of it: where its time, name and place in the series are read.
    var component: Component

    /// What one change may say of single instances. Each costs the organizer an override.
    static let most = 1_000

    /// What is new in a copy, against what the organizer believes: an instance without an override is answered as the series is.
    static func changes(
        from old: ScheduledCopy, to new: ScheduledCopy, within budget: inout WorkBudget
    ) throws(DAVError) -> [AttendeeAnswer] {
        let isForced = new.organizer?["SCHEDULE-FORCE-SEND"]?.isASCIIEqual(to: "REPLY") ?? false
        let left = try leftOut(from: old, to: new, within: &budget)
        guard !isForced, old.organizer?.isScheduledByServer ?? false else {
            return all(of: new, isForced: isForced) + left
        }
        let unknown = unknownOverrides(of: old, within: &budget)
        var found: [AttendeeAnswer] = []
        for (key, component) in new.components {
            guard let answer = component.attendee(new.owner)?.participation else { continue }
            let before = key == nil ? old.component(nil) : old.component(key) ?? new.component(nil)
            let isNew = answer != before?.attendee(new.owner)?.participation ?? ContentLine.needsAction
            let isUnknown = key.map { unknown.contains($0) && answer != new.answer(nil) } ?? false
            guard isNew || isUnknown && old.answer(nil) != new.answer(nil) else { continue }
            found.append(AttendeeAnswer(key: key, answer: answer, component: component))
        }
        return found + left
    }

    /// Overrides that say what the series says, and answer as it is answered: the attendee may have made them for an alarm, and the
    /// organizer have none. So they are told when the series is answered in another way.
    private static func unknownOverrides(
        of copy: ScheduledCopy, within budget: inout WorkBudget
    ) -> Set<InstanceIndex.Key> {
        guard let said = copy.part(nil) else { return [] }
        let alike = copy.index.overrides.keys.filter { copy.answer($0) == copy.answer(nil) }
        let civil = copy.index.instances(at: alike, within: &budget)
        return Set(
            alike.filter { key in
                guard let civil = civil[key], let times = copy.index.seriesTimes(at: civil) else { return false }
                return copy.part(key) == said.moved(to: times, copy.index.instances)
            })
    }

    /// Instances left out are declined; an override that went without that is answered as the series is.
    private static func leftOut(
        from old: ScheduledCopy, to new: ScheduledCopy, within budget: inout WorkBudget
    ) throws(DAVError) -> [AttendeeAnswer] {
        var excluded = new.index.excluded.subtracting(old.index.excluded)
        // Whoever had declined all may have left these out themselves, and they would follow the series.
        let returns = old.answer(nil) == ContentLine.declined && new.answer(nil) != ContentLine.declined
        if returns && old.index.excluded.count <= most { excluded.formUnion(old.index.excluded) }
        let gone = Set(old.index.overrides.keys.filter { new.index.overrides[$0] == nil })
        let keys = excluded.union(gone).sorted()
        let civil = old.index.instances(at: keys, within: &budget)
        guard civil.count <= most else { throw .tooManyAnswers }
        return keys.compactMap { key in
            let derived = civil[key].flatMap { old.index.derived(at: key, $0) }
            guard let component = old.component(key) ?? derived, !component.isCancelled else { return nil }
            let isDeclined = excluded.contains(key) || civil[key] == nil
            let answer = isDeclined ? ContentLine.declined : new.answer(nil) ?? ContentLine.needsAction
            let believed = gone.contains(key) ? old.answer(key) : new.answer(nil)
            return answer == believed ? nil : AttendeeAnswer(key: key, answer: answer, component: component)
        }
    }

    /// All that was answered in a copy the organizer knows nothing of.
    ///
    /// - Parameter isForced: whether to tell as well that there is no answer (SCHEDULE-FORCE-SEND, RFC 6638 §7.2).
    static func all(of copy: ScheduledCopy, isForced: Bool = false) -> [AttendeeAnswer] {
        copy.components.compactMap { key, component in
            guard let answer = component.attendee(copy.owner)?.participation,
                isForced || answer != ContentLine.needsAction
            else {
                return nil
            }
            return AttendeeAnswer(key: key, answer: answer, component: component)
        }
    }

    /// Whoever removes an invitation declines it (RFC 6638 §3.2.2.4), unless they have, or it was cancelled.
    static func declining(_ copy: ScheduledCopy) -> [AttendeeAnswer] {
        copy.components.compactMap { key, component in
            guard let answer = component.attendee(copy.owner)?.participation, answer != ContentLine.declined,
                !component.isCancelled
            else { return nil }
            return AttendeeAnswer(key: key, answer: ContentLine.declined, component: component)
        }
    }
}

/// What the organizer is to learn about one instance, or about the series.
struct AttendeeAnswer: Sendable {
    /// `nil`: the series.
    var key: InstanceIndex.Key?
    var answer: String
    /// What is said of it: where its time, name and place in the series are read.
    var component: Component

    /// What is new in a copy, against what the organizer believes: an instance without an override is answered as the series is.
    static func changes(
        from old: ScheduledCopy, to new: ScheduledCopy, within budget: inout WorkBudget
    ) -> [AttendeeAnswer] {
        guard old.organizer?.isScheduledByServer ?? false,
            new.organizer?["SCHEDULE-FORCE-SEND"]?.uppercased() != "REPLY"
        else { return all(of: new, isForced: new.organizer?["SCHEDULE-FORCE-SEND"] != nil) }
        var found: [AttendeeAnswer] = []
        for (key, component) in new.components {
            guard let answer = component.attendee(new.owner)?.participation else { continue }
            let believed = key == nil || old.component(key) != nil ? old.component(key) : new.component(nil)
            guard answer != believed?.attendee(new.owner)?.participation ?? ContentLine.needsAction else { continue }
            found.append(AttendeeAnswer(key: key, answer: answer, component: component))
        }
        return found + leftOut(from: old, to: new, within: &budget)
    }

    /// Instances left out are declined; an override that went without that is answered as the series is.
    private static func leftOut(
        from old: ScheduledCopy, to new: ScheduledCopy, within budget: inout WorkBudget
    ) -> [AttendeeAnswer] {
        let excluded = new.index.excluded.subtracting(old.index.excluded)
        let gone = Set(old.index.overrides.keys.filter { new.index.overrides[$0] == nil })
        let keys = excluded.union(gone).sorted()
        let civil = old.index.instances(at: keys, within: &budget)
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

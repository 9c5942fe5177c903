import DAV

/// Composes what an invitation becomes when it is updated. Lines of the result either point into the octets of the existing
/// object or are new.
struct RequestComposer: Sendable {
    private let sent: ScheduledCopy
    private let existing: ScheduledCopy
    /// Whether the series happens when it did.
    private let isSameSeries: Bool
    /// When the instances are that have an override in one of both alone.
    private let civil: [InstanceIndex.Key: CivilDateTime]

    init(_ sent: ScheduledCopy, over existing: ScheduledCopy, within budget: inout WorkBudget) {
        (self.sent, self.existing) = (sent, existing)
        isSameSeries = sent.series == existing.series && sent.part(nil)?.span == existing.part(nil)?.span
        let mine = Set(existing.index.overrides.keys)
        civil = existing.index.instances(at: mine.symmetricDifference(sent.index.overrides.keys), within: &budget)
    }

    /// After a message with a master, which is complete.
    func replaced() -> Component {
        var result = Component("VCALENDAR", sent.calendar.properties)
        result.components = sent.calendar.components.filter { $0.name == "VTIMEZONE" }
        var left: [InstanceIndex.Key] = []
        for (key, component) in sent.components {
            if let key, isLeftOut(key, component) {
                left.append(key)
            } else {
                result.components.append(kept(component, key))
            }
        }
        result.components += ownOverrides()
        if !left.isEmpty,
            let master = result.components.firstIndex(where: { $0.isSchedulable && $0["RECURRENCE-ID"] == nil })
        {
            result.components[master].properties += left.sorted().compactMap(sent.index.exception)
        }
        return result
    }

    /// Who has declined an instance by leaving it out does not get it back, as long as the organizer says the same.
    private func isLeftOut(_ key: InstanceIndex.Key, _ component: Component) -> Bool {
        existing.index.excluded.contains(key) && existing.index.overrides[key] == nil
            && component.attendee(sent.owner)?.participation == ContentLine.declined
    }

    /// A component of the message, with what the attendee has of their own.
    private func kept(_ component: Component, _ key: InstanceIndex.Key?) -> Component {
        let place = key.map { existing.index.describing($0) } ?? existing.index.master
        guard let own = place.map({ existing.calendar.components[$0] }) else {
            return OwnPart(of: Component(component.name)).kept(
                in: component, of: sent.owner, answer: nil, isKept: false)
        }
        let asked = component.attendee(sent.owner)?.participation
        let given = own.attendee(sent.owner)?.participation
        // An answer the organizer has not heard of is still good if nothing was asked anew.
        let isKept =
            isUnheard(own) && given != nil && given != ContentLine.needsAction && component.sequence <= own.sequence
            && span(existing, key) == sent.part(key)?.span && (key != nil || isSameSeries)
        return OwnPart(of: own).kept(
            in: component, of: sent.owner, answer: isKept ? given : asked, isKept: isKept || given == asked)
    }

    /// Whether the organizer cannot know what was answered here: the server is not the one to tell, or could not.
    private func isUnheard(_ component: Component) -> Bool {
        guard let line = component["ORGANIZER"] else { return false }
        let status = line["SCHEDULE-STATUS"]?.utf8.first
        return !line.isScheduledByServer || status == UInt8(ascii: "3") || status == UInt8(ascii: "5")
    }

    private func span(_ copy: ScheduledCopy, _ key: InstanceIndex.Key?) -> OrganizersPart.Span? {
        guard let key, copy.index.overrides[key] == nil else { return copy.part(key)?.span }
        return civil[key].flatMap { copy.part(at: key, $0)?.span }
    }

    /// Overrides that the attendee made for something of their own, such as another alarm.
    private func ownOverrides() -> [Component] {
        guard isSameSeries, let master = existing.index.masterComponent else { return [] }
        let own = OwnPart(of: master)
        let said = existing.part(nil)?.withoutAnswers
        return existing.components.compactMap { key, component in
            guard let key, sent.index.overrides[key] == nil, !sent.index.excluded.contains(key), let civil = civil[key],
                !existing.index.reachesOn(key), let times = existing.index.seriesTimes(at: civil),
                existing.part(key)?.withoutAnswers == said?.moved(to: times, existing.index.instances),
                !OwnPart(of: component).isEqual(to: own, of: sent.owner),
                let derived = sent.index.derived(at: key, civil)
            else { return nil }
            return kept(derived, key)
        }
    }

    /// After a message about single instances, of which the others are not spoken.
    ///
    /// - Returns: `nil` if all of it is outdated.
    func amended(now: Timestamp) -> Component? {
        var result = existing.calendar
        var back: Set<InstanceIndex.Key> = []
        var said: Set<Int> = []
        var isNew = false
        for (key, component) in sent.components {
            guard let key else { continue }
            let place = existing.index.overrides[key]
            if let place, component.isOutdated(by: existing.calendar.components[place], now: now) { continue }
            if isLeftOut(key, component) { continue }
            isNew = true
            if existing.index.excluded.contains(key) { back.insert(key) }
            if let place {
                result.components[place] = kept(component, key)
                said.insert(place)
            } else {
                result.components.append(kept(component, key))
            }
        }
        guard isNew else { return nil }
        if !back.isEmpty, let place = existing.index.master, let master = existing.index.master(bringingBack: back) {
            result.components[place] = master
        }
        if existing.index.masterComponent?.isCancelled ?? false {
            // They are not invited to the series any more: what this speaks of is all there is.
            let before = existing.calendar.components
            result.components = result.components.enumerated().filter { place, component in
                !(place < before.count && !said.contains(place) && component.isSchedulable && component.isCancelled)
            }.map(\.element)
        }
        let known = Set(result.components.compactMap { $0.name == "VTIMEZONE" ? $0["TZID"]?.value : nil })
        let zones = sent.calendar.components.filter { one in
            one.name == "VTIMEZONE" && one["TZID"].map { !known.contains($0.value) } ?? false
        }
        result.components.insert(contentsOf: zones, at: 0)
        return result
    }
}

/// `If-Schedule-Tag-Match` held, though answers came in between (RFC 6638 §3.2.10.1, D-11).
package enum ScheduleTagMerge {
    /// What is to be stored: what was sent, with PARTSTAT and SCHEDULE-STATUS of the others as they are stored.
    ///
    /// Nothing is merged where the time was changed: then everybody is asked anew. What the owner has answered stays as it was
    /// sent. An override that was made for an answer, of which the client cannot know, is added.
    package static func merged(
        _ sent: StoredCalendar, with stored: StoredCalendar, by owner: CalendarUser, zones: Zones
    ) -> [UInt8] {
        let new = ScheduledCopy(sent, of: owner, zones: zones)
        let old = ScheduledCopy(stored, of: owner, zones: zones)
        guard new.series == old.series, new.part(nil)?.span == old.part(nil)?.span else { return sent.octets }
        var budget = WorkBudget()
        let both = Set(new.index.overrides.keys).symmetricDifference(old.index.overrides.keys)
        let civil = new.index.instances(at: both, within: &budget)
        var edits = ContentEdits()
        var known: [Int: [CalendarUserAddress: ContentLine]] = [:]
        for (key, component) in new.components {
            guard let place = key.map({ old.index.describing($0) }) ?? old.index.master,
                span(old, key, civil) == new.part(key)?.span
            else { continue }
            let answers = known[place] ?? answers(in: old.calendar.components[place], but: owner)
            known[place] = answers
            for line in component.properties where line.isNamed("ATTENDEE") {
                let merged = merged(line, answers)
                if merged.parameters != line.parameters { edits.replace(line.source, by: merged.text) }
            }
        }
        for override in unknownOverrides(of: old, to: new, civil) {
            edits.insert(override, at: new.calendar.endOfComponents)
        }
        return edits.applied(to: sent.octets)
    }

    private static func span(
        _ copy: ScheduledCopy, _ key: InstanceIndex.Key?, _ civil: [InstanceIndex.Key: CivilDateTime]
    ) -> OrganizersPart.Span? {
        guard let key, copy.index.overrides[key] == nil else { return copy.part(key)?.span }
        return civil[key].flatMap { copy.part(at: key, $0)?.span }
    }

    private static func answers(in component: Component, but owner: CalendarUser) -> [CalendarUserAddress: ContentLine]
    {
        var result: [CalendarUserAddress: ContentLine] = [:]
        for line in component.properties where line.isNamed("ATTENDEE") && !owner.isNamed(by: line) {
            result[line.address] = line
        }
        return result
    }

    private static func merged(_ line: ContentLine, _ answers: [CalendarUserAddress: ContentLine]) -> ContentLine {
        guard let known = answers[line.address] else { return line }
        var line = line
        if line.participation != known.participation { line = line.setting("PARTSTAT", to: known.participation) }
        if line["SCHEDULE-STATUS"] != known["SCHEDULE-STATUS"] {
            line = line.setting("SCHEDULE-STATUS", to: known["SCHEDULE-STATUS"])
        }
        return line
    }

    /// As in ``ReceivedReply``.
    private static let mostGrowth = 4 << 20

    private static func unknownOverrides(
        of old: ScheduledCopy, to new: ScheduledCopy, _ civil: [InstanceIndex.Key: CivilDateTime]
    ) -> [[UInt8]] {
        guard let said = old.part(nil) else { return [] }
        var result: [[UInt8]] = []
        var room = mostGrowth
        for (key, component) in old.components {
            guard let key, new.index.overrides[key] == nil, !new.index.excluded.contains(key), let civil = civil[key],
                let part = old.part(key), part.answers != said.answers, let times = old.index.seriesTimes(at: civil),
                part.withoutAnswers == said.withoutAnswers.moved(to: times, old.index.instances),
                var override = new.index.derived(at: key, civil)
            else { continue }
            let answers = answers(in: component, but: new.owner)
            for index in override.properties.indices where override.properties[index].isNamed("ATTENDEE") {
                override.properties[index] = merged(override.properties[index], answers)
            }
            let text = override.text(from: new.octets)
            room -= text.count
            guard room >= 0 else { break }
            result.append(text)
        }
        return result
    }
}

import DAV

/// What an attendee answers (RFC 5546 §3.2.3), put into the organizer's object.
struct ReceivedReply: Sendable {
    private let reply: ScheduledCopy
    private let sender: CalendarUserAddress
    private let existing: ScheduledCopy
    private let now: Timestamp
    private let zones: Zones

    /// How much the overrides may come to that a reply needs: each says again what the series says.
    private static let mostGrowth = 1 << 20

    init(
        _ reply: ScheduledCopy, from sender: CalendarUserAddress, over existing: ScheduledCopy, now: Timestamp,
        zones: Zones
    ) {
        (self.reply, self.sender, self.existing) = (reply, sender, existing)
        (self.now, self.zones) = (now, zones)
    }

    func effect() -> ReceivedMessage.Effect {
        // Whoever is not invited cannot answer, nor learn by it that there is something to answer.
        guard existing.calendar.components.contains(where: { $0.attendee(sender) != nil }) else {
            return .init(status: .refused)
        }
        var edits = ContentEdits()
        var budget = WorkBudget()
        let keys = reply.index.overrides.keys.filter { existing.index.overrides[$0] == nil }
        let civil = existing.index.instances(at: keys, within: &budget)
        var growth = 0
        for (key, component) in reply.components {
            guard let answer = component.attendee(sender)?.participation else { continue }
            if let target = existing.component(key) {
                guard !isOutdated(component, key, by: target, existing.part(key)) else { continue }
                put(answer, component.requestStatus, into: target, &edits)
            } else if let key, let civil = civil[key], !existing.index.excluded.contains(key) {
                guard let override = override(key, civil, answer, component) else { continue }
                growth += override.count
                guard growth <= Self.mostGrowth else { return .init(status: .refused) }
                edits.insert(override, at: existing.calendar.endOfComponents)
            }
        }
        answerAlike(&edits, within: &budget)
        guard !edits.isEmpty else { return .init() }
        let body = edits.applied(to: existing.octets)
        return .init(body: body, isForInbox: true, updates: updates(body))
    }

    /// Whoever is not invited cannot answer: nothing happens.
    private func put(_ answer: String, _ status: String, into target: Component, _ edits: inout ContentEdits) {
        for line in target.properties where line.isNamed("ATTENDEE") && line.address == sender {
            let new = line.setting("PARTSTAT", to: answer).setting("SCHEDULE-STATUS", to: status)
            if new.parameters != line.parameters { edits.replace(line.source, by: new.text) }
        }
    }

    /// Overrides that say what the series says, and were answered as it was, follow it: the organizer may have made them for an
    /// alarm of their own, and the attendee have none. One that has them names what is to stay as it was
    /// (see ``AttendeeAnswer``).
    private func answerAlike(_ edits: inout ContentEdits, within budget: inout WorkBudget) {
        guard let component = reply.index.masterComponent, let answer = component.attendee(sender)?.participation,
            let master = existing.index.masterComponent, let said = existing.part(nil),
            !isOutdated(component, nil, by: master, said)
        else { return }
        let others = existing.index.overrides.keys.filter { reply.index.overrides[$0] == nil }
        let civil = existing.index.instances(at: others, within: &budget)
        for key in others.sorted() {
            guard let civil = civil[key], let times = existing.index.seriesTimes(at: civil),
                existing.part(key) == said.moved(to: times, existing.index.instances),
                let override = existing.component(key)
            else { continue }
            put(answer, component.requestStatus, into: override, &edits)
        }
    }

    /// An override for an instance that is answered in another way than its series; `nil` if it is not, or cannot be.
    private func override(
        _ key: InstanceIndex.Key, _ civil: CivilDateTime, _ answer: String, _ component: Component
    ) -> [UInt8]? {
        guard !reply.index.reachesOn(key), let place = existing.index.describing(key),
            let invited = existing.calendar.components[place].attendee(sender),
            answer != (believed(place) ?? invited.participation),
            !isOutdated(component, key, by: existing.calendar.components[place], existing.part(at: key, civil)),
            var override = existing.index.derived(at: key, civil)
        else { return nil }
        for index in override.properties.indices
        where override.properties[index].isNamed("ATTENDEE") && override.properties[index].address == sender {
            override.properties[index] = override.properties[index].setting("PARTSTAT", to: answer)
                .setting("SCHEDULE-STATUS", to: component.requestStatus)
        }
        return override.text(from: existing.octets)
    }

    /// What the same reply says of the series.
    private func believed(_ place: Int) -> String? {
        place == existing.index.master ? reply.index.masterComponent?.attendee(sender)?.participation : nil
    }

    /// Whether the reply is to an earlier version. SEQUENCE alone does not tell: clients raise it when they change what nobody is
    /// told, so a reply counts if it is about the time that holds.
    private func isOutdated(
        _ component: Component, _ key: InstanceIndex.Key?, by target: Component, _ part: OrganizersPart?
    ) -> Bool {
        guard component.sequence < target.sequence else { return false }
        guard let start = reply.part(key)?.span.start else { return true }
        return start != part?.span.start
    }

    /// RFC 6638 §3.2.5 has the server tell the others. Beyond a hundred nobody is told until the organizer changes something: each
    /// answer would write as many objects.
    private func updates(_ body: [UInt8]) -> [SchedulingMessage] {
        let attendees = Set(existing.calendar.components.flatMap { $0.all("ATTENDEE").map(\.address) })
        guard attendees.count <= Self.mostTold, let old = StoredCalendar(existing.octets),
            let new = StoredCalendar(body),
            let change = try? OrganizerChange(from: old, to: new, by: existing.owner, now: now, zones: zones)
        else { return [] }
        return change.messages.filter { $0.method == .request && $0.recipient != sender }
    }

    private static let mostTold = 100
}

extension Component {
    /// The code in REQUEST-STATUS; 2.0 if there is none (RFC 6638 §3.2.9).
    fileprivate var requestStatus: String {
        let code = self["REQUEST-STATUS"]?.value.utf8.prefix { $0 != UInt8(ascii: ";") } ?? ""[...].utf8
        let parts = code.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isCode =
            2...3 ~= parts.count
            && parts.allSatisfy { 1...2 ~= $0.count && $0.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } }
        return isCode ? String(Substring(code)) : "2.0"
    }
}

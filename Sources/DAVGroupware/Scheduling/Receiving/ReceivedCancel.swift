import DAV

/// A cancellation (RFC 5546 §3.2.5): the whole stays in the calendar as cancelled, until its owner removes it; single instances
/// are left out of their series.
struct ReceivedCancel: Sendable {
    private let sent: ScheduledCopy
    private let existing: ScheduledCopy
    private let now: Timestamp

    init(_ sent: ScheduledCopy, over existing: ScheduledCopy, now: Timestamp) {
        (self.sent, self.existing, self.now) = (sent, existing, now)
    }

    func effect() -> ReceivedMessage.Effect {
        var edits = ContentEdits()
        if let master = sent.index.masterComponent {
            guard !(existing.first.map { master.isOutdated(by: $0, now: now) } ?? false) else { return .init() }
            for component in existing.calendar.components where component.isSchedulable { cancel(component, &edits) }
        } else {
            // Nothing of this server cancels all that comes after an instance; it would take another rule.
            guard !sent.index.overrides.keys.contains(where: sent.index.reachesOn) else {
                return .init(status: .refused)
            }
            for (key, component) in sent.components {
                if let key { cancel(key, component, &edits) }
            }
        }
        guard !edits.isEmpty else { return .init() }
        return .init(body: edits.applied(to: existing.octets), keepsScheduleTag: false, isForInbox: true)
    }

    private func cancel(_ component: Component, _ edits: inout ContentEdits) {
        guard !component.isCancelled else { return }
        let line = ContentLine("STATUS", value: "CANCELLED").text
        if let old = component["STATUS"] {
            edits.replace(old.source, by: line)
        } else {
            edits.insert(line, at: component.endOfLines)
        }
    }

    private func cancel(_ key: InstanceIndex.Key, _ message: Component, _ edits: inout ContentEdits) {
        let override = existing.component(key)
        if let override, message.isOutdated(by: override, now: now) { return }
        guard let master = existing.index.masterComponent else {
            if let override { cancel(override, &edits) }
            return
        }
        if override == nil && message.isOutdated(by: master, now: now) { return }
        guard existing.index.instances.isRecurring || override != nil else { return }
        if let override { edits.remove(override.source) }
        if !existing.index.excluded.contains(key), let line = existing.index.exception(key) {
            edits.insert(line.text, at: master.endOfLines)
        }
    }
}

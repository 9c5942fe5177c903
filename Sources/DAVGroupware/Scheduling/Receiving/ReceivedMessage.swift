package import DAV

/// What a message does to its recipient's calendar (RFC 6638 §4, RFC 5546).
package struct ReceivedMessage: Sendable {
    /// What the recipient's object becomes. `nil`: it stays as it is, or there is none and none is made.
    package let body: [UInt8]?
    /// Whether the schedule tag stays (D-10): after replies, and if nothing but the answers of others is new.
    package let keepsScheduleTag: Bool
    /// Whether the message is put into the inbox: not if nobody has to see it.
    package let isForInbox: Bool
    package let status: DeliveryStatus
    /// After a REPLY: the REQUESTs by which the copies of the other attendees learn the answer. Nobody's inbox gets them.
    package let updates: [SchedulingMessage]

    /// - Parameters:
    ///   - sender: under all of their addresses; `nil`: the one in the message is their only one.
    ///   - existing: the recipient's object of the same UID.
    package init(
        _ message: SchedulingMessage, from sender: CalendarUser? = nil, over existing: StoredCalendar?,
        by recipient: CalendarUser, now: Timestamp, zones: Zones
    ) {
        let present = existing.map { ScheduledCopy($0, of: recipient, zones: zones) }
        let message = message.known(in: present, sender)
        var calendar = message.calendar.withoutSource
        calendar.properties.removeAll { $0.isNamed("METHOD") }
        let index = InstanceIndex(calendar, zones: zones, like: present?.index)
        let sent = ScheduledCopy(calendar, of: recipient, index)
        let effect: Effect
        if let refusal = Self.refusal(of: message, from: sender, sent, over: present) {
            effect = Effect(status: refusal)
        } else {
            switch message.method {
            case .request: effect = ReceivedRequest(sent, over: present, now: now).effect()
            case .cancel: effect = present.map { ReceivedCancel(sent, over: $0, now: now).effect() } ?? Effect()
            case .reply:
                effect =
                    present.map { ReceivedReply(sent, from: message.sender, over: $0, now: now, zones: zones).effect() }
                    // What the organizer has removed nobody can answer any more.
                    ?? Effect(status: .refused)
            }
        }
        (body, keepsScheduleTag) = (effect.body, effect.keepsScheduleTag)
        (isForInbox, status, updates) = (effect.isForInbox, effect.status, effect.updates)
    }

    /// What one method comes to. At first: nothing.
    struct Effect: Sendable {
        var body: [UInt8]?
        var keepsScheduleTag = true
        var isForInbox = false
        var status = DeliveryStatus.delivered
        var updates: [SchedulingMessage] = []
    }

    /// Nobody speaks for another (D-16): invitations come from the one who organizes what is there, replies from the attendee they
    /// name, and go to the organizer.
    private static func refusal(
        of message: SchedulingMessage, from sender: CalendarUser?, _ sent: ScheduledCopy, over existing: ScheduledCopy?
    ) -> DeliveryStatus? {
        let components = sent.calendar.components.filter(\.isSchedulable)
        guard let first = components.first, let uid = first.uid,
            components.allSatisfy({ $0.name == first.name && $0.uid == uid })
        else { return .refused }
        if let existing, existing.uid != uid || existing.first?.name != first.name { return .refused }
        if message.method == .reply {
            guard
                components.allSatisfy({ one in
                    let attendees = one.all("ATTENDEE")
                    return attendees.count == 1 && attendees[0].address == message.sender
                })
            else { return .noAuthority }
            guard let existing else { return nil }
            // As if there were nothing: what somebody has of their own is not told to who asks by answering.
            return existing.organizer.map(existing.owner.isNamed) ?? false ? nil : .refused
        }
        guard components.allSatisfy({ $0["ORGANIZER"]?.address == message.sender }) else { return .noAuthority }
        if message.method == .request, !components.contains(where: { $0.attendee(sent.owner) != nil }) {
            return .refused
        }
        guard let existing else { return nil }
        guard let organizer = existing.organizer else { return .refused }
        return organizer.address == message.sender || sender?.isNamed(by: organizer) ?? false ? nil : .noAuthority
    }
}

extension SchedulingMessage {
    /// A reply under the address by which the organizer knows who answers: people have several, and clients write any of them
    /// (RFC 6638 §2.4.1).
    fileprivate func known(in existing: ScheduledCopy?, _ user: CalendarUser?) -> SchedulingMessage {
        guard method == .reply, let existing, let user, user.addresses.contains(sender) else { return self }
        let invited = existing.calendar.components.lazy.flatMap { $0.all("ATTENDEE") }
        guard !invited.contains(where: { $0.address == sender }), let line = invited.first(where: user.isNamed) else {
            return self
        }
        var message = self
        message.sender = line.address
        for place in calendar.components.indices {
            for index in calendar.components[place].properties.indices {
                let property = calendar.components[place].properties[index]
                guard property.isNamed("ATTENDEE"), property.address == sender else { continue }
                message.calendar.components[place].properties[index].value = line.value
            }
        }
        return message
    }
}

extension Component {
    /// The component as if it had never stood in a text. Recursion is bounded by the depth of what was read.
    var withoutSource: Component {
        var component = self
        component.source = 0..<0
        for index in component.properties.indices { component.properties[index].source = 0..<0 }
        component.components = component.components.map(\.withoutSource)
        return component
    }

    /// Whether `self`, in a message, is older than what is there (RFC 5546 §2.1.5).
    ///
    /// - Parameter now: a stamp that is later was written by a clock that is fast, and says nothing.
    func isOutdated(by other: Component, now: Timestamp) -> Bool {
        guard sequence == other.sequence else { return sequence < other.sequence }
        guard let stamp, let known = other.stamp, known <= now.seconds else { return false }
        return stamp < known
    }
}

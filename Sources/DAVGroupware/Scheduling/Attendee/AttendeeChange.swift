package import DAV

/// What follows from what an attendee writes in their own copy (RFC 6638 §3.2.2).
package struct AttendeeChange: Sendable {
    /// What the organizer is told; `nil`: nothing, or the server is not the one to tell.
    package let reply: SchedulingMessage?
    private let new: ScheduledCopy?
    private let old: ScheduledCopy?

    /// - Parameters:
    ///   - old: what is stored; `nil`: the object is new.
    ///   - new: what was sent; `nil`: the object is removed.
    ///   - owner: whose calendar it is.
    ///   - sendsReply: `false` for `Schedule-Reply: F` (RFC 6638 §8.1).
    /// - Throws: 403 `C:allowed-attendee-scheduling-object-change` if only the organizer may change that.
    package init(
        from old: StoredCalendar?, to new: StoredCalendar?, by owner: CalendarUser, sendsReply: Bool, now: Timestamp,
        zones: Zones
    ) throws(DAVError) {
        let old = old.map { ScheduledCopy($0, of: owner, zones: zones) }
        let new = new.map { ScheduledCopy($0, of: owner, zones: zones, like: old?.index) }
        (self.old, self.new) = (old, new)
        var budget = WorkBudget()
        var answers: [AttendeeAnswer] = []
        switch (old, new) {
        case (let old?, let new?):
            try AttendeeRules.check(new, against: old, within: &budget)
            answers = try AttendeeAnswer.changes(from: old, to: new, within: &budget)
        case (nil, let new?): answers = AttendeeAnswer.all(of: new)
        case (let old?, nil): answers = AttendeeAnswer.declining(old)
        case (nil, nil): break
        }
        guard answers.count <= AttendeeAnswer.most else { throw .tooManyAnswers }
        guard sendsReply, let copy = new ?? old, let organizer = copy.organizer, organizer.isScheduledByServer,
            !owner.isNamed(by: organizer)
        else {
            reply = nil
            return
        }
        reply = ReplyWriter(copy, now: now).message(answers, to: organizer)
    }

    /// What is to be stored; `nil` if the object was removed.
    ///
    /// SCHEDULE-FORCE-SEND is not stored (RFC 6638 §7.2). Nor is a SEQUENCE raised by the attendee: it is the organizer's, whose
    /// next message would look outdated (RFC 5546 §2.1.4).
    ///
    /// - Parameter status: what became of the reply: SCHEDULE-STATUS of ORGANIZER. `nil` if there was none to send.
    package func body(_ status: DeliveryStatus?) -> [UInt8]? {
        guard let new else { return nil }
        var edits = ContentEdits()
        for (key, component) in new.components {
            if let line = component["ORGANIZER"] {
                var changed = line
                if line["SCHEDULE-FORCE-SEND"] != nil { changed = changed.setting("SCHEDULE-FORCE-SEND", to: nil) }
                if let status, reply != nil { changed = changed.setting("SCHEDULE-STATUS", to: status.rawValue) }
                if changed != line { edits.replace(line.source, by: changed.text) }
            }
            if let old, let before = old.component(key) ?? old.first, let line = component["SEQUENCE"],
                component.sequence > before.sequence
            {
                edits.replace(line.source, by: ContentLine("SEQUENCE", value: String(before.sequence)).text)
            }
        }
        return edits.applied(to: new.octets)
    }
}

extension DAVError {
    /// RFC 6638 §3.2.4.3
    static func attendeeChange(_ message: String) -> DAVError {
        calDAV("allowed-attendee-scheduling-object-change", message)
    }

    static let tooManyAnswers = attendeeChange("No more than \(AttendeeAnswer.most) instances can be answered at once.")
}

import DAV

/// Writes the REPLY of an attendee (RFC 5546 §3.2.3, §3.4.3).
struct ReplyWriter: Sendable {
    private let copy: ScheduledCopy
    private let stamp: ContentLine

    init(_ copy: ScheduledCopy, now: Timestamp) {
        self.copy = copy
        stamp = ContentLine("DTSTAMP", value: DateValue.utc(CivilDateTime(seconds: now.seconds)).text)
    }

    /// - Returns: `nil` if there is nothing to tell.
    func message(_ answers: [AttendeeAnswer], to organizer: ContentLine) -> SchedulingMessage? {
        let components = answers.compactMap(component)
        guard let first = components.first, let sender = first["ATTENDEE"] else { return nil }
        let used = Set(components.flatMap { $0.properties.compactMap { $0["TZID"].map(DateValue.bare(tzid:)) } })
        let zones = copy.calendar.components.filter { component in
            component.name == "VTIMEZONE"
                && component["TZID"].map { used.contains(DateValue.bare(tzid: $0.value)) } ?? false
        }
        let method = ContentLine("METHOD", value: SchedulingMessage.Method.reply.rawValue)
        return SchedulingMessage(
            .reply, from: sender.address, to: organizer.address, .calendar(zones + components, [method]))
    }

    private static let kept = [
        "UID", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "SUMMARY", "COMMENT", "PERCENT-COMPLETE", "COMPLETED",
    ]

    private func component(_ answer: AttendeeAnswer) -> Component? {
        guard let own = answer.component.attendee(copy.owner), let organizer = answer.component["ORGANIZER"] else {
            return nil
        }
        let lines = answer.component.properties.filter { line in
            Self.kept.contains(where: line.isNamed) || line.isNamed("STATUS") && answer.component.name == "VTODO"
        }
        let people = [
            organizer.withoutScheduleParameters, own.withoutScheduleParameters.setting("PARTSTAT", to: answer.answer),
            ContentLine("REQUEST-STATUS", value: "2.0;Success"),
        ]
        return Component(answer.component.name, [stamp] + lines + people)
    }
}

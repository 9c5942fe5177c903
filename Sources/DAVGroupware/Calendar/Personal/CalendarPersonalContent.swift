import DAV

/// A shared calendar as each sharee has it: with alarms and TRANSP of their own, and without what the grant hides
/// (draft-pot-caldav-sharing §5.2).
struct CalendarPersonalContent: PersonalContent {
    func shown(_ stored: [UInt8], with own: [UInt8]?, to sight: ShareGrant.Sight) -> ShownContent {
        let object = StoredCalendar(stored)
        guard sight != .busy, let object, sight == .everything || !BusyMask.isPrivate(object.calendar) else {
            return ShownContent(BusyMask.octets(of: object?.calendar), isMasked: true)
        }
        let part = own.map(PersonalPart.init(stored:)) ?? PersonalPart()
        return ShownContent(part.composed(into: object.calendar, of: stored))
    }

    func divided(_ sent: [UInt8], over stored: [UInt8]?) throws(DAVError) -> DividedContent {
        guard let new = StoredCalendar(sent) else {
            throw .validCalendarData("The text is no iCalendar.")
        }
        var own = PersonalPart(in: new.calendar, of: sent)
        let old = stored.flatMap(StoredCalendar.init)
        let owners = old.map { PersonalPart(in: $0.calendar, of: $0.octets) } ?? PersonalPart()
        for component in new.calendar.components where PersonalPart.isBearer(component) {
            var piece = own[component]
            // Whoever makes an object says for all whether it takes up time.
            piece.follow(old == nil ? piece : owners[component])
            own[component] = piece
        }
        let ownOctets = own.octets(for: new.calendar, in: sent)
        guard (ownOctets?.count ?? 0) <= DividedContent.mostOwnBytes else {
            throw .calDAV("max-resource-size", "Alarms of one's own may come to \(DividedContent.mostOwnBytes) bytes.")
        }
        if let old, SharedPart(of: old.calendar) == SharedPart(of: new.calendar) {
            return DividedContent(shared: nil, own: ownOctets)
        }
        return DividedContent(shared: owners.composed(into: new.calendar, of: sent), own: ownOctets)
    }
}

extension PersonalPart.Piece {
    /// Says nothing of TRANSP where that means what the owner says: if they change their mind, so does this.
    fileprivate mutating func follow(_ owner: PersonalPart.Piece) {
        let meant = isTransparent
        transparency = meant == owner.isTransparent ? nil : Array("TRANSP:\(meant ? "TRANSPARENT" : "OPAQUE")\r\n".utf8)
    }

    private var isTransparent: Bool {
        guard let transparency, let colon = transparency.lastIndex(of: UInt8(ascii: ":")) else { return false }
        let word = transparency[(colon + 1)...].filter { $0 > 0x20 }
        return String(decoding: word, as: UTF8.self).isASCIIEqual(to: "TRANSPARENT")
    }
}

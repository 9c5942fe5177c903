import DAV

/// What messages make of one person's calendars: the object they are about, and their inbox.
///
/// Messages are applied one after the other; what comes of all is written once.
struct Recipient: Sendable {
    let user: CalendarUser
    let home: DAVPath
    /// What stood when the work began; `nil`: nothing with the UID.
    let found: ScheduledObject?
    /// Where a new object is put; `nil`: nowhere.
    let calendar: DAVPath?
    private(set) var octets: [UInt8]?
    private var keepsTag = true
    /// By the names they have in the inbox.
    private var mail: [(name: Name, octets: [UInt8])] = []

    init(_ user: CalendarUser, home: DAVPath, found: ScheduledObject?, calendar: DAVPath?) {
        (self.user, self.home, self.found, self.calendar) = (user, home, found, calendar)
        octets = found?.stored.octets
    }

    /// - Returns: what is told to the sender, and what others are told because of it.
    mutating func take(_ message: SchedulingMessage, from sender: CalendarUser, now: Timestamp, zones: Zones) -> (
        status: DeliveryStatus, updates: [SchedulingMessage]
    ) {
        let present = octets == found?.stored.octets ? found?.stored : octets.flatMap(StoredCalendar.init)
        let received = ReceivedMessage(message, from: sender, over: present, by: user, now: now, zones: zones)
        if let body = received.body {
            guard found != nil || calendar != nil else { return (.refused, []) }
            if body != octets { keepsTag = keepsTag && received.keepsScheduleTag }
            octets = body
        }
        if received.isForInbox {
            mail.removeAll { $0.name == message.inboxName }
            mail.append((message.inboxName, ContentWriter.octets(of: [message.calendar])))
        }
        return (received.status, received.updates)
    }

    /// The writes that bring all of it about: the object first, then what the inbox tells of it (RFC 6638 §4.1).
    func steps(now: Timestamp) -> [WriteStep] {
        let caller = Caller.principal(user.principal)
        var steps: [WriteStep] = []
        if let octets, octets != found?.stored.octets, let path = found?.path ?? calendar?.appending(.randomObject) {
            var condition = Condition(caller: caller, now: now)
            condition.standings = [found?.standing ?? Standing(path: path, etag: nil)]
            let tag = found.map { [keepsTag ? $0.keepingTag : .remove(ScheduleTag.name)] } ?? []
            steps.append(WriteStep(path, .put(Upload(calendar: octets), properties: tag), if: condition))
        }
        for (name, octets) in mail {
            let item = home.appending([PrincipalServices.inbox, name])
            steps.append(WriteStep(item, .put(Upload(calendar: octets)), if: Condition(caller: caller, now: now)))
        }
        return steps
    }
}

extension SchedulingMessage {
    /// A later message of the same sort takes the place of one that nobody has put away, so that an inbox no client looks after does
    /// not grow without end.
    fileprivate var inboxName: Name {
        let (uid, sort) = (uid ?? "", "\(method.rawValue) \(sender.text) ")
        return Name(sort + uid + ".ics") ?? Name(sort + Self.digest(of: uid) + ".ics") ?? .randomObject
    }

    /// Of a name too long to stand there itself (FNV-1a). Two that come to the same cost their sender one message.
    private static func digest(of text: String) -> String {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}

extension Name {
    /// For an object the server makes.
    static var randomObject: Name { Name(unchecked: ResourceID.random().uuidString + ".ics") }
}

extension Upload {
    init(calendar octets: [UInt8]) {
        self.init(
            contentType: "text/calendar; charset=utf-8", declaredLength: Int64(octets.count),
            body: BodyStream(of: octets))
        isOnItsWay = true
    }
}

import DAV

/// The messages that follow from one request, and what they come to at each recipient.
struct Deliveries: Sendable {
    private let scheduler: Scheduler
    private let work: Scheduler.Work
    private var recipients: [Recipient] = []
    private var places: [Key: Int] = [:]
    private(set) var statuses: [CalendarUserAddress: DeliveryStatus] = [:]

    private struct Key: Hashable {
        var principal: PrincipalID
        var uid: String
    }

    init(_ scheduler: Scheduler, _ work: Scheduler.Work) { (self.scheduler, self.work) = (scheduler, work) }

    /// Brings messages of the calendar's owner to whom they are for, and to the others what follows from a reply.
    mutating func send(_ messages: [SchedulingMessage]) async throws {
        guard let first = messages.first else { return }
        guard let writer = work.condition.caller.principal,
            try await scheduler.authority.maySend(first.method, writer, in: work.calendar)
        else {
            for message in messages { statuses[message.recipient] = .noAuthority }
            return
        }
        guard scheduler.rate.wait(of: work.owner, for: messages.count, at: work.condition.now) == nil else {
            for message in messages { statuses[message.recipient] = .failed }
            return
        }
        for message in messages {
            let (status, updates) = try await deliver(message)
            statuses[message.recipient] = status
            for update in updates { _ = try await deliver(update) }
        }
    }

    private mutating func deliver(_ message: SchedulingMessage) async throws -> (DeliveryStatus, [SchedulingMessage]) {
        let address = message.spelledRecipient
        guard let user = try await scheduler.users.user(at: address, visibleTo: .principal(work.owner)) else {
            return (address.isOfThisServer ? .invalidUser : .noRoute, [])
        }
        let id = user.principal
        // Whoever made the change has it already.
        if id == work.owner { return (.delivered, []) }
        guard !work.refusing.contains(id) else { return (.refused, []) }
        guard try await scheduler.authority.mayDeliver(message.method, from: work.owner, to: id) else {
            return (.noAuthority, [])
        }
        guard let place = try await place(of: user, message) else { return (.invalidUser, []) }
        return recipients[place].take(message, now: work.condition.now, zones: scheduler.zones)
    }

    private mutating func place(of user: CalendarUser, _ message: SchedulingMessage) async throws -> Int? {
        guard let uid = message.uid else { return nil }
        let key = Key(principal: user.principal, uid: uid)
        if let place = places[key] { return place }
        guard let recipient = try await scheduler.recipient(user, of: message, about: uid) else { return nil }
        recipients.append(recipient)
        places[key] = recipients.count - 1
        return recipients.count - 1
    }

    /// The writes that bring it about, and whom each is for.
    var steps: [(recipient: PrincipalID, step: WriteStep)] {
        recipients.flatMap { recipient in
            recipient.steps(now: work.condition.now).map { (recipient.user.principal, $0) }
        }
    }
}

extension SchedulingMessage {
    /// What it is about.
    var uid: String? { calendar.components.lazy.compactMap { $0["UID"]?.value }.first }

    /// The recipient as the message's own lines spell them: names of principals may differ in case.
    var spelledRecipient: String {
        for component in calendar.components {
            for line in component.properties
            where (line.isNamed("ATTENDEE") || line.isNamed("ORGANIZER"))
                && CalendarUserAddress(line.value) == recipient
            {
                return line.value
            }
        }
        return recipient.text
    }
}

extension String {
    /// Whether an address could only be somebody's of this server: the URL of a principal, or a UUID.
    fileprivate var isOfThisServer: Bool {
        utf8.first == UInt8(ascii: "/") || CalendarUserAddress(self).text.hasPrefix("urn:uuid:")
    }
}

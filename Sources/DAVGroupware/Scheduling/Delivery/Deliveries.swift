import DAV

/// The messages that follow from one request, and what they come to at each recipient.
struct Deliveries: Sendable {
    private let scheduler: Scheduler
    private let work: Scheduler.Work
    private var recipients: [Recipient] = []
    private var places: [Key: Int] = [:]
    private(set) var statuses: [CalendarUserAddress: DeliveryStatus] = [:]
    /// Addresses as lines spell them: names of principals may differ in case.
    private var spellings: [CalendarUserAddress: String] = [:]

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
        // Whoever was refused something sends the rest once, however often it is computed.
        guard
            !work.refusing.isEmpty
                || scheduler.rate.wait(of: work.owner, for: messages.count, at: work.condition.now) == nil
        else {
            for message in messages { statuses[message.recipient] = .failed }
            return
        }
        guard let sender = try await scheduler.users.user(work.owner) else { return }
        for message in messages {
            let delivery = try await deliver(message, from: sender)
            statuses[message.recipient] = delivery.status
            // It is the organizer who tells the others what somebody answered.
            guard let organizer = delivery.recipient else { continue }
            for update in delivery.updates { _ = try await deliver(update, from: organizer) }
        }
    }

    private struct Delivery {
        var status: DeliveryStatus
        var recipient: CalendarUser?
        var updates: [SchedulingMessage] = []
    }

    private mutating func deliver(_ message: SchedulingMessage, from sender: CalendarUser) async throws -> Delivery {
        let address = spelledRecipient(of: message)
        guard let user = try await scheduler.users.user(at: address, visibleTo: .principal(sender.principal)) else {
            return Delivery(status: address.isOfThisServer ? .invalidUser : .noRoute)
        }
        let id = user.principal
        // Whoever made the change has it already.
        if id == work.owner { return Delivery(status: .delivered) }
        guard !work.refusing.contains(id) else { return Delivery(status: .refused) }
        guard try await scheduler.authority.mayDeliver(message.method, from: sender.principal, to: id) else {
            return Delivery(status: .noAuthority)
        }
        guard let place = try await place(of: user, message) else { return Delivery(status: .invalidUser) }
        let taken = recipients[place].take(message, from: sender, now: work.condition.now, zones: scheduler.zones)
        return Delivery(status: taken.status, recipient: user, updates: taken.updates)
    }

    /// Cost: the lines of all that is sent to many are read once, not once for each of them.
    private mutating func spelledRecipient(of message: SchedulingMessage) -> String {
        if let known = spellings[message.recipient] { return known }
        for component in message.calendar.components {
            for line in component.properties where line.isNamed("ATTENDEE") || line.isNamed("ORGANIZER") {
                let address = line.address
                if spellings[address] == nil { spellings[address] = line.value }
            }
        }
        return spellings[message.recipient] ?? message.recipient.text
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
    var uid: String? { calendar.subject }
}

extension String {
    /// Whether an address could only be somebody's of this server: the URL of a principal, or a UUID.
    fileprivate var isOfThisServer: Bool {
        utf8.first == UInt8(ascii: "/") || CalendarUserAddress(self).text.hasPrefix("urn:uuid:")
    }
}

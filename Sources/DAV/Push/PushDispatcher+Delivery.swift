import HTTPTypes
import Logging

/// What a batch has found out: who is there, what stands where, which messages were written.
struct PushBatch: Sendable {
    struct Place: Hashable {
        var principal: PrincipalID
        var path: DAVPath
    }

    var known: [PrincipalID: Bool] = [:]
    var places: [Place: Located?] = [:]
    var bodies: [PushMessage: [UInt8]] = [:]

    mutating func body(of message: PushMessage) -> [UInt8] {
        if let body = bodies[message] { return body }
        let body = message.xml
        bodies[message] = body
        return body
    }
}

extension PushDispatcher {
    /// What may be told of at this moment.
    private enum View {
        /// The resource as its registrant sees it.
        case present(Entry, CollectionInfo)
        /// It is no more; this is what it was.
        case gone(CollectionInfo)
        case denied
    }

    /// The messages for registrations that begin: those that are still behind, free, and may still be told.
    ///
    /// All levels are read before any resource is, so that what a message says is never older than what its registration
    /// then counts as told.
    func prepare(_ ids: [PushRegistration.ID], at now: Timestamp) async -> [PushSending] {
        var deliveries: [PushDelivery] = []
        for id in ids {
            if let delivery = await load(id, at: now) { deliveries.append(delivery) }
        }
        var batch = PushBatch()
        var messages: [PushSending] = []
        for delivery in deliveries {
            let id = delivery.registration.id
            do {
                guard let message = try await message(for: delivery, at: now, in: &batch) else { continue }
                counters.sent += 1
                if let since = schedule.since(of: id) { counters.count(delay: now.since(since)) }
                messages.append(message)
            } catch {
                fault("What a registration is told of could not be read.", error)
                schedule.retry(id, at: later(id, now))
            }
        }
        return messages
    }

    private func load(_ id: PushRegistration.ID, at now: Timestamp) async -> PushDelivery? {
        do {
            guard let delivery = try await offer.registry.delivery(of: id, now: handler.clock()) else {
                schedule.pass(id, at: now, debounce: options.debounce)
                return nil
            }
            let isFree = schedule.occupy(PushSchedule.Subscription(delivery.registration), for: id)
            return isFree ? delivery : nil
        } catch {
            fault("What a registration is to be told could not be read.", error)
            schedule.retry(id, at: later(id, now))
            return nil
        }
    }

    /// The message for one registration; `nil` if none is sent, and the schedule knows why.
    private func message(for found: PushDelivery, at now: Timestamp, in batch: inout PushBatch) async throws
        -> PushSending?
    {
        var delivery = found
        var view = try await view(of: delivery, in: &batch)
        var tries = 0
        // What is not where it was may have moved, or gone, since the delivery was read: only a second look tells.
        while case .denied = view, tries < 3 {
            let id = delivery.registration.id
            guard let again = try await offer.registry.delivery(of: id, now: handler.clock()) else {
                schedule.pass(id, at: now, debounce: options.debounce)
                return nil
            }
            let isSame =
                again.registration.path == delivery.registration.path && (again.gone == nil) == (delivery.gone == nil)
            if isSame { break }
            delivery = again
            batch.places = [:]
            view = try await self.view(of: delivery, in: &batch)
            tries += 1
        }
        let registration = delivery.registration
        guard let transport = offer.transports.first(where: { $0.id == registration.subscription.transport }) else {
            schedule.retry(registration.id, at: now.adding(.seconds(PushPolicy.longest)))
            return nil
        }
        var message = PushMessage(topic: registration.resource.pushTopic)
        message.hasContentUpdate = delivery.hasContentUpdate
        message.hasPropertyUpdate = delivery.hasPropertyUpdate
        let info: CollectionInfo
        switch view {
        case .denied:
            forget(registration)
            return nil
        case .gone(let former): info = former
        case .present(let entry, let holder):
            info = entry.collection ?? holder
            if entry.collection?.capabilities.contains(.syncing) == true { message.syncToken = entry.syncToken }
        }
        let notice = PushNotice(
            body: batch.body(of: message), replacing: replacing(registration, message),
            urgency: options.urgency(info), lifetime: lifetime(of: registration))
        return PushSending(delivery: delivery, notice: notice, transport: transport)
    }

    /// A content update must not replace the property update that the device has not fetched yet, or the other way round.
    private func replacing(_ registration: PushRegistration, _ message: PushMessage) -> String {
        "\(registration.id) \(message.hasContentUpdate ? "c" : "")\(message.hasPropertyUpdate ? "p" : "")"
    }

    private func lifetime(of registration: PushRegistration) -> Int64 {
        let left = registration.expires.seconds.subtractingReportingOverflow(handler.clock().seconds)
        return left.overflow ? options.lifetime : max(0, min(left.partialValue, options.lifetime))
    }

    /// Forgets a registration without a word (N44, D11): the one who lost access learns nothing more of the resource.
    private func forget(_ registration: PushRegistration) {
        counters.drops[.access, default: 0] += 1
        let record = PushRecord(id: registration.id, removal: .registration)
        finished.append(PushFinished(record: record, step: .drop))
    }

    // MARK: Access

    private func view(of delivery: PushDelivery, in batch: inout PushBatch) async throws -> View {
        let registration = delivery.registration
        guard try await isKnown(registration.principal, in: &batch) else { return .denied }
        if let gone = delivery.gone {
            let privileges = handler.authorizer.privileges(of: .principal(registration.principal), on: gone)
            return privileges.contains(.read) ? .gone(gone) : .denied
        }
        guard let located = try await locate(registration, in: &batch), let entry = located.entry,
            entry.resourceID == registration.resource, located.privileges.contains(.read)
        else { return .denied }
        return .present(entry, located.collection.info)
    }

    private func isKnown(_ principal: PrincipalID, in batch: inout PushBatch) async throws -> Bool {
        if let known = batch.known[principal] { return known }
        let known = try await handler.facts.principals.principal(principal) != nil
        batch.known[principal] = known
        return known
    }

    /// As a request of the registration's principal would find it.
    private func locate(_ registration: PushRegistration, in batch: inout PushBatch) async throws -> Located? {
        let place = PushBatch.Place(principal: registration.principal, path: registration.path)
        if let found = batch.places[place] { return found }
        let request = DAVRequest(method: .get, target: "/", caller: .principal(registration.principal))
        let exchange = Exchange(
            request: request, path: registration.path, now: handler.clock(), logger: handler.logger, handler: handler)
        let found = try await exchange.locate(registration.path, fields: [.resourceID, .syncToken])
        batch.places[place] = .some(found)
        return found
    }
}

extension PushSchedule.Subscription {
    init(_ registration: PushRegistration) {
        self.init(
            principal: registration.principal, transport: registration.subscription.transport,
            identity: registration.subscription.identity)
    }
}

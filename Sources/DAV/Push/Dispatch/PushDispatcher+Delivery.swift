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
    /// What may be told at this moment.
    private enum View {
        /// Of this collection, or of something in it, with the token of the resource if it syncs.
        case visible(PushDelivery, CollectionInfo, SyncToken?)
        case denied
        /// Nothing is to be told any more.
        case upToDate
        /// It is elsewhere whenever it is looked for.
        case moving
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
        let id = found.registration.id
        switch try await settled(found, in: &batch) {
        case .upToDate:
            schedule.pass(id, at: now, debounce: options.debounce)
            return nil
        case .moving:
            schedule.retry(id, at: later(id, now))
            return nil
        case .denied:
            forget(id)
            return nil
        case .visible(let delivery, let info, let token):
            guard
                let transport = offer.transports.first(where: { $0.id == delivery.registration.subscription.transport })
            else {
                // It was offered once, and may be again.
                schedule.retry(id, at: now.adding(.seconds(PushPolicy.longest)))
                return nil
            }
            let message = PushMessage(
                topic: delivery.registration.resource.pushTopic, hasContentUpdate: delivery.hasContentUpdate,
                syncToken: token, hasPropertyUpdate: delivery.hasPropertyUpdate)
            let notice = PushNotice(
                body: batch.body(of: message), replacing: replacing(delivery.registration, message),
                urgency: options.urgency(info), lifetime: lifetime(of: delivery.registration))
            return PushSending(delivery: delivery, notice: notice, transport: transport)
        }
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
    private func forget(_ id: PushRegistration.ID) {
        counters.drops[.access, default: 0] += 1
        let record = PushRecord(id: id, removal: .registration)
        finished.append(PushFinished(record: record, step: .drop))
    }

    // MARK: Access

    /// What is not where the delivery says may have moved, or gone, since that was read: only a second look tells that from
    /// a lack of access, for which the registration is forgotten.
    private func settled(_ found: PushDelivery, in batch: inout PushBatch) async throws -> View {
        var delivery = found
        for _ in 0..<3 {
            let view = try await view(of: delivery, in: &batch)
            guard case .denied = view else { return view }
            let id = delivery.registration.id
            guard let again = try await offer.registry.delivery(of: id, now: handler.clock()) else { return .upToDate }
            let isSame =
                again.registration.path == delivery.registration.path && (again.gone == nil) == (delivery.gone == nil)
            if isSame { return .denied }
            delivery = again
            batch.places = [:]
        }
        return .moving
    }

    private func view(of delivery: PushDelivery, in batch: inout PushBatch) async throws -> View {
        let registration = delivery.registration
        guard try await isKnown(registration.principal, in: &batch) else { return .denied }
        if let gone = delivery.gone {
            let privileges = handler.authorizer.privileges(of: .principal(registration.principal), on: gone)
            if privileges.contains(.read) { return .visible(delivery, gone, nil) }
            return try await isInReadableInstance(registration, in: &batch) ? .visible(delivery, gone, nil) : .denied
        }
        guard let located = try await locate(registration.path, for: registration.principal, in: &batch),
            let entry = located.entry,
            entry.resourceID == registration.resource, located.privileges.contains(.read)
        else { return .denied }
        let isSyncing = entry.collection?.capabilities.contains(.syncing) == true
        return .visible(delivery, entry.collection ?? located.collection.info, isSyncing ? entry.syncToken : nil)
    }

    /// What was in an instance belonged to its owner, who granted nothing on it: the instance says who may read, if it is
    /// there still.
    private func isInReadableInstance(_ registration: PushRegistration, in batch: inout PushBatch) async throws -> Bool
    {
        var path = registration.path
        while !path.names.isEmpty {
            path = path.parent
            guard let located = try await locate(path, for: registration.principal, in: &batch),
                let holder = located.entry?.collection
            else { continue }
            return holder.share.instance != nil && located.privileges.contains(.read)
        }
        return false
    }

    private func isKnown(_ principal: PrincipalID, in batch: inout PushBatch) async throws -> Bool {
        if let known = batch.known[principal] { return known }
        let known = try await handler.facts.principals.principal(principal) != nil
        batch.known[principal] = known
        return known
    }

    /// As a request of the registration's principal would find it.
    private func locate(_ path: DAVPath, for principal: PrincipalID, in batch: inout PushBatch) async throws -> Located?
    {
        let place = PushBatch.Place(principal: principal, path: path)
        if let found = batch.places[place] { return found }
        let request = DAVRequest(method: .get, target: "/", caller: .principal(principal))
        let exchange = Exchange(
            request: request, path: path, now: handler.clock(), logger: handler.logger, handler: handler)
        let found = try await exchange.locate(path, fields: [.resourceID, .syncToken])
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

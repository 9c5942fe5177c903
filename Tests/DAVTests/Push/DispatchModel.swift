import DAVTesting
import Synchronization

@testable import DAV

/// What every registration is owed: the oracle of the law, which knows nothing of levels.
///
/// Each change has a number. A registration is owed a message while it was concerned by a change that it was not spared, and
/// no message has been taken *and recorded* whose delivery was read after that change.
final class DispatchModel: Sendable {
    struct Registration: Sendable {
        var id: PushRegistration.ID
        var location: String
        var holder: PrincipalID
        var device: String
        /// The home, or a collection by its generation.
        var resource: Int
        var hasContent: Bool
        var hasProperty: Bool
        var expires: Timestamp
        var loudContent = 0
        var loudProperty = 0
        var told = 0
        var isGone = false

        var isBehind: Bool { isGone || loudContent > told || loudProperty > told }
    }

    struct Collection: Sendable {
        var resource: Int
        var path: String
        var isReadableForBob = false
        /// When that changed last.
        var granted = 0
        var content = 0
    }

    struct State: Sendable {
        var number = 0
        var registrations: [PushRegistration.ID: Registration] = [:]
        var collections: [String: Collection] = [:]
        /// Those that are gone, as they were.
        var former: [Int: Collection] = [:]
        /// What a delivery said, and after which change it was read.
        var seen: [PushRegistration.ID: (number: Int, told: Int64, content: Bool, property: Bool)] = [:]
        /// Messages that a service took, by what their registrations count as told then.
        var accepted: [PushRegistration.ID: Set<Int64>] = [:]
        /// Those that were removed, after which change: a message that was being made may still go out.
        var removed: [PushRegistration.ID: Int] = [:]
        var complaints: [String] = []

        func mayRead(_ registration: Registration) -> Bool {
            if registration.holder == DispatchWorld.alice { return true }
            let collection =
                collections.values.first { $0.resource == registration.resource } ?? former[registration.resource]
            return collection?.isReadableForBob ?? false
        }
    }

    static let home = 0
    private let state = Mutex(State())

    func read<T: Sendable>(_ body: (State) throws -> T) rethrows -> T { try state.withLock { try body($0) } }
    func edit<T: Sendable>(_ body: (inout State) throws -> T) rethrows -> T { try state.withLock { try body(&$0) } }
    func complain(_ text: String) { edit { $0.complaints.append("change \($0.number): \(text)") } }

    // MARK: Changes

    /// Content changed in, or of, a collection: it and the home are concerned.
    func contentChanged(_ resource: Int, _ dontNotify: PushDontNotify) {
        edit { state in
            state.number += 1
            state.raise(resource, dontNotify, \.loudContent)
            state.raise(DispatchModel.home, dontNotify, \.loudContent)
        }
    }

    func propertyChanged(_ resource: Int, _ dontNotify: PushDontNotify) {
        edit { state in
            state.number += 1
            state.raise(resource, dontNotify, \.loudProperty)
        }
    }

    func removed(_ collection: Collection, _ dontNotify: PushDontNotify) {
        edit { state in
            state.number += 1
            state.raise(DispatchModel.home, dontNotify, \.loudContent)
            state.former[collection.resource] = collection
            for registration in state.registrations.values where registration.resource == collection.resource {
                let isTold =
                    registration.hasContent && dontNotify != .everybody && !dontNotify.names(registration)
                state.registrations[registration.id]?.isGone = true
                state.registrations[registration.id]?.loudContent = state.number
                if !isTold { state.remove(registration.id) }
            }
        }
    }

    func unregistered(_ id: PushRegistration.ID) {
        edit { state in
            state.number += 1
            state.remove(id)
        }
    }

    // MARK: What the registry is asked

    func delivered(_ id: PushRegistration.ID, _ delivery: PushDelivery?) {
        edit { state in
            guard let delivery else { return }
            state.seen[id] = (state.number, delivery.told, delivery.hasContentUpdate, delivery.hasPropertyUpdate)
        }
    }

    /// - Parameter isSwept: the registration was forgotten before, since it expired: nothing is known of its subscription then.
    func recorded(_ record: PushRecord, isSwept: Bool) {
        edit { state in
            guard let registration = state.registrations[record.id] else { return }
            if let told = record.told {
                guard let seen = state.seen[record.id], seen.told == told,
                    state.accepted[record.id]?.contains(told) == true
                else {
                    return state.complaints.append(
                        "\(record.id) counts as told \(told), of which no service took a message")
                }
                state.registrations[record.id]?.told = max(registration.told, seen.number)
                // Only a message that was made after the removal was the last.
                if registration.isGone, seen.number >= registration.loudContent { state.registrations[record.id] = nil }
            }
            switch record.removal {
            case .none: break
            case .registration:
                let changed = state.collections.values.first { $0.resource == registration.resource }?.granted ?? 0
                if state.mayRead(registration), changed < (state.seen[record.id]?.number ?? 0) {
                    state.complaints.append("\(record.id) is forgotten though its holder may read")
                }
                state.registrations[record.id] = nil
            case .subscription where isSwept: break
            case .subscription:
                for other in state.registrations.values
                where other.device == registration.device && other.holder == registration.holder {
                    state.registrations[other.id] = nil
                }
            }
        }
    }

    /// A message goes out.
    func sent(_ sending: PushSending, at now: Timestamp) {
        edit { state in
            guard let registration = state.registrations[sending.id] else {
                if let removed = state.removed[sending.id], let seen = state.seen[sending.id], seen.number < removed {
                    return
                }
                return state.complaints.append("\(sending.id) is told, and is not there")
            }
            if !state.mayRead(registration) {
                state.complaints.append("\(sending.id) is told what its holder may not read")
            }
            if registration.expires <= now { state.complaints.append("\(sending.id) is told after its expiry") }
            if !registration.isBehind { state.complaints.append("\(sending.id) is told for nothing") }
            let seen = state.seen[sending.id]
            let body = String(decoding: sending.notice.body, as: UTF8.self)
            if body.contains("content-update") != seen?.content || body.contains("property-update") != seen?.property {
                state.complaints.append("\(sending.id) is told something else: \(body)")
            }
        }
    }

    func accepted(_ sending: PushSending) {
        edit { _ = $0.accepted[sending.id, default: []].insert(sending.delivery.told) }
    }

    /// All is quiet: who is owed something still?
    func judge(at now: Timestamp, registered: Set<PushRegistration.ID>) {
        edit { state in
            for registration in state.registrations.values where registration.expires > now {
                guard state.mayRead(registration) else { continue }
                if registration.isBehind {
                    state.complaints.append("\(registration.id) was never told: \(registration)")
                } else if !registered.contains(registration.id) {
                    state.complaints.append("\(registration.id) was forgotten")
                }
            }
        }
    }
}

extension DispatchModel.State {
    fileprivate mutating func remove(_ id: PushRegistration.ID) {
        registrations[id] = nil
        removed[id] = number
    }

    fileprivate mutating func raise(
        _ resource: Int, _ dontNotify: PushDontNotify, _ update: WritableKeyPath<DispatchModel.Registration, Int>
    ) {
        guard dontNotify != .everybody else { return }
        for id in registrations.keys {
            guard var registration = registrations[id], registration.resource == resource, !registration.isGone else {
                continue
            }
            guard update == \.loudContent ? registration.hasContent : registration.hasProperty else { continue }
            // One that is due a word about the other sort of change is not told of this one for that.
            if dontNotify.names(registration), registration[keyPath: update] <= registration.told { continue }
            registration[keyPath: update] = number
            registrations[id] = registration
        }
    }
}

extension PushDontNotify {
    /// All requests of the simulation are Alice's.
    fileprivate func names(_ registration: DispatchModel.Registration) -> Bool {
        guard case .registrations(let urls) = self else { return false }
        return registration.holder == DispatchWorld.alice && urls.contains(registration.location)
    }
}

/// A registry that tells the model what it is asked, fails now and then, and lets things happen between two questions.
struct ModelledRegistry: PushRegistry {
    /// What is wrong with it, as if it were with the dispatcher.
    enum Fault: Sendable, CaseIterable {
        case none
        /// Told of more than the message says.
        case toldOfWhatComesNext
        /// Access is asked for somebody else.
        case readsAsOwner
        /// Some that fell behind are overlooked.
        case overlooks
    }

    let base: any PushRegistry
    let store: MemoryBackend
    let model: DispatchModel
    let chance: Chance
    var fault = Fault.none

    /// Draws, and what happens meanwhile.
    final class Chance: Sendable {
        private let state: Mutex<(random: SeededGenerator, faults: Double, meanwhile: Double)>
        let happen = Mutex<(@Sendable () async throws -> Void)?>(nil)
        init(seed: UInt64, faults: Double, meanwhile: Double) {
            state = Mutex((SeededGenerator(seed: seed), faults, meanwhile))
        }

        /// Nothing fails, and nothing happens meanwhile.
        let isCalm = Mutex(false)

        func fail() throws {
            let isFault =
                !isCalm.withLock { $0 } && state.withLock { $0.faults > Double.random(in: 0..<1, using: &$0.random) }
            if isFault { throw Broken() }
        }

        func meanwhile() async throws {
            let happens =
                !isCalm.withLock { $0 } && state.withLock { $0.meanwhile > Double.random(in: 0..<1, using: &$0.random) }
            if happens, let body = happen.withLock({ $0 }) { try await body() }
        }

        func isOneIn(_ count: Int) -> Bool { state.withLock { Int.random(in: 0..<count, using: &$0.random) == 0 } }
    }

    struct Broken: Error {}

    func register(_ registration: PushRegistration, limits: PushLimits) async throws -> PushRegistration {
        try await base.register(registration, limits: limits)
    }

    func unregister(_ id: PushRegistration.ID, of principal: PrincipalID?, now: Timestamp) async throws -> Bool {
        try await base.unregister(id, of: principal, now: now)
    }

    func registrations(of principal: PrincipalID?, after: PushRegistration.ID?, limit: Int, now: Timestamp) async throws
        -> [PushRegistration]
    {
        try await base.registrations(of: principal, after: after, limit: limit, now: now)
    }

    func behind(since revision: Int64, after: PushRegistration.ID?, limit: Int, now: Timestamp) async throws
        -> PushBacklog
    {
        try chance.fail()
        var page = try await base.behind(since: revision, after: after, limit: limit, now: now)
        if fault == .overlooks, chance.isOneIn(2) { page.items.removeFirst(min(1, page.items.count)) }
        return page
    }

    func delivery(of id: PushRegistration.ID, now: Timestamp) async throws -> PushDelivery? {
        try chance.fail()
        var delivery = try await base.delivery(of: id, now: now)
        if fault == .toldOfWhatComesNext { delivery?.told += 1 }
        model.delivered(id, delivery)
        if fault == .readsAsOwner { delivery?.registration.principal = DispatchWorld.alice }
        try await chance.meanwhile()
        return delivery
    }

    func record(_ records: [PushRecord]) async throws {
        try chance.fail()
        let swept = store.read { tree in records.map(\.id).filter { tree.push.registration($0) == nil } }
        try await base.record(records)
        for record in records { model.recorded(record, isSwept: swept.contains(record.id)) }
    }

    func removeExpired(now: Timestamp) async throws -> Bool {
        try chance.fail()
        return try await base.removeExpired(now: now)
    }

    func observe(_ wake: @escaping @Sendable () -> Void) { base.observe(wake) }
}

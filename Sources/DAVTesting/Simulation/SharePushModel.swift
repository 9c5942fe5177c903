import DAV

/// What everybody who listens to something of Alice's is owed, by whatever URL they do: the oracle of the law of push, which
/// knows paths and numbers of changes, and nothing of a store.
///
/// Everybody is told of content at any depth; who is told of properties, is told of those of the resource itself.
struct SharePushModel: Sendable {
    /// Where somebody listens. Members keep their number wherever they go.
    enum Spot: Sendable, Hashable {
        case home
        case top
        case member(Int)
    }

    struct Listener: Sendable {
        var registration: PushRegistration
        var person: String
        var spot: Spot
        var hasProperty: Bool { registration.triggers.property != nil }
        var content = 0
        var property = 0
        var told = 0
        var isGone = false
        var isBehind: Bool { isGone || content > told || property > told }
    }

    /// What somebody has of it.
    struct Seat: Sendable {
        var grant: ShareGrant
        /// Not `nil`: accepted.
        var instance: DAVPath?
    }

    /// How a request says who is not to be told, and whose it is.
    struct Reserve: Sendable {
        var person: String
        var dontNotify: PushDontNotify
    }

    /// What is shared, in Alice's home.
    static let top = ["c"]

    var number = 0
    var listeners: [PushRegistration.ID: Listener] = [:]
    var seats: [String: Seat] = [:]
    /// Where members are, in Alice's home.
    var members: [Int: [String]] = [:]
    var folders: Set<Int> = []
    var made = 0
    /// What each delivery was read after, and what it said.
    var seen: [PushRegistration.ID: (number: Int, told: Int64)] = [:]
    var accepted: [PushRegistration.ID: Set<Int64>] = [:]
    var complaints: [String] = []

    mutating func complain(_ text: String) { complaints.append("change \(number): \(text)") }

    func member(at path: [String]) -> Int? { members.first { $0.value == path }?.key }

    func isFolder(_ path: [String]) -> Bool { member(at: path).map(folders.contains) ?? false }

    private func isShared(_ path: [String]) -> Bool { path.starts(with: Self.top) }

    private func isSeated(_ person: String) -> Bool { person == "alice" || seats[person]?.instance != nil }

    // MARK: Changes

    /// Content changed at a path in Alice's home: what is there, and all above, for everybody who has it.
    mutating func contentChanged(_ path: [String], _ reserve: Reserve) {
        number += 1
        for listener in listeners.values where !listener.isGone && isSeated(listener.person) {
            let isConcerned =
                switch listener.spot {
                case .home: listener.person == "alice" || isShared(path)
                case .top: isShared(path)
                case .member(let id): members[id].map { path.starts(with: $0) } ?? false
                }
            if isConcerned { raise(listener.registration.id, \.content, reserve) }
        }
    }

    /// Properties of what is shared, or of a member, did; of nobody's but `only`, if it is given.
    mutating func propertyChanged(_ spot: Spot, only person: String? = nil, _ reserve: Reserve) {
        number += 1
        for listener in listeners.values where !listener.isGone && listener.spot == spot && listener.hasProperty {
            if person == nil || listener.person == person { raise(listener.registration.id, \.property, reserve) }
        }
    }

    /// Something came to somebody's home, or went.
    mutating func homeChanged(_ person: String, _ reserve: Reserve) {
        number += 1
        for listener in listeners.values where listener.person == person && listener.spot == .home {
            raise(listener.registration.id, \.content, reserve)
        }
    }

    private mutating func raise(
        _ id: PushRegistration.ID, _ level: WritableKeyPath<Listener, Int>, _ reserve: Reserve
    ) {
        guard reserve.dontNotify != .everybody, var listener = listeners[id] else { return }
        // One that is due a word of the same sort already is told anyway.
        if reserve.names(listener), listener[keyPath: level] <= listener.told { return }
        listener[keyPath: level] = number
        listeners[id] = listener
    }

    /// A member goes, with what is in it; whoever listens there is told a last time.
    mutating func deleted(_ path: [String], _ reserve: Reserve) {
        contentChanged(path, reserve)
        for (id, place) in members where place.starts(with: path) {
            for listener in listeners.values where listener.spot == .member(id) {
                let isTold = reserve.dontNotify != .everybody && !reserve.names(listener)
                listeners[listener.registration.id]?.isGone = true
                listeners[listener.registration.id]?.content = number
                if !isTold { listeners[listener.registration.id] = nil }
            }
            members[id] = nil
        }
    }

    /// A member goes elsewhere in Alice's home: whoever does not have it any more is told nothing more of it.
    mutating func moved(_ path: [String], to new: [String], _ reserve: Reserve) {
        contentChanged(path, reserve)
        for (id, place) in members where place.starts(with: path) {
            members[id] = new + place.dropFirst(path.count)
        }
        contentChanged(new, reserve)
        for listener in listeners.values where listener.person != "alice" && !listener.isGone {
            guard case .member(let id) = listener.spot, let place = members[id], !isShared(place) else { continue }
            listeners[listener.registration.id] = nil
        }
    }

    /// - Returns: who listens no more.
    @discardableResult
    mutating func revoked(_ person: String, _ reserve: Reserve) -> [Listener] {
        defer { seats[person] = nil }
        guard seats[person]?.instance != nil else { return [] }
        homeChanged(person, reserve)
        let ended = listeners.values.filter { $0.person == person && $0.spot != .home }
        for listener in ended { listeners[listener.registration.id] = nil }
        return ended
    }

    // MARK: What the dispatcher does

    mutating func delivered(_ id: PushRegistration.ID, _ delivery: PushDelivery) { seen[id] = (number, delivery.told) }

    /// A message goes out.
    mutating func sent(_ message: PushPost.Message) {
        let registration = message.registration
        guard let listener = listeners[registration.id] else {
            return complain("\(registration.path) of \(registration.principal) is told, and listens no more")
        }
        if !listener.isBehind { complain("\(listener) is told for nothing") }
        if message.hasProperty, !listener.hasProperty { complain("\(listener) is told of properties") }
    }

    mutating func recorded(_ record: PushRecord) {
        guard let listener = listeners[record.id] else { return }
        if let told = record.told {
            guard let seen = seen[record.id], seen.told == told, accepted[record.id]?.contains(told) == true else {
                return complain("\(listener) counts as told \(told), of which no service took a message")
            }
            listeners[record.id]?.told = max(listener.told, seen.number)
            // Only a message that was made after it went was the last.
            if listener.isGone, seen.number >= listener.content { listeners[record.id] = nil }
        }
        switch record.removal {
        case .none: break
        case .registration: complain("\(listener) is forgotten")
        case .subscription:
            let subscription = listener.registration.subscription
            for other in listeners.values
            where other.registration.subscription == subscription && other.person == listener.person {
                listeners[other.registration.id] = nil
            }
        }
    }

    /// All is quiet.
    mutating func judge(_ registered: [PushRegistration]) {
        for listener in listeners.values where listener.isBehind { complain("\(listener) was never told") }
        let ids = Set(registered.map(\.id))
        for listener in listeners.values where !ids.contains(listener.registration.id) {
            complain("\(listener) is not registered any more")
        }
        for registration in registered where listeners[registration.id] == nil {
            complain("\(registration.path) of \(registration.principal) is registered still")
        }
    }
}

extension SharePushModel.Reserve {
    fileprivate func names(_ listener: SharePushModel.Listener) -> Bool {
        guard case .registrations(let urls) = dontNotify else { return false }
        return listener.person == person && urls.contains(listener.registration.location)
    }
}

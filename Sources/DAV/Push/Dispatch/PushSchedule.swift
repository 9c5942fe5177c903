/// Which registration may be sent to when.
///
/// A registration that fell behind waits a little, so that changes merge; then for its turn in its lane; then it is under way;
/// and once it was told it rests for the interval (draft-bitfire-webdav-push §4.3). It knows nothing of messages, reads no
/// clock and holds no task: events go in, the ids that may begin come out. Cost of an event: O(log n).
struct PushSchedule: Sendable {
    typealias ID = PushRegistration.ID

    /// Whose messages are kept in order: a subscription is sent to by one sender at a time.
    struct Subscription: Sendable, Hashable {
        var principal: PrincipalID
        var transport: String
        var identity: String
    }

    private struct Entry: Sendable {
        enum State: Sendable, Hashable {
            /// Until ``Entry/due``.
            case waiting
            /// In its lane's queue.
            case ready
            case underWay
            /// Behind another registration of its subscription.
            case parked
            /// Told not long ago, until ``Entry/due``.
            case resting
        }

        var state: State
        var lane: String
        var due: Timestamp
        /// When it fell behind.
        var since: Timestamp
        /// Which timer counts.
        var stamp: UInt64
        var tries = 0
        /// It fell behind again while it was under way.
        var again: Timestamp?
        var subscription: Subscription?
    }

    private struct Lane: Sendable {
        var state = PushLane()
        var ready = FIFO<ID>()
        /// How many registrations are in it, whatever they wait for.
        var entries = 0
        var isInTurn = false
        var hasTimer = false
    }

    private enum Timer: Sendable, Hashable {
        case registration(ID, stamp: UInt64)
        case lane(String)
    }

    /// Most messages under way, in a lane and in all.
    let mostPerLane: Int
    let most: Int
    private var entries: [ID: Entry] = [:]
    private var lanes: [String: Lane] = [:]
    private var turns = FIFO<String>()
    private var timers = Heap<Timer>()
    /// Subscriptions that are sent to, and who is next.
    private var busy: [Subscription: FIFO<ID>] = [:]
    private var stamp: UInt64 = 0
    private(set) var underWay = 0
    private var resting = 0

    init(mostPerLane: Int = 32, most: Int = 256) {
        self.mostPerLane = max(1, mostPerLane)
        self.most = max(1, most)
    }

    // MARK: What is known

    /// Registrations it remembers.
    var count: Int { entries.count }
    /// Registrations that are behind, as far as is known.
    var dueCount: Int { entries.count - resting }
    /// When the one fell behind that has been so for longest. Cost: O(n).
    var oldest: Timestamp? { entries.values.lazy.filter { $0.state != .resting }.map(\.since).min() }
    /// How many lanes it remembers.
    var laneCount: Int { lanes.count }

    func tries(of id: ID) -> Int { entries[id]?.tries ?? 0 }
    func since(of id: ID) -> Timestamp? { entries[id]?.since }
    func throttles(of lane: String) -> Int { lanes[lane]?.state.throttles ?? 0 }

    /// When there will be something to do if nothing happens before; `nil`: never.
    var nextWake: Timestamp? { timers.first?.at }

    // MARK: Falling behind

    /// A registration fell behind: it is sent to from `due` on, or once it has rested.
    ///
    /// - Returns: whether that is news; if not it merges with what is still to be told.
    @discardableResult
    mutating func note(_ id: ID, lane: String, due: Timestamp, now: Timestamp) -> Bool {
        guard let entry = entries[id] else {
            entries[id] = Entry(state: .waiting, lane: lane, due: due, since: now, stamp: 0)
            lanes[lane, default: Lane()].entries += 1
            wait(id, until: due, as: .waiting)
            return true
        }
        switch entry.state {
        case .resting:
            resting -= 1
            entries[id]?.since = now
            wait(id, until: max(due, entry.due), as: .waiting)
            return true
        case .underWay where entry.again == nil:
            entries[id]?.again = now
            return true
        case .underWay, .waiting, .ready, .parked: return false
        }
    }

    // MARK: Beginning

    /// Those that may be sent to now, `limit` at most; they count as under way.
    mutating func begin(at now: Timestamp, limit: Int) -> [ID] {
        fireTimers(at: now)
        var begun: [ID] = []
        while begun.count < limit, underWay < most, let name = turns.popFirst() {
            guard let id = begin(in: name, at: now) else { continue }
            begun.append(id)
        }
        return begun
    }

    private mutating func begin(in name: String, at now: Timestamp) -> ID? {
        lanes[name]?.isInTurn = false
        guard let lane = lanes[name], !lane.ready.isEmpty else { return nil }
        guard lane.state.mayBegin(at: now, most: mostPerLane) else {
            if let closed = lane.state.closedUntil, now < closed { awaitOpening(of: name, at: closed) }
            return nil
        }
        guard let id = lanes[name]?.ready.popFirst() else { return nil }
        lanes[name]?.state.begin()
        underWay += 1
        entries[id]?.state = .underWay
        takeTurn(name)
        return id
    }

    private mutating func awaitOpening(of name: String, at moment: Timestamp) {
        guard lanes[name]?.hasTimer == false else { return }
        lanes[name]?.hasTimer = true
        timers.insert(.lane(name), at: moment)
    }

    /// Takes the subscription for a registration that is under way.
    ///
    /// - Returns: `false` if another one has it; the registration then waits for it, and begins again.
    mutating func occupy(_ subscription: Subscription, for id: ID) -> Bool {
        guard entries[id]?.subscription == nil else { return true }
        guard busy[subscription] != nil else {
            busy[subscription] = FIFO()
            entries[id]?.subscription = subscription
            return true
        }
        busy[subscription]?.append(id)
        entries[id]?.state = .parked
        // It will look at everything once more, so what it missed meanwhile it has not missed.
        entries[id]?.again = nil
        leaveLane(of: id)
        return false
    }

    // MARK: Ending

    /// It has been told, and rests.
    mutating func settle(_ id: ID, at now: Timestamp, rest: Duration, debounce: Duration) {
        guard let entry = end(id) else { return }
        entries[id]?.tries = 0
        let rested = now.adding(rest)
        if let again = entry.again {
            entries[id]?.since = again
            wait(id, until: max(rested, now.adding(debounce)), as: .waiting)
        } else {
            resting += 1
            wait(id, until: rested, as: .resting)
        }
    }

    /// There was nothing to tell it.
    mutating func pass(_ id: ID, at now: Timestamp, debounce: Duration) {
        guard let entry = end(id) else { return }
        guard let again = entry.again else { return remove(id) }
        entries[id]?.since = again
        wait(id, until: now.adding(debounce), as: .waiting)
    }

    /// It could not be told.
    mutating func retry(_ id: ID, at moment: Timestamp) {
        guard let entry = end(id) else { return }
        entries[id]?.tries = min(entry.tries, 1000) + 1
        wait(id, until: moment, as: .waiting)
    }

    /// It is told no more.
    mutating func drop(_ id: ID) {
        if end(id) != nil { remove(id) }
    }

    /// What a lane's service answered.
    mutating func note(_ outcome: PushOutcome.Kind, in lane: String, at now: Timestamp) {
        lanes[lane]?.state.note(outcome, at: now, most: mostPerLane)
    }

    mutating func pause(_ lane: String, until moment: Timestamp) { lanes[lane]?.state.pause(until: moment) }

    /// Ends being under way: the slot and the subscription are free for the next.
    private mutating func end(_ id: ID) -> Entry? {
        guard let entry = entries[id], entry.state == .underWay else { return nil }
        entries[id]?.again = nil
        entries[id]?.subscription = nil
        leaveLane(of: id)
        if let subscription = entry.subscription { pass(on: subscription) }
        return entry
    }

    private mutating func leaveLane(of id: ID) {
        guard let name = entries[id]?.lane else { return }
        underWay -= 1
        lanes[name]?.state.end()
        takeTurn(name)
    }

    /// The next of a subscription has it from now on, before it begins.
    private mutating func pass(on subscription: Subscription) {
        guard let next = busy[subscription]?.popFirst() else {
            busy[subscription] = nil
            return
        }
        entries[next]?.subscription = subscription
        enqueue(next)
    }

    private mutating func remove(_ id: ID) {
        guard let name = entries.removeValue(forKey: id)?.lane else { return }
        lanes[name]?.entries -= 1
        guard let lane = lanes[name], lane.entries == 0 else { return }
        // One that is closed is remembered until its time has come: coming back must not open it.
        if let closed = lane.state.closedUntil { awaitOpening(of: name, at: closed) } else { lanes[name] = nil }
    }

    // MARK: Waiting

    private mutating func wait(_ id: ID, until moment: Timestamp, as state: Entry.State) {
        stamp &+= 1
        entries[id]?.state = state
        entries[id]?.due = moment
        entries[id]?.stamp = stamp
        timers.insert(.registration(id, stamp: stamp), at: moment)
        guard timers.count > 64 + 4 * (entries.count + lanes.count) else { return }
        let entries = entries
        timers.removeAll { timer in
            guard case .registration(let id, let stamp) = timer else { return false }
            return entries[id]?.stamp != stamp
        }
    }

    private mutating func fireTimers(at now: Timestamp) {
        while let timer = timers.popFirst(until: now) {
            switch timer {
            case .lane(let name):
                lanes[name]?.hasTimer = false
                takeTurn(name)
                if lanes[name]?.entries == 0 { lanes[name] = nil }
            case .registration(let id, let stamp):
                guard let entry = entries[id], entry.stamp == stamp else { continue }
                if entry.state == .waiting { enqueue(id) }
                if entry.state == .resting {
                    resting -= 1
                    remove(id)
                }
            }
        }
    }

    private mutating func enqueue(_ id: ID) {
        guard let name = entries[id]?.lane else { return }
        entries[id]?.state = .ready
        lanes[name]?.ready.append(id)
        takeTurn(name)
    }

    private mutating func takeTurn(_ name: String) {
        guard let lane = lanes[name], !lane.isInTurn, !lane.ready.isEmpty else { return }
        lanes[name]?.isInTurn = true
        turns.append(name)
    }
}

import DAV

/// One operation inside the writer's transaction: the place where conditions are judged and everything is written.
///
/// Used by the committing thread only.
final class Transaction {
    let sql: SQL
    let facts: StoreFacts
    let now: Timestamp
    var state: State

    /// What an operation that fails must not leave behind.
    struct State {
        var clock: Int64
        var serial: Int64
        /// Whether anything is registered for push. Without it no change has anybody to be told.
        var isListenedTo: Bool
        /// Whether anything is shared. Without it nothing that is removed has anybody to be taken from.
        var isShared: Bool
        var effects = Effects()
    }

    /// What is to be done once the commit is on disk.
    struct Effects: Sendable {
        /// Body files that nothing refers to any more.
        var doomedFiles: [String] = []
        /// Somebody may have to be told of something.
        var isLoud = false
        /// How often somebody who listens was not told, because the client asked for that (`Push-Dont-Notify`).
        var suppressed = 0
        var revision: Int64 = 0
    }

    private let initial: State

    init(sql: SQL, facts: StoreFacts, now: Timestamp) throws {
        self.sql = sql
        self.facts = facts
        self.now = now
        let row = try sql.first(Transaction.initialState) {
            State(clock: $0.int(0), serial: $0.int(1), isListenedTo: $0.bool(2), isShared: $0.bool(3))
        }
        guard let row else { throw StoreError.closed }
        state = row
        initial = row
    }

    private static let initialState = """
        SELECT clock, serial, EXISTS (SELECT 1 FROM push_registration), EXISTS (SELECT 1 FROM invite) FROM store
        """

    var effects: Effects {
        var effects = state.effects
        effects.revision = state.clock
        return effects
    }

    var tree: Tree { Tree(sql: sql, facts: facts) }
    var locks: LockTable { LockTable(sql: sql) }

    /// Draws this operation's revision. Only the writer does, so a revision becomes visible after all lower ones (law 2).
    func nextRevision() -> Int64 {
        state.clock += 1
        return state.clock
    }

    /// Draws a number that nothing in this store has had or will have.
    func nextSerial() -> Int64 {
        state.serial += 1
        return state.serial
    }

    /// An identifier below every row's.
    ///
    /// A removed name with tombstones below it takes one. A page of changes is cut by (revision, identifier), and tells of a
    /// removed collection by its own row alone: that row must come before all it stands for, or a page could pass those
    /// silently, and the collection be mapped again before its own turn (SS-111).
    func lowestIdentifier() throws -> Int64 {
        min(0, try sql.first("SELECT min(id) FROM entry") { $0.int(0) } ?? 0) - 1
    }

    func writeClock() throws {
        guard state.clock != initial.clock || state.serial != initial.serial else { return }
        try sql.run("UPDATE store SET clock = ?1, serial = ?2", .int(state.clock), .int(state.serial))
        if state.clock != initial.clock { try Horizon(sql: sql).sample(revision: state.clock, at: now) }
    }

    /// A collection that encloses a change.
    struct Enclosing {
        var collection: CollectionRow
        /// How many collections above what changed.
        var steps: Int
        /// Whether its sync reports go as far down as the change.
        var isInScope: Bool
    }

    /// What encloses a change, innermost first.
    ///
    /// The scope ends at a collection that sync reports do not descend into: what happens inside is not reportable above. A
    /// home takes it up again, since it reports its child as changed.
    func enclosing(_ parents: [CollectionRow]) -> [Enclosing] {
        var all: [Enclosing] = []
        var isInScope = true
        for collection in parents.reversed() {
            let kind = facts.kind(collection.kind)
            if kind === CollectionKind.system { break }
            isInScope = isInScope || kind.reportsChildChanges
            all.append(Enclosing(collection: collection, steps: all.count + 1, isInScope: isInScope))
            isInScope = isInScope && kind.isSyncable
        }
        return all
    }

    /// Marks a change in everything that encloses it, in the transaction that makes it (INV-23).
    func touch(_ parents: [CollectionRow], _ revision: Int64, bytes: Int64 = 0, membersChanged: Bool = true) throws {
        for (child, holder) in zip(parents.dropFirst(), parents) where facts.kind(holder.kind).reportsChildChanges {
            // Homes report a child whatever happens in it (Y-42).
            try sql.run(
                "UPDATE entry SET rev = ?2 WHERE id = (SELECT binding FROM collection WHERE id = ?1)", .int(child.id),
                .int(revision))
        }
        for enclosing in enclosing(parents) {
            let collection = enclosing.collection
            if enclosing.steps == 1, membersChanged {
                try sql.run(
                    "UPDATE collection SET cur = ?2, bytes = bytes + ?3, modified = ?4 WHERE id = ?1",
                    .int(collection.id),
                    .int(revision), .int(bytes), .int(now.microseconds))
            } else if enclosing.isInScope {
                try sql.run(
                    "UPDATE collection SET cur = ?2, bytes = bytes + ?3 WHERE id = ?1", .int(collection.id),
                    .int(revision),
                    .int(bytes))
            } else if bytes != 0 {
                try sql.run("UPDATE collection SET bytes = bytes + ?2 WHERE id = ?1", .int(collection.id), .int(bytes))
            }
        }
    }

    var room: Room { Room(sql: sql, facts: facts) }

    func check(_ condition: Condition, at path: DAVPath) throws {
        try condition.check(.write, at: path) { try tree.state(of: $0, at: condition.now) }
    }
}

import DAV

/// Finds the changes at level infinite: the first `limit + 1` of them in the order of pages.
///
/// A member counts as changed when it was mapped into view, too: the revision of every binding between the collection asked
/// and the member is a lower bound of the member's own (17.3 `eff`). The walk enters only collections that changed since the
/// cursor, so its cost follows the changes. It keeps no more findings than a page holds.
struct SyncWalk {
    let question: SyncQuestion
    let reader: EntryReader
    let collection: StoreCollection

    private var sql: SQL { reader.sql }
    private var store: SQLiteStore { reader.store }

    /// Something to look into: a collection or a ghost, its path, and the newest binding on the way there.
    private struct Visit {
        var id: Int64
        var isGhost: Bool
        var path: DAVPath
        var mapped: Int64
        /// What members found inside bring along; `nil` for the collection asked and for ghosts.
        var info: CollectionInfo?
    }

    func run(_ root: CollectionRow) throws -> [SyncFinding] {
        var page = BoundedHeap(capacity: question.limit + 1)
        var visits = [Visit(id: root.content, isGhost: false, path: collection.path, mapped: 0)]
        while let visit = visits.popLast() {
            try look(into: visit, &page)
            if !visit.isGhost { visits += try below(visit, &page) }
        }
        return page.sorted()
    }

    /// The collections and ghosts to look into next. One that reports do not descend into becomes a finding instead.
    private func below(_ visit: Visit, _ page: inout BoundedHeap) throws -> [Visit] {
        let from = max(0, question.position.revision)
        let changed = try sql.rows(SyncQueries.changedBelow, .int(visit.id), .int(from)) { row in
            var next = Visit(
                id: row.int(0), isGhost: row.bool(1), path: visit.path.appending(Name(stored: row.text(3))),
                mapped: max(visit.mapped, row.int(2)))
            if !next.isGhost {
                next.info = store.facts.info(CollectionRow(row, from: 7), at: next.path, in: collection.view)
            }
            // For a ghost it is what stands at its binding now that matters.
            let kind = next.info?.kind ?? store.facts.kind(row.optionalText(6) ?? "")
            return (visit: next, binding: row.int(5), isRemoved: row.bool(4), kind: kind)
        }
        return try changed.compactMap { next in
            if next.visit.isGhost {
                // A removed name tells of everything below it, and so does one that is not descended into; a ghost matters
                // where something else is mapped again.
                return next.isRemoved || question.isInitial || !next.kind.isSyncable ? nil : next.visit
            }
            // An instance is synchronised at its own URL (RFC 6578 §3.3).
            guard next.kind.isSyncable, !isInstance(next.visit) else {
                try findBarred(next.binding, next.visit, below: visit.path, &page)
                return nil
            }
            return next.visit.info.map { collection.backend.mayRead($0, collection.caller) } ?? true ? next.visit : nil
        }
    }

    private func isInstance(_ visit: Visit) -> Bool { visit.info?.share.instance?.path == visit.path }

    /// A collection that is not descended into is told once per mapping (Y-16), not for changes of its own.
    private func findBarred(_ binding: Int64, _ visit: Visit, below parent: DAVPath, _ page: inout BoundedHeap) throws {
        guard let row = try sql.first(SyncQueries.binding, .int(binding), decode: EntryRow.init) else { return }
        let finding = SyncFinding(
            row, at: Position(revision: visit.mapped, id: row.id), in: parent, barred: true, reader)
        if finding.position > question.position, try collection.isVisible(finding, reader) { page.insert(finding) }
    }

    private func look(into visit: Visit, _ page: inout BoundedHeap) throws {
        let start = question.position
        // Where the binding is newer than the cursor, members count from it, whatever their own revision.
        let isNew = visit.mapped >= start.revision && !visit.isGhost
        try sql.each(SyncQueries.fromRevision, .int(visit.id), .int(isNew ? .min : start.revision)) { sqlRow in
            let row = EntryRow(sqlRow)
            if let finding = find(row, visit), try collection.isVisible(finding, reader) { page.insert(finding) }
            // Rows come in the order of their own revision, which the effective one is not before.
            return page.last.map { row.rev <= $0.revision } ?? true
        }
    }

    private func find(_ row: EntryRow, _ visit: Visit) -> SyncFinding? {
        if row.isRemoved {
            let position = Position(revision: row.rev, id: row.id)
            guard question.wantsRemoval(at: position) else { return nil }
            return SyncFinding(row, at: position, in: visit.path, barred: false, reader)
        }
        if let below = row.collection, below.instance != nil || !store.facts.kind(below.kind).isSyncable { return nil }
        let position = Position(revision: max(visit.mapped, row.rev), id: row.id)
        guard position > question.position else { return nil }
        return SyncFinding(row, at: position, in: visit.path, barred: false, reader, holder: visit.info)
    }
}

/// The smallest findings seen, at most `capacity`: a binary heap with the greatest on top.
struct BoundedHeap {
    private var items: [SyncFinding] = []
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// The greatest position kept, once nothing greater will be.
    var last: Position? { items.count < capacity ? nil : items.first?.position }

    mutating func insert(_ item: SyncFinding) {
        if items.count < capacity {
            items.append(item)
            siftUp()
        } else if item.position < items[0].position {
            items[0] = item
            siftDown()
        }
    }

    func sorted() -> [SyncFinding] { items.sorted { $0.position < $1.position } }

    private mutating func siftUp() {
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if items[parent].position >= items[child].position { return }
            items.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var greatest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < items.count && items[child].position > items[greatest].position { greatest = child }
            if greatest == parent { return }
            items.swapAt(parent, greatest)
            parent = greatest
        }
    }
}

extension MemoryTree {
    /// The token of the collection's present state.
    func syncToken(of collection: MemoryNode.Collection) -> SyncToken? {
        guard collection.kind.isSyncable else { return nil }
        return SyncCursor(epoch: epoch, incarnation: collection.incarnation, revision: collection.current).token
    }

    /// One page of what happened below `path` since `token` (RFC 6578 §3.4 to §3.6).
    ///
    /// - Parameter top: the instance through which it is asked for, if it is one.
    /// - Throws: ``DAVError/validSyncToken`` (403).
    func changes(
        in path: DAVPath, through top: DAVPath? = nil, since token: SyncToken?, level: SyncLevel, limit: Int,
        describe: (DAVPath) -> Entry?
    ) throws -> ChangePage {
        guard var collection = collection(at: path) else { throw DAVError.notFound }
        if let top { collection = seen(collection, through: top) }
        let now = SyncCursor(epoch: epoch, incarnation: collection.incarnation, revision: collection.current)
        let start = try cursor(from: token, in: collection)
        let position = Position(revision: start?.revision ?? -1, slot: start?.after ?? .max)

        let own = top.flatMap { self[$0]?.instance?.own } ?? [:]
        var news = mappedNews(in: path, level: level, after: position, own: own, describe: describe)
        if let start {
            news += removedNews(in: path, level: level, after: position, base: start.base)
        }
        news.sort { $0.position < $1.position }

        let limit = max(limit, 1)
        guard news.count > limit else {
            return ChangePage(changes: news.map(\.change), token: now.token, isComplete: true)
        }
        let page = news.prefix(limit)
        let last = page[limit - 1].position
        var next = now
        next.revision = last.revision
        next.after = last.slot
        // Removals from before the walk began are of no interest to whoever began with nothing (Y-50).
        next.base = start?.base ?? clock
        return ChangePage(changes: page.map(\.change), token: next.token, isComplete: false)
    }

    private func cursor(from token: SyncToken?, in collection: MemoryNode.Collection) throws -> SyncCursor? {
        guard let token else { return nil }
        guard let cursor = SyncCursor(token),
            cursor.isValid(
                epoch: epoch, incarnation: collection.incarnation, current: collection.current, floor: collection.floor)
        else { throw DAVError.validSyncToken }
        return cursor
    }

    private func mappedNews(
        in path: DAVPath, level: SyncLevel, after position: Position, own: [ResourceID: MemoryNode.OwnPart],
        describe: (DAVPath) -> Entry?
    ) -> [News] {
        nodes.compactMap { member, node in
            guard isInScope(member, of: path, level, reach: { reach(of: member) }) else { return nil }
            // An instance is synchronised by itself (RFC 6578 §3.3).
            let isBarred = level == .infinite && (node.collection?.kind.isSyncable == false || node.instance != nil)
            // A barred collection is told once per mapping (Y-16): changes of its own properties are not news.
            let changed = max(node.changed, own[node.resourceID]?.changed ?? 0)
            let revision = max(isBarred ? 0 : changed, lastMapping(from: path, to: member))
            let place = Position(revision: revision, slot: node.slot)
            guard place > position else { return nil }
            let names = Array(member.names.dropFirst(path.names.count))
            guard let entry = describe(member) else { return nil }
            return News(position: place, change: isBarred ? .barred(path: names, entry) : .changed(path: names, entry))
        }
    }

    private func removedNews(in path: DAVPath, level: SyncLevel, after position: Position, base: Int64) -> [News] {
        var gone: [DAVPath: Tombstone] = [:]
        for (grave, stone) in tombstones
        where isInScope(grave.path, of: path, level, reach: { grave.reach }) && stone.revision > base
            && Position(revision: stone.revision, slot: stone.slot) > position && !isBarred(grave.path, below: path)
        {
            if stone.revision > gone[grave.path]?.revision ?? -1 { gone[grave.path] = stone }
        }
        return gone.compactMap { member, stone in
            let isCovered = (path.names.count..<member.names.count).contains { gone[member.prefix($0)] != nil }
            guard !isCovered else { return nil }
            let names = Array(member.names.dropFirst(path.names.count))
            return News(
                position: Position(revision: stone.revision, slot: stone.slot),
                change: .removed(path: names, wasCollection: stone.wasCollection))
        }
    }

    /// Whether a collection that is barred stands between: that it does says all there is to say.
    private func isBarred(_ member: DAVPath, below path: DAVPath) -> Bool {
        let depths = path.names.count + 1..<max(path.names.count + 1, member.names.count)
        return depths.contains { collection(at: member.prefix($0))?.kind.isSyncable == false }
    }

    private func isInScope(_ member: DAVPath, of path: DAVPath, _ level: SyncLevel, reach: () -> Int) -> Bool {
        let depth = path.names.count
        guard member.names.count > depth, member.isWithin(path) else { return false }
        return level == .one ? member.names.count == depth + 1 : reach() <= depth
    }

    /// The latest mapping on the way from the synchronised collection down to the member (SS-071, INV-18).
    private func lastMapping(from path: DAVPath, to member: DAVPath) -> Int64 {
        (path.names.count + 1...member.names.count).reduce(0) { max($0, nodes[member.prefix($1)]?.mapped ?? 0) }
    }
}

/// A place in the order in which changes are delivered.
private struct Position: Comparable {
    var revision: Int64
    var slot: Int64
    static func < (a: Position, b: Position) -> Bool { (a.revision, a.slot) < (b.revision, b.slot) }
}

private struct News {
    var position: Position
    var change: Change
}

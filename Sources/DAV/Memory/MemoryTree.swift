/// One state of a whole store: a value, so that an operation that fails is undone by forgetting its copy.
///
/// The synchronisation model, in words. Every operation that changes something draws one revision from ``clock``. A node knows
/// the revision of its last change and that of its last mapping; a tombstone remembers the revision at which a path lost its
/// mapping. What happened since revision r is then what bears a greater one. Three rules make that true for whole trees:
///
/// - Mapping a collection is news for everything in it, however old (RFC 6578 §3.5.1): what is reported is the greatest
///   revision among a node's own change and the mappings from the synchronised collection down to it.
/// - Unmapping a collection leaves a tombstone for each descendant, and lifts older ones below it to the same revision. Reports
///   collapse them into one; when the collection is mapped again, those that did not come back are still told.
/// - Mapping a path takes away the tombstone of that path, and of no other.
struct MemoryTree: Sendable {
    /// Which life of the store; a part of every token and every ETag.
    var epoch: UInt64
    /// The revision of the last change.
    private(set) var clock: Int64 = 0
    /// The last number given to a slot, an incarnation or a body. Never given twice.
    private var serial: Int64 = 0
    private(set) var nodes: [DAVPath: MemoryNode] = [:]
    private(set) var tombstones: [Grave: Tombstone] = [:]
    /// Where collections of others are bound.
    private(set) var instances: Set<DAVPath> = []
    var locks: [Lock] = []
    /// Who is to be told of what.
    var push = PushLedger()

    /// Names a lost mapping: the path, and the depth of the outermost collection whose reports included it. A path can be lost
    /// to the outside, and once more inside the barred collection that came to stand above it.
    struct Grave: Sendable, Hashable {
        var path: DAVPath
        var reach: Int
    }

    /// What is left of a mapping.
    struct Tombstone: Sendable {
        var slot: Int64
        var revision: Int64
        var wasCollection: Bool
    }

    init(epoch: UInt64) { self.epoch = epoch }

    // MARK: Reading

    subscript(path: DAVPath) -> MemoryNode? { nodes[path] }

    func collection(at path: DAVPath) -> MemoryNode.Collection? { nodes[path]?.collection }

    /// Paths of the direct members, by name.
    func members(of path: DAVPath) -> [DAVPath] {
        let depth = path.names.count + 1
        return nodes.keys.filter { $0.names.count == depth && $0.isWithin(path) }.sorted {
            ($0.last ?? .root) < ($1.last ?? .root)
        }
    }

    /// The path itself, if mapped, and all paths below, parents first.
    func subtree(of path: DAVPath) -> [DAVPath] {
        nodes.keys.filter { $0.isWithin(path) }.sorted { $0.names.lexicographicallyPrecedes($1.names) }
    }

    func usedBytes(below path: DAVPath) -> Int64 {
        nodes.reduce(0) { $1.key.isWithin(path) ? $0 + Int64($1.value.file?.body.count ?? 0) : $0 }
    }

    /// What counts for the quota of a home: what others send takes none of its room.
    func chargedBytes(in home: DAVPath) -> Int64 {
        let sent = nodes.first { $0.key.parent == home && $0.value.collection?.kind.isFilledByServer == true }?.key
        return usedBytes(below: home) - (sent.map(usedBytes) ?? 0)
    }

    /// Depth of the outermost collection whose infinite report includes the path: its parent, and every one above that has no
    /// barred collection between (RFC 6578 §3.3).
    func reach(of path: DAVPath) -> Int {
        var depth = path.names.count - 1
        while depth > 0, collection(at: path.prefix(depth))?.kind.isSyncable == true { depth -= 1 }
        return depth
    }

    private func slot(of path: DAVPath) -> Int64? {
        (0..<path.names.count).lazy.compactMap { tombstones[Grave(path: path, reach: $0)]?.slot }.first
    }

    // MARK: Changing

    /// Begins a change: everything it does bears the new revision.
    mutating func advance() { clock += 1 }

    mutating func nextSerial() -> Int64 {
        serial += 1
        return serial
    }

    /// An ETag that no other body of this store ever had or will have (RFC 4918 §8.6).
    mutating func nextETag() -> ETag {
        ETag(opaque: String(epoch, radix: 16) + "-" + String(nextSerial(), radix: 16))
    }

    /// Maps an unmapped path. A collection begins a new incarnation, which makes tokens of the path's earlier lives invalid.
    mutating func bind(_ node: MemoryNode, at path: DAVPath) {
        var node = node
        // A path keeps its slot as long as anything of it is known, so slots ascend from parents to descendants, and a page that
        // ends between them has delivered the parent (SS-111).
        node.slot = slot(of: path) ?? nextSerial()
        // Those who do not see the new mapping keep the tombstone of the old one.
        for reach in max(0, reach(of: path))..<path.names.count { tombstones[Grave(path: path, reach: reach)] = nil }
        node.mapped = clock
        if var collection = node.collection {
            collection.incarnation = nextSerial()
            collection.current = clock
            collection.floor = 0
            node.content = .collection(collection)
        }
        nodes[path] = node
        if node.instance != nil {
            instances.insert(path)
            beginAnew(path)
        }
        if node.collection?.shares != nil { renewInstances(of: node.resourceID) }
        touch(path)
    }

    /// What was told of the content at its old place cannot be continued at the new one.
    private mutating func renewInstances(of source: ResourceID) {
        for top in instances where nodes[top]?.instance?.source == source { beginAnew(top) }
    }

    /// No token of the instance is valid any more, and what was removed so far is not told, whatever revision a token names.
    mutating func beginAnew(_ path: DAVPath) {
        guard var collection = collection(at: path) else { return }
        collection.incarnation = nextSerial()
        collection.floor = source(of: path).flatMap { self.collection(at: $0)?.current } ?? 0
        nodes[path]?.content = .collection(collection)
    }

    /// Replaces what is known of a mapped path: a change of its body or its properties.
    mutating func change(_ path: DAVPath, _ edit: (inout MemoryNode) -> Void) {
        guard var node = nodes[path] else { return }
        edit(&node)
        node.changed = clock
        nodes[path] = node
        touch(path)
    }

    /// Changes what is kept of a mapped path, which nobody is told.
    mutating func edit(_ path: DAVPath, _ edit: (inout MemoryNode) -> Void) {
        guard var node = nodes[path] else { return }
        edit(&node)
        nodes[path] = node
    }

    /// Unmaps the path and everything below, with the locks rooted there.
    mutating func unbind(_ path: DAVPath) {
        touch(path)
        let depth = path.names.count
        let outermost = reach(of: path)
        for grave in tombstones.keys where grave.path.isWithin(path) && grave.reach >= outermost {
            if grave.reach < depth { tombstones[grave]?.revision = clock } else { tombstones[grave] = nil }
        }
        for old in subtree(of: path) {
            guard let node = nodes[old] else { continue }
            let reach = reach(of: old)
            // Below a barred collection: nobody who could be told of it is left.
            guard reach < depth else { continue }
            tombstones[Grave(path: old, reach: reach)] = Tombstone(
                slot: node.slot, revision: clock, wasCollection: node.collection != nil)
        }
        nodes = nodes.filter { !$0.key.isWithin(path) }
        instances = instances.filter { !$0.isWithin(path) }
        locks.removeAll { $0.root.isWithin(path) }
    }

    /// Forgets the removals up to `revision`. Tokens that would need them become invalid, and no others (Y-29).
    mutating func prune(through revision: Int64) {
        for (grave, stone) in tombstones where stone.revision <= revision {
            tombstones[grave] = nil
            forEachCollection(above: grave.path, from: grave.reach) { $0.floor = max($0.floor, stone.revision) }
        }
    }

    /// Moves the token of every collection whose reports include the path.
    private mutating func touch(_ path: DAVPath) {
        let clock = clock
        forEachCollection(above: path, from: reach(of: path)) { $0.current = clock }
        // Homes report a child whatever happens in it (Y-42), also where their reports do not descend to.
        for depth in stride(from: path.names.count - 1, to: 0, by: -1)
        where collection(at: path.prefix(depth - 1))?.kind.reportsChildChanges == true {
            let child = path.prefix(depth)
            nodes[child]?.changed = clock
            forEachCollection(above: child, from: reach(of: child)) { $0.current = clock }
        }
        for top in instances where collection(at: top.parent)?.kind.reportsChildChanges == true {
            guard let source = source(of: top), path.isWithin(source) else { continue }
            nodes[top]?.changed = clock
            forEachCollection(above: top, from: reach(of: top)) { $0.current = clock }
        }
    }

    private mutating func forEachCollection(
        above path: DAVPath, from reach: Int, _ edit: (inout MemoryNode.Collection) -> Void
    ) {
        for depth in max(reach, 0)..<max(reach, path.names.count, 0) {
            let ancestor = path.prefix(depth)
            guard var node = nodes[ancestor], var collection = node.collection else { continue }
            edit(&collection)
            node.content = .collection(collection)
            nodes[ancestor] = node
        }
    }
}

extension DAVPath {
    /// The ancestor that has `depth` names.
    func prefix(_ depth: Int) -> DAVPath { DAVPath(Array(names.prefix(depth))) }
}

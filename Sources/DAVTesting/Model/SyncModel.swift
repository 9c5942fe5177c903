public import DAV

/// RFC 6578 as a pure value: a tree of paths, what changed in it and when, and the reports that follow from that.
///
/// It answers one question: *given these operations, what must a report say?* Every back-end is judged against it. Nothing is
/// optimised; every report looks at every path. ``Fault`` seeds the mistakes servers make, to show that the judge sees them.
public struct SyncModel: Sendable {
    /// Names below the home; the home itself is empty.
    public typealias Path = [Name]

    public enum Kind: Sendable, Hashable {
        case file
        case folder
        /// A collection that does not sync, and hides what is in it from reports of level infinite.
        case barred
        /// A collection whose members are notes, each UID held once (``DAV/CollectionKind/notes``).
        case notes

        var isSyncable: Bool { self == .folder || self == .notes }
    }

    public struct Node: Sendable, Hashable {
        public var kind: Kind
        /// The revision of the last change of the node itself.
        public var revision: Int
        /// The revision of its present mapping.
        public var mapped: Int
        public var etag: Int
        /// The UID that a body names, if it is a note.
        var uid: Int?
        /// Which mapping; tokens name it.
        var incarnation: Int
    }

    /// Names a lost mapping: the path, and the depth of the outermost collection whose reports included it. A path can be lost
    /// to the outside, and once more inside the barred collection that came to stand above it.
    struct Grave: Sendable, Hashable {
        var path: Path
        var reach: Int
    }

    /// Where a client stands: everything up to (``revision``, ``after``) is delivered.
    public struct Token: Sendable, Hashable {
        var epoch: Int
        var incarnation: Int
        var revision: Int
        /// `nil`: all of the revision.
        var after: Path?
        /// The clock when the initial walk began; removals up to it need not be told.
        var base: Int
    }

    /// One line of a report.
    public struct Line: Sendable, Hashable {
        public enum Mark: String, Sendable, Hashable { case changed = "+", removed = "-", barred = "!" }
        public var mark: Mark
        public var path: Path
    }

    /// The token is not valid: 403 (RFC 6578 §3.2).
    public struct InvalidToken: Error {}

    public private(set) var clock = 0
    public private(set) var live: [Path: Node] = [:]
    private var serial = 0
    private var epoch = 0
    private var tombstones: [Grave: Int] = [:]
    private var current: [Int: Int] = [:]
    private var floor: [Int: Int] = [:]
    private var firstLives: [Path: Int] = [:]
    let faults: Fault
    /// Whether the home is a ``DAV/CollectionKind/desk``.
    let isDesk: Bool

    /// - Parameter isDesk: whether the home is a ``DAV/CollectionKind/desk``: it reports a child whatever happens in it (Y-42),
    ///   and what is put below it may be refused.
    public init(faults: Fault = [], isDesk: Bool = false) {
        self.faults = faults
        self.isDesk = isDesk
        map([], .folder)
    }

    // MARK: Operations; the caller sees to it that they are legal

    public mutating func put(_ path: Path) { put(path, uid: nil) }

    mutating func put(_ path: Path, uid: Int?) {
        clock += 1
        guard live[path] != nil else { return map(path, .file, uid: uid) }
        serial += 1
        live[path]?.revision = clock
        live[path]?.uid = uid
        live[path]?.etag = serial
        touch(path)
    }

    public mutating func makeCollection(_ path: Path, barred: Bool = false) {
        makeCollection(path, barred ? .barred : .folder)
    }

    mutating func makeCollection(_ path: Path, _ kind: Kind) {
        clock += 1
        map(path, kind)
    }

    public mutating func patch(_ path: Path) {
        clock += 1
        live[path]?.revision = clock
        touch(path)
    }

    public mutating func delete(_ path: Path) {
        clock += 1
        unmap(path)
    }

    public mutating func move(_ source: Path, to destination: Path) {
        clock += 1
        let moved = subtree(source)
        unmap(source)
        if live[destination] != nil { unmap(destination) }
        for (path, node) in moved {
            map(destination + path.dropFirst(source.count), node.kind, old: node, uid: node.uid)
        }
    }

    public mutating func copy(_ source: Path, to destination: Path, deep: Bool) {
        clock += 1
        let copied = deep ? subtree(source) : subtree(source).filter { $0.0 == source }
        if live[destination] != nil { unmap(destination) }
        for (path, node) in copied { map(destination + path.dropFirst(source.count), node.kind, uid: node.uid) }
    }

    /// A tree comes into view, all at once.
    mutating func appear(_ path: Path, _ members: [Path: Kind]) {
        clock += 1
        if live[path] != nil { unmap(path) }
        for (member, kind) in members.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) { map(member, kind) }
    }

    /// Forgets the removals up to `revision`.
    public mutating func prune(through revision: Int) {
        for (grave, lost) in tombstones where lost <= revision {
            tombstones[grave] = nil
            guard !faults.contains(.noFloor) else { continue }
            for ancestor in ancestors(of: grave.path, from: grave.reach) {
                if let node = live[ancestor] { floor[node.incarnation] = max(floor[node.incarnation] ?? 0, lost) }
            }
        }
    }

    /// What restoring this state of the past as a new life of the store gives; `now` is the state that is lost.
    public func restored(after now: SyncModel) -> SyncModel {
        var copy = self
        copy.epoch = now.epoch + 1
        return copy
    }

    // MARK: Mapping

    private mutating func map(_ path: Path, _ kind: Kind, old: Node? = nil, uid: Int? = nil) {
        if !faults.contains(.tombstoneKeptOnRemap), !path.isEmpty {
            // Those who do not see the new mapping keep the tombstone of the old one.
            for reach in reach(of: path)..<path.count { tombstones[Grave(path: path, reach: reach)] = nil }
        }
        serial += 1
        let incarnation = faults.contains(.noIncarnation) ? firstLife(of: path) : serial
        live[path] = Node(
            kind: kind, revision: old?.revision ?? clock, mapped: clock, etag: old?.etag ?? serial,
            uid: uid, incarnation: incarnation)
        if kind != .file { current[incarnation] = max(clock, current[incarnation] ?? 0) }
        touch(path)
    }

    /// For the fault that gives each path one incarnation for ever.
    private mutating func firstLife(of path: Path) -> Int {
        let life = firstLives[path] ?? serial
        firstLives[path] = life
        return life
    }

    private mutating func unmap(_ path: Path) {
        touch(path)
        let outermost = reach(of: path)
        for grave in tombstones.keys where grave.path.starts(with: path) && grave.reach >= outermost {
            if grave.reach >= path.count {
                tombstones[grave] = nil
            } else if !faults.contains(.noLift) {
                tombstones[grave] = clock
            }
        }
        let gone = subtree(path)
        let reaches = gone.map { reach(of: $0.0) }
        for ((old, _), reach) in zip(gone, reaches) {
            live[old] = nil
            let isTold = old == path || !faults.contains(.noDescendantTombstones)
            if reach < path.count, isTold { tombstones[Grave(path: old, reach: reach)] = clock }
        }
    }

    private func subtree(_ path: Path) -> [(Path, Node)] {
        live.filter { $0.key.starts(with: path) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
            ($0.key, $0.value)
        }
    }

    /// Moves the token of every collection that reports the path.
    private mutating func touch(_ path: Path) {
        touchAncestors(of: path)
        guard isDesk, path.count > 1, !faults.contains(.noChildChanges) else { return }
        let child = Path(path.prefix(1))
        live[child]?.revision = clock
        touchAncestors(of: child)
    }

    private mutating func touchAncestors(of path: Path) {
        for ancestor in ancestors(of: path, from: reach(of: path)) {
            if let node = live[ancestor] { current[node.incarnation] = clock }
            if faults.contains(.parentOnly) { return }
        }
    }

    /// From the parent outwards.
    private func ancestors(of path: Path, from reach: Int) -> [Path] {
        path.isEmpty ? [] : (reach..<path.count).reversed().map { Path(path.prefix($0)) }
    }

    private func reach(of path: Path) -> Int {
        var depth = path.count - 1
        while depth > 0, live[Path(path.prefix(depth))]?.kind.isSyncable == true { depth -= 1 }
        return max(depth, 0)
    }

    // MARK: Reports

    /// The complete token of the collection at `path`.
    public func token(of path: Path) -> Token? {
        guard let node = live[path], node.kind.isSyncable else { return nil }
        return Token(
            epoch: epoch, incarnation: node.incarnation, revision: current[node.incarnation] ?? 0, after: nil, base: 0)
    }

    public func report(
        _ path: Path, since token: Token?, _ level: SyncLevel, limit: Int = .max
    ) throws -> (lines: [Line], token: Token, isComplete: Bool) {
        guard let now = self.token(of: path) else { throw InvalidToken() }
        if let token { try validate(token, now) }
        let position = Position(revision: token?.revision ?? -1, after: token?.after)
        var lines = mappedLines(path, level, after: position)
        if let token { lines += removedLines(path, level, after: position, base: token.base) }
        lines.sort { $0.0.precedes($1.0) }

        guard lines.count > limit else { return (lines.map(\.1), now, true) }
        let last = lines[limit - 1].0
        var next = Token(
            epoch: epoch, incarnation: now.incarnation, revision: last.revision, after: last.after,
            base: token?.base ?? clock)
        if faults.contains(.newestTokenOnCut) { next = now }
        if faults.contains(.cutWithoutCursor) { next.after = nil }
        if faults.contains(.noBase) { next.base = 0 }
        return (lines.prefix(limit).map(\.1), next, false)
    }

    /// 17.2: the same life, not from the future, nothing undelivered forgotten.
    private func validate(_ token: Token, _ now: Token) throws {
        let isWhole = token.after == nil || faults.contains(.halfDeliveredCountsAsWhole)
        let delivered = isWhole ? token.revision : token.revision - 1
        guard token.epoch == epoch, token.incarnation == now.incarnation, token.revision <= now.revision,
            max(delivered, token.base) >= floor[now.incarnation] ?? 0
        else { throw InvalidToken() }
    }

    /// Whether the collection can still tell what happened since.
    public func isValid(_ token: Token, at path: Path) -> Bool {
        guard let now = self.token(of: path) else { return false }
        return (try? validate(token, now)) != nil
    }

    private func mappedLines(_ path: Path, _ level: SyncLevel, after position: Position) -> [(Position, Line)] {
        live.compactMap { member, node in
            guard isInScope(member, of: path, level, reach: reach(of: member)) else { return nil }
            let isBarred = level == .infinite && node.kind == .barred
            let place = Position(revision: effectiveRevision(path, member, node, isBarred), after: member)
            guard position.precedes(place) else { return nil }
            return (place, Line(mark: isBarred ? .barred : .changed, path: member))
        }
    }

    private func removedLines(
        _ path: Path, _ level: SyncLevel, after position: Position, base: Int
    ) -> [(Position, Line)] {
        var gone: [Path: Int] = [:]
        for (grave, revision) in tombstones
        where isInScope(grave.path, of: path, level, reach: grave.reach) && revision > base
            && position.precedes(Position(revision: revision, after: grave.path)) && !isBarred(grave.path, below: path)
        {
            gone[grave.path] = max(revision, gone[grave.path] ?? 0)
        }
        return gone.compactMap { member, revision in
            let isCovered = (path.count..<member.count).contains { gone[Path(member.prefix($0))] != nil }
            guard !isCovered || faults.contains(.noCollapse) else { return nil }
            return (Position(revision: revision, after: member), Line(mark: .removed, path: member))
        }
    }

    /// Whether a collection that is barred stands between: that it does says all there is to say.
    private func isBarred(_ member: Path, below path: Path) -> Bool {
        (path.count + 1..<max(path.count + 1, member.count)).contains { live[Path(member.prefix($0))]?.kind == .barred }
    }

    private func isInScope(_ member: Path, of path: Path, _ level: SyncLevel, reach: Int) -> Bool {
        guard member.count > path.count, member.starts(with: path) else { return false }
        return level == .one ? member.count == path.count + 1 : reach <= path.count
    }

    /// Whether a listing of `path` at that level shows the member.
    func isInScope(_ member: Path, of path: Path, _ level: SyncLevel) -> Bool {
        isInScope(member, of: path, level, reach: reach(of: member))
    }

    /// Own change, or the mapping of anything between the synchronised collection and the member.
    private func effectiveRevision(_ path: Path, _ member: Path, _ node: Node, _ isBarred: Bool) -> Int {
        let own = isBarred ? 0 : node.revision
        if faults.contains(.noBindings) { return isBarred ? node.mapped : own }
        return (path.count + 1...member.count).reduce(own) { max($0, live[Path(member.prefix($1))]?.mapped ?? 0) }
    }

    /// A place in the order of delivery; `after` `nil` is behind everything of its revision.
    private struct Position {
        var revision: Int
        var after: Path?

        func precedes(_ other: Position) -> Bool {
            if revision != other.revision { return revision < other.revision }
            guard let after else { return false }
            guard let theirs = other.after else { return true }
            return after.lexicographicallyPrecedes(theirs)
        }
    }
}

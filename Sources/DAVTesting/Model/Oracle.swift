public import DAV

/// What a report must say, found by comparing whole listings of every moment: too simple to be wrong.
///
/// It knows no tombstones, no cursors and no floors; ``SyncModel`` is judged by it.
public struct Oracle: Sendable {
    private var snapshots: [[SyncModel.Path: SyncModel.Node]] = []

    public init(_ model: SyncModel) { record(model) }

    /// The present moment.
    public var now: Int { snapshots.count - 1 }

    /// Keeps the listing of this moment.
    public mutating func record(_ model: SyncModel) { snapshots.append(model.live) }

    /// What must be told to a client that held the whole state of the moment `then`.
    public func delta(_ path: SyncModel.Path, from then: Int, _ level: SyncLevel) -> Set<SyncModel.Line> {
        guard let new = snapshots.last else { return [] }
        let old = snapshots[then]
        var lines: Set<SyncModel.Line> = []
        for (member, node) in new where isInScope(member, of: path, level, new) {
            let isBarred = level == .infinite && node.kind == .barred
            guard differs(member, below: path, old, new, isBarred: isBarred) else { continue }
            lines.insert(SyncModel.Line(mark: isBarred ? .barred : .changed, path: member))
        }
        var gone: Set<SyncModel.Path> = []
        for snapshot in snapshots[then...] {
            gone.formUnion(
                snapshot.keys.filter {
                    new[$0] == nil && isInScope($0, of: path, level, snapshot) && isInScope($0, of: path, level, new)
                })
        }
        for member in gone
        where !(path.count..<member.count).contains(where: { gone.contains(Array(member.prefix($0))) }) {
            lines.insert(SyncModel.Line(mark: .removed, path: member))
        }
        return lines
    }

    /// Whether a walk that began at `start` may tell the removal: the path was there since, or a collection above it was mapped
    /// anew since, when a removal may be told again.
    func mayTellRemoval(of member: SyncModel.Path, below path: SyncModel.Path, since start: Int) -> Bool {
        let since = snapshots[start...]
        if since.contains(where: { $0[member] != nil }) { return true }
        return (path.count + 1..<member.count).contains { depth in
            let ancestor = Array(member.prefix(depth))
            return Set(since.map { $0[ancestor]?.mapped ?? -1 }).count > 1
        }
    }

    private func differs(
        _ member: SyncModel.Path, below path: SyncModel.Path, _ old: [SyncModel.Path: SyncModel.Node],
        _ new: [SyncModel.Path: SyncModel.Node], isBarred: Bool
    ) -> Bool {
        if !isBarred, old[member] != new[member] { return true }
        return (path.count + 1...member.count).contains { depth in
            let binding = Array(member.prefix(depth))
            return old[binding]?.mapped != new[binding]?.mapped
        }
    }

    private func isInScope(
        _ member: SyncModel.Path, of path: SyncModel.Path, _ level: SyncLevel, _ live: [SyncModel.Path: SyncModel.Node]
    ) -> Bool {
        guard member.count > path.count, member.starts(with: path) else { return false }
        if level == .one { return member.count == path.count + 1 }
        return (path.count + 1..<member.count).allSatisfy { live[Array(member.prefix($0))]?.kind != .barred }
    }
}

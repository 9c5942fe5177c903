import DAV

/// One step of a simulation. Paths are below the home.
public enum Operation: Sendable, Hashable {
    case put(SyncModel.Path)
    /// A body that is a note with that UID, or with `nil` none at all.
    case putNote(SyncModel.Path, uid: Int?)
    /// The octets that are stored already.
    case putSame(SyncModel.Path)
    case makeCollection(SyncModel.Path)
    case makeBarred(SyncModel.Path)
    case makeNotes(SyncModel.Path)
    case delete(SyncModel.Path)
    case patch(SyncModel.Path)
    case move(SyncModel.Path, SyncModel.Path)
    case copy(SyncModel.Path, SyncModel.Path, deep: Bool)
    /// LOCK and UNLOCK, which are no changes.
    case lockAndUnlock(SyncModel.Path)
    /// A write whose condition does not hold.
    case refused(SyncModel.Path)
    /// Forgets removals up to the state this many changes ago.
    case prune(ago: Int)
    case restart
    case backUp
    case restore
    /// One page for one replica.
    case page(replica: Int, limit: Int)
    /// A report with a token from this many pages ago.
    case replay(replica: Int, ago: Int)
    /// Every replica catches up, and must then equal the listing.
    case settle
}

extension Operation: CustomStringConvertible {
    public var description: String {
        switch self {
        case .put(let path): "put \(text(path))"
        case .putNote(let path, let uid): "put \(text(path)) \(uid.map { "with UID \($0)" } ?? "that is no note")"
        case .putSame(let path): "put-same \(text(path))"
        case .makeCollection(let path): "mkcol \(text(path))/"
        case .makeBarred(let path): "mkbarred \(text(path))/"
        case .makeNotes(let path): "mknotes \(text(path))/"
        case .delete(let path): "delete \(text(path))"
        case .patch(let path): "patch \(text(path))"
        case .move(let from, let to): "move \(text(from)) \(text(to))"
        case .copy(let from, let to, let deep): "copy \(text(from)) \(text(to))\(deep ? "" : " depth0")"
        case .lockAndUnlock(let path): "lock, unlock \(text(path))"
        case .refused(let path): "412 put \(text(path))"
        case .prune(let ago): "prune through \(ago) changes ago"
        case .restart: "restart"
        case .backUp: "backup"
        case .restore: "restore"
        case .page(let replica, let limit): "page for \(replica) [\(limit)]"
        case .replay(let replica, let ago): "replay for \(replica), \(ago) ago"
        case .settle: "settle"
        }
    }

    private func text(_ path: SyncModel.Path) -> String { path.map(\.string).joined(separator: "/") }
}

extension SyncModel {
    /// Whether the operation is legal here; a simulation leaves out those that are not, so a script stays one when shortened.
    func allows(_ operation: Operation) -> Bool {
        switch operation {
        case .put(let path), .putNote(let path, _): isPlace(path) && (live[path] == nil || live[path]?.kind == .file)
        case .putSame(let path): live[path]?.kind == .file
        case .makeCollection(let path), .makeBarred(let path), .makeNotes(let path): isPlace(path) && live[path] == nil
        case .delete(let path), .patch(let path), .lockAndUnlock(let path): !path.isEmpty && live[path] != nil
        case .refused(let path): live[path]?.kind == .file
        case .move(let from, let to), .copy(let from, let to, _):
            !from.isEmpty && live[from] != nil && isPlace(to) && !from.starts(with: to) && !to.starts(with: from)
        default: true
        }
    }

    private func isPlace(_ path: Path) -> Bool {
        guard !path.isEmpty, let parent = live[path.dropLast()] else { return false }
        return parent.kind != .file
    }

    /// Carries out an operation on the tree; others change nothing.
    mutating func apply(_ operation: Operation) {
        switch operation {
        case .put(let path): put(path)
        case .putNote(let path, let uid): put(path, uid: uid)
        case .makeCollection(let path): makeCollection(path)
        case .makeBarred(let path): makeCollection(path, barred: true)
        case .makeNotes(let path): makeCollection(path, .notes)
        case .delete(let path): delete(path)
        case .patch(let path): patch(path)
        case .move(let from, let to): move(from, to: to)
        case .copy(let from, let to, let deep): copy(from, to: to, deep: deep)
        default: break
        }
    }
}

/// The model for several viewers: what is hidden from one is, to that one, not there.
///
/// Each viewer has a tree of their own. Losing sight of a collection leaves a tombstone in that tree and in no other, gaining
/// sight maps it there anew with all its members (RFC 6578 §3.5; SS-080 to SS-084). What happens to hidden paths never reaches
/// the viewer's tree, so neither lines nor tokens can give it away (INV-21).
public struct ViewedModel: Sendable {
    /// What is really there.
    public private(set) var truth = SyncModel()
    private var views: [String: View] = [:]

    fileprivate struct View: Sendable {
        var tree = SyncModel()
        var hidden: Set<SyncModel.Path> = []

        func sees(_ path: SyncModel.Path) -> Bool { !hidden.contains { path.starts(with: $0) } }
    }

    /// - Parameter viewers: all see everything, to begin with.
    public init(viewers: [String]) {
        for viewer in viewers { views[viewer] = View() }
    }

    /// The tree as `viewer` sees it.
    public func tree(of viewer: String) -> SyncModel? { views[viewer]?.tree }

    /// Carries out an operation on the tree; one that is not legal is left out.
    public mutating func apply(_ operation: Operation) {
        guard truth.allows(operation) else { return }
        truth.apply(operation)
        for viewer in views.keys { views[viewer]?.follow(operation, truth) }
    }

    /// Takes the right to read `path` and all below from `viewer`.
    public mutating func hide(_ path: SyncModel.Path, from viewer: String) {
        guard views[viewer]?.sees(path) == true else { return }
        views[viewer]?.hidden.insert(path)
        if views[viewer]?.tree.live[path] != nil { views[viewer]?.tree.delete(path) }
    }

    /// Gives it back.
    public mutating func show(_ path: SyncModel.Path, to viewer: String) {
        guard views[viewer]?.hidden.remove(path) != nil else { return }
        views[viewer]?.mapAnew(path, truth)
    }
}

extension ViewedModel.View {
    fileprivate mutating func follow(_ operation: Operation, _ truth: SyncModel) {
        switch operation {
        case .put(let path), .makeCollection(let path), .makeBarred(let path), .patch(let path):
            if sees(path) { tree.apply(operation) }
        case .delete(let path):
            if sees(path) { tree.apply(operation) }
            hidden = hidden.filter { !$0.starts(with: path) }
        case .copy(_, let destination, _):
            hidden = hidden.filter { !$0.starts(with: destination) }
            mapAnew(destination, truth)
        case .move(let source, let destination): move(source, destination, truth)
        default: break
        }
    }

    /// What was hidden stays hidden at its new place; what moves into sight appears, and out of sight, is lost.
    private mutating func move(_ source: SyncModel.Path, _ destination: SyncModel.Path, _ truth: SyncModel) {
        let wasSeen = sees(source)
        hidden = hidden.filter { !$0.starts(with: destination) }
        hidden = Set(hidden.map { $0.starts(with: source) ? destination + $0.dropFirst(source.count) : $0 })
        switch (wasSeen, sees(destination)) {
        case (true, true): tree.apply(.move(source, destination))
        case (true, false): tree.delete(source)
        case (false, true): mapAnew(destination, truth)
        case (false, false):
            if tree.live[destination] != nil { tree.delete(destination) }
        }
    }

    fileprivate mutating func mapAnew(_ path: SyncModel.Path, _ truth: SyncModel) {
        guard sees(path), truth.live[path] != nil else { return }
        let members = truth.live.filter { $0.key.starts(with: path) && sees($0.key) }
        tree.appear(path, members.mapValues(\.kind))
    }
}

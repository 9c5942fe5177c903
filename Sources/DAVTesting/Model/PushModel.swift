import DAV

/// Says by brute force who is to be told of what: a list of registrations, each of which looks at every change. The reference
/// that a ``PushRegistry`` is compared with.
struct PushModel {
    typealias Path = [Name]

    /// A resource, wherever it moves.
    struct Node {
        var number: Int
        /// `nil`: a member that holds nothing.
        var kind: CollectionKind?
    }

    struct Listener {
        var registration: PushRegistration
        var node: Int
        /// What is due.
        var content = false
        var property = false
        /// What became due since a message took off that has not arrived yet.
        var lateContent = false
        var lateProperty = false
        /// Where the collection was that is gone, or that held what is.
        var gone: Path?

        var isDue: Bool { content || property || gone != nil }
    }

    private(set) var nodes: [Path: Node]
    private(set) var listeners: [PushRegistration.ID: Listener] = [:]
    private var count = 1

    init(home: CollectionKind) { nodes = [[]: Node(number: 0, kind: home)] }

    var due: [PushRegistration.ID] { listeners.values.filter(\.isDue).map(\.registration.id).sorted() }
    var listed: [Listener] {
        listeners.values.filter { $0.gone == nil }.sorted { $0.registration.id < $1.registration.id }
    }
    func path(of listener: Listener) -> Path? { nodes.first { $0.value.number == listener.node }?.key }

    // MARK: Registrations

    mutating func add(_ registration: PushRegistration, at path: Path) {
        guard let node = nodes[path] else { return }
        listeners[registration.id] = Listener(registration: registration, node: node.number)
    }

    mutating func remove(_ id: PushRegistration.ID) { listeners[id] = nil }
    mutating func expire(at now: Timestamp) { listeners = listeners.filter { $0.value.registration.expires > now } }

    mutating func takeOff(_ id: PushRegistration.ID) {
        listeners[id]?.lateContent = false
        listeners[id]?.lateProperty = false
    }

    /// - Parameter wasLast: whether the message told that the resource is gone.
    mutating func arrive(_ id: PushRegistration.ID, wasLast: Bool) {
        if wasLast { return remove(id) }
        guard let listener = listeners[id] else { return }
        listeners[id]?.content = listener.lateContent
        listeners[id]?.property = listener.lateProperty
    }

    // MARK: Changes

    mutating func put(_ path: Path, _ condition: Condition) {
        let old = nodes[path]
        if old == nil { nodes[path] = newNode(nil) }
        tell(nil, of: old, around: path, condition)
    }

    mutating func makeCollection(_ path: Path, _ kind: CollectionKind, _ condition: Condition) {
        nodes[path] = newNode(kind)
        tell(nil, of: nil, around: path, condition)
    }

    mutating func patch(_ path: Path, _ property: XMLName, _ condition: Condition) {
        tell(property, of: nodes[path], around: path, condition)
    }

    mutating func delete(_ path: Path, _ condition: Condition) {
        for (lost, node) in nodes where lost.starts(with: path) {
            end(node, in: node.kind == nil ? Array(lost.dropLast()) : lost, condition)
            nodes[lost] = nil
        }
        tell(nil, of: nil, around: path, condition)
    }

    mutating func move(_ from: Path, to: Path, _ condition: Condition) {
        if nodes[to] != nil { delete(to, condition) }
        tell(nil, of: nodes[from], around: from, condition)
        for (path, node) in nodes where path.starts(with: from) {
            nodes[path] = nil
            nodes[to + path.dropFirst(from.count)] = node
        }
        tell(nil, of: nil, around: to, condition)
    }

    mutating func copy(_ from: Path, to: Path, _ condition: Condition) {
        if nodes[to] != nil { delete(to, condition) }
        for (path, node) in nodes where path.starts(with: from) {
            nodes[to + path.dropFirst(from.count)] = newNode(node.kind)
        }
        tell(nil, of: nil, around: to, condition)
    }

    private mutating func newNode(_ kind: CollectionKind?) -> Node {
        defer { count += 1 }
        return Node(number: count, kind: kind)
    }

    // MARK: Who hears

    /// - Parameter property: the one that changed; `nil`: the content did.
    private mutating func tell(_ property: XMLName?, of node: Node?, around path: Path, _ condition: Condition) {
        if let node { tell(property, at: node, .itself, condition) }
        var isInScope = true
        for steps in stride(from: 1, through: path.count, by: 1) {
            guard let holder = nodes[path.dropLast(steps)], let kind = holder.kind else { return }
            // A home tells of whatever happens in it; others of what their sync reports descend to.
            isInScope = isInScope || kind.reportsChildChanges
            if isInScope { tell(property, at: holder, PushReach(steps: steps), condition) }
            isInScope = isInScope && kind.isSyncable
        }
    }

    private mutating func tell(_ property: XMLName?, at node: Node, _ reach: PushReach, _ condition: Condition) {
        for (id, listener) in listeners where listener.node == node.number && listener.gone == nil {
            let triggers = listener.registration.triggers
            let depth = property == nil ? triggers.content : triggers.property
            guard let depth, reach.rawValue <= depth.reach.rawValue else { continue }
            if let property, triggers.properties?.contains(property) == false { continue }
            let wasDue = property == nil ? listener.content : listener.property
            switch condition.dontNotify {
            case .everybody: continue
            case .registrations where !wasDue && isNamed(listener, condition): continue
            default: break
            }
            if property == nil {
                listeners[id]?.content = true
                listeners[id]?.lateContent = true
            } else {
                listeners[id]?.property = true
                listeners[id]?.lateProperty = true
            }
        }
    }

    private func isNamed(_ listener: Listener, _ condition: Condition) -> Bool {
        guard case .registrations(let locations) = condition.dontNotify else { return false }
        return listener.registration.principal == condition.caller.principal
            && locations.contains { $0.utf8.elementsEqual(listener.registration.location.utf8) }
    }

    private mutating func end(_ node: Node, in collection: Path, _ condition: Condition) {
        for (id, listener) in listeners where listener.node == node.number && listener.gone == nil {
            let isTold = condition.dontNotify != .everybody && !isNamed(listener, condition)
            if isTold, listener.registration.triggers.content != nil {
                listeners[id]?.gone = collection
            } else {
                listeners[id] = nil
            }
        }
    }
}

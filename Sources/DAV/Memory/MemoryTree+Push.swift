/// What a transaction tells those who registered for push: the difference between two states, in words of ``PushLedger``.
extension MemoryTree {
    /// Notes in ``push`` what changed since `old`.
    ///
    /// - Returns: whether anybody may have fallen behind.
    mutating func notePush(
        since old: MemoryTree, if condition: Condition, info: (DAVPath, MemoryTree) -> CollectionInfo?
    ) -> Bool {
        guard clock != old.clock, !push.isEmpty else { return false }
        var isLoud = false
        for path in Set(old.nodes.keys).union(nodes.keys) {
            guard let update = update(of: path, since: old) else { continue }
            let state = nodes[path] == nil ? old : self
            let condition = state.isNotice(path, to: condition.caller) ? condition.tellingEverybody : condition
            for chain in [state.chain(of: path)] + state.instanceChains(of: path) {
                if push.note(update, of: chain, at: clock, if: condition) { isLoud = true }
            }
        }
        for top in instances where old.nodes[top]?.instance?.current ?? 0 != nodes[top]?.instance?.current {
            // In a member of the instance, and to nobody who does not come by it.
            if push.note(.content, of: [nil] + chain(of: top), at: clock, if: condition) { isLoud = true }
        }
        let living = Dictionary(nodes.map { ($0.value.resourceID, $0.key) }) { first, _ in first }
        for (path, node) in old.nodes {
            if living[node.resourceID] == nil, let holder = info(node.collection == nil ? path.parent : path, old),
                push.noteRemoval(of: node.resourceID, from: holder, at: clock, if: condition)
            {
                isLoud = true
            }
        }
        push.relocate { [self] in place(of: $0, living, since: old) }
        return isLoud
    }

    /// Whether the server tells somebody other than the caller something there: nobody else can keep that from them.
    private func isNotice(_ path: DAVPath, to caller: Caller) -> Bool {
        guard let holder = collection(at: path.parent), holder.kind.isFilledByServer else { return false }
        return holder.owner != caller.principal
    }

    /// Where what was registered is now, for whoever registered; `nil`: it is not where their instance leads any more.
    private func place(
        of registration: PushRegistration, _ living: [ResourceID: DAVPath], since old: MemoryTree
    ) -> DAVPath? {
        let path = registration.path
        guard let place = living[registration.resource] else { return path }
        guard let top = old.instances.first(where: path.isWithin), path != top else { return place }
        guard let now = old[top].flatMap({ living[$0.resourceID] }) else { return nil }
        return source(of: now).flatMap(place.relative).map(now.appending)
    }

    /// What happened at a path, told once: of a subtree that came or went, only its top is news to those above.
    private func update(of path: DAVPath, since old: MemoryTree) -> PushLedger.Update? {
        let (before, after) = (old.nodes[path], nodes[path])
        if let before, let after, before.resourceID == after.resourceID { return after.update(since: before) }
        return old.nodes[path.parent]?.resourceID == nodes[path.parent]?.resourceID ? .content : nil
    }

    /// The same as sharees have it: up to the instance nothing but what the owner's own tells, then their home.
    private func instanceChains(of path: DAVPath) -> [[ResourceID?]] {
        instances.compactMap { top in
            guard let source = source(of: top), path.isWithin(source) else { return nil }
            let depth = path.names.count - source.names.count
            var above = chain(of: top)
            let own = chain(of: path)
            if depth < own.count, own[depth] == nil, !above.isEmpty { above[0] = nil }
            return Array(repeating: nil, count: depth) + above
        }
    }

    /// The resource at a path, what holds it, and all above, nearest first; `nil` for those whose reports do not descend to it
    /// (RFC 6578 §3.3). A home's do again, since it tells of whatever happens in its children.
    private func chain(of path: DAVPath) -> [ResourceID?] {
        var chain = [nodes[path]?.resourceID]
        var isInScope = true
        for depth in (0..<path.names.count).reversed() {
            guard let holder = nodes[path.prefix(depth)], let kind = holder.collection?.kind,
                kind !== CollectionKind.system
            else { break }
            isInScope = isInScope || kind.reportsChildChanges
            chain.append(isInScope ? holder.resourceID : nil)
            isInScope = isInScope && kind.isSyncable
        }
        return chain
    }
}

extension Condition {
    fileprivate var tellingEverybody: Condition {
        var condition = self
        condition.dontNotify = .nobody
        return condition
    }
}

extension MemoryNode {
    /// What is to be told of a resource that stayed where it is.
    fileprivate func update(since old: MemoryNode) -> PushLedger.Update? {
        if file?.etag != old.file?.etag { return .content }
        var names = Set<XMLName>()
        for property in deadProperties where !old.deadProperties.contains(property) { names.insert(property.name) }
        for property in old.deadProperties where !deadProperties.contains(where: { $0.name == property.name }) {
            names.insert(property.name)
        }
        if file?.contentType != old.file?.contentType { names.insert(.dav("getcontenttype")) }
        if file?.contentLanguage != old.file?.contentLanguage { names.insert(.dav("getcontentlanguage")) }
        if collection?.grants != old.collection?.grants || instance?.grant != old.instance?.grant {
            names.formUnion([.dav("acl"), .dav("current-user-privilege-set")])
        }
        return names.isEmpty ? nil : .properties(names)
    }
}

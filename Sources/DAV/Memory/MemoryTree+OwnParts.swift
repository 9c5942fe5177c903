/// What sharees have of their own in the members of what is shared with them (``Personalizing``).
extension MemoryTree {
    /// What the member reached by `path` has of the one's own who reaches it so.
    func ownPart(at path: DAVPath) -> MemoryNode.OwnPart? {
        guard let view = view(of: path), let id = self[view.base(path)]?.resourceID else { return nil }
        return self[view.top]?.instance?.own[id]
    }

    /// The entry tag of the member reached by `path`.
    func etag(at path: DAVPath) -> ETag? {
        guard let etag = self[base(path)]?.file?.etag else { return nil }
        guard let view = view(of: path), let instance = self[view.top]?.instance,
            collection(at: view.base(path.parent))?.kind.content?.personal != nil
        else { return etag }
        return etag.seen(instance.grant.sight, own: ownPart(at: path)?.version)
    }

    /// Keeps an own part beside the member reached by `path`: a change in this instance, and nowhere else.
    mutating func setOwnPart(_ octets: [UInt8]?, at path: DAVPath, now: Timestamp) {
        guard let view = view(of: path), let id = self[view.base(path)]?.resourceID,
            self[view.top]?.instance?.own[id]?.octets != octets
        else { return }
        advance()
        let part = MemoryNode.OwnPart(octets: octets, version: nextSerial(), changed: clock, modified: now)
        let revision = clock
        change(view.top) {
            $0.instance?.own[id] = part
            $0.instance?.current = revision
        }
    }

    /// Own parts end with their members.
    mutating func forgetOwnPartsOfTheGone() {
        for top in instances where self[top]?.instance?.own.isEmpty == false {
            let members = Set(source(of: top).map(subtree)?.compactMap { self[$0]?.resourceID } ?? [])
            let own = self[top]?.instance?.own.filter { members.contains($0.key) } ?? [:]
            edit(top) { $0.instance?.own = own }
        }
    }
}

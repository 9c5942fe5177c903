/// What people are told of shares: members of their notification collections.
extension MemoryTree {
    /// Puts a notice where the person finds it, in place of an earlier one with the key, or takes that one away. A person without
    /// a notification collection is told nothing.
    ///
    /// - Parameter path: of the owner's collection.
    mutating func deliver(_ notice: ShareNotice, to person: PrincipalID, about path: DAVPath, now: Timestamp) {
        guard let place = notifications(of: person) else { return }
        let member = place.appending(notice.key.name)
        guard notice.content != .withdrawn else {
            if self[member] != nil { unbind(member) }
            return
        }
        guard let body = record(of: notice, to: person, about: path)?.octets, self[member]?.file?.body != body else {
            return
        }
        let file = MemoryNode.File(etag: nextETag(), body: body, contentType: ShareNoticeRecord.contentType)
        if self[member] == nil {
            bind(MemoryNode(.file(file), at: clock, now: now), at: member)
        } else {
            change(member) {
                $0.content = .file(file)
                $0.modified = now
            }
        }
    }

    private func notifications(of person: PrincipalID) -> DAVPath? {
        nodes.first { _, node in
            node.collection.map { $0.kind.id == CollectionKind.notifications.id && $0.owner == person } ?? false
        }?.key
    }

    private func record(of notice: ShareNotice, to person: PrincipalID, about path: DAVPath) -> ShareNoticeRecord? {
        guard let source = self[path], let collection = source.collection, let owner = collection.owner else {
            return nil
        }
        let instance = instances.lazy.compactMap { self[$0] }.first {
            $0.instance?.source == source.resourceID && $0.instance?.sharee == person
        }
        var replier: PrincipalID?
        if case .reply(let person, _, _) = notice.content { replier = person }
        return ShareNoticeRecord(
            notice, for: person, from: .init(owner, name: displayName(of: owner)),
            replierName: replier.flatMap(displayName), share: source.resourceID, at: path, kind: collection.kind.id,
            properties: instance.map { source.seen(by: $0).deadProperties } ?? source.deadProperties)
    }

    /// What somebody's home is called.
    private func displayName(of person: PrincipalID) -> String? {
        let homes = nodes.filter { $0.key.last == person.name && $0.value.collection?.owner == person }
        let home = homes.min { $0.key.names.count < $1.key.names.count }?.value
        let name = home?.deadProperties.first { $0.name == .dav("displayname") }
        return name.flatMap { try? XMLElement.parse($0.xml).text }
    }
}

import DAV

/// Quota (RFC 4331): a person's is one, however many homes it is spread over.
struct Room {
    let sql: SQL
    let facts: StoreFacts

    /// - Throws: ``DAVError/quotaNotExceeded`` (507) if `bytes` more do not fit below all of `parents`.
    /// - Parameter source: what encloses the place that the bytes come from, which had room for them already.
    func demand(_ bytes: Int64, in parents: [CollectionRow], from source: [CollectionRow] = []) throws {
        guard bytes > 0 else { return }
        let isOwnMove = home(of: source)?.owner == home(of: parents)?.owner
        for collection in parents {
            guard let quota = collection.quota, !source.contains(where: { $0.id == collection.id }) else { continue }
            let isHome = collection.id == home(of: parents)?.id
            if isHome, isOwnMove { continue }
            let (sum, overflow) = try used(by: collection, isHome: isHome).addingReportingOverflow(bytes)
            if overflow || sum > quota { throw DAVError.quotaNotExceeded }
        }
    }

    /// How many bytes more the tightest quota leaves; `nil`: there is none.
    func left(in parents: [CollectionRow]) throws -> Int64? {
        try parents.compactMap { collection in
            try collection.quota.map {
                max(0, $0 - (try used(by: collection, isHome: collection.id == home(of: parents)?.id)))
            }
        }.min()
    }

    /// The row below the root; `nil` above.
    private func home(of parents: [CollectionRow]) -> CollectionRow? { parents.count > 1 ? parents[1] : nil }

    private func used(by collection: CollectionRow, isHome: Bool) throws -> Int64 {
        guard isHome, let owner = collection.owner else { return collection.bytes }
        return try used(by: owner)
    }

    /// What all homes of a person hold. What others send them takes none of their room: nobody is to fill it for them.
    func used(by owner: PrincipalID) throws -> Int64 {
        try facts.roots.reduce(0) { sum, root in
            let notices = root.template.children.first { $0.kind.id == CollectionKind.notifications.id }?.name
            let bytes = try sql.first(
                Room.home, .int(root.row.id), .text(owner.name.string), .optional(notices?.string)
            ) { $0.int(0) }
            return sum + (bytes ?? 0)
        }
    }

    private static let home = """
        SELECT c.bytes - coalesce((SELECT n.bytes FROM entry f JOIN collection n ON n.id = f.resource
            WHERE f.parent = c.id AND f.name = ?3 AND f.is_collection = 1 AND n.kind = 'notifications'), 0)
        FROM entry e JOIN collection c ON c.id = e.resource
        WHERE e.parent = ?1 AND e.name = ?2 AND e.is_collection = 1
        """
}

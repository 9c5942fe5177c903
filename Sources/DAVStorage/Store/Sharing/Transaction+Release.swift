import DAV

extension Transaction {
    /// Ends what is shared in a tree that is about to be unmapped, or to have another owner, and answers for the instances
    /// in it. To be called before it is.
    ///
    /// The instances in the tree are left to be unmapped with it. Cost: nothing while nobody shares anything, and then a walk
    /// over the collections of the tree.
    func release(_ place: Place, _ revision: Int64, _ condition: Condition?) throws {
        guard state.isShared, let top = place.collection else { return }
        let found = try sql.rows(Transaction.sharedWithin, .int(top.id)) {
            (id: $0.int(0), instance: $0.isNull(1) ? nil : ResourceID($0.blob(1)))
        }
        let ending = Set(found.compactMap(\.instance))
        for (id, instance) in found {
            if let instance {
                try removeRegistrations(through: id)
                try leave(instance, revision, condition, ending)
            } else {
                try endShares(of: id, revision, condition)
            }
        }
    }

    private static let sharedWithin = """
        WITH RECURSIVE below(id) AS (
            SELECT ?1 UNION ALL
            SELECT c.id FROM below CROSS JOIN collection c ON c.parent = below.id WHERE c.dead = 0)
        SELECT c.id, CASE WHEN c.source IS NOT NULL THEN c.uuid END FROM below CROSS JOIN collection c ON c.id = below.id
        WHERE c.shared = 1 OR c.source IS NOT NULL
        """

    /// Nobody is invited to the collection any more.
    private func endShares(of collection: Int64, _ revision: Int64, _ condition: Condition?) throws {
        guard let place = try sharedPlace(collection), let owner = place.collection?.owner else { return }
        let old = try shares.shares(of: collection, owner: owner)
        try replace(old, with: ShareList(owner: owner), old.list.destroy(), of: place, condition, at: revision)
    }

    /// A sharee removes their instance (draft-pot-webdav-resource-sharing-04 §4.7.4).
    private func leave(
        _ instance: ResourceID, _ revision: Int64, _ condition: Condition?, _ ending: Set<ResourceID>
    ) throws {
        guard let id = try shares.collection(ofInstance: instance), let place = try sharedPlace(id),
            let owner = place.collection?.owner
        else { return }
        let old = try shares.shares(of: id, owner: owner)
        guard let (list, effects) = try? old.list.leave(instance) else { return }
        let others = effects.filter { effect in
            if case .instanceRemoved(let id, _) = effect { !ending.contains(id) } else { true }
        }
        try replace(old, with: list, others, of: place, condition, at: revision)
    }
}

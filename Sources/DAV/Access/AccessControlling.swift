/// The capability to say who else may do what with a collection (RFC 3744 §8.1).
public protocol AccessControlling: Sendable {
    /// Replaces what was granted on the collection itself; what it inherits stays. Collections below inherit it.
    ///
    /// In one transaction, with `condition` judged and locks respected as for a change of properties. The next request
    /// finds the new rights in ``CollectionInfo/grants``, on the collection and on all below. The collection counts as changed
    /// in the one that holds it (Y-42); what is so already is no change.
    ///
    /// Grants belong to the resource: MOVE takes them along unless the owner changes with it, COPY does not.
    /// - Parameter grants: lines whose source is ``AccessControlEntry/Source/itself``, each subject once.
    /// - Throws: ``DAVError/preconditionFailed`` (412), ``DAVError/lockTokenSubmitted(_:)`` (423).
    func setGrants(_ grants: [AccessControlEntry], if condition: Condition) async throws
}

extension CollectionInfo {
    /// ``grants`` as a collection directly below inherits them.
    package var inheritedGrants: [AccessControlEntry] { grants.compactMap(\.inherited) }

    /// The privileges beyond RFC 3744 that can be granted here; `share` only on a server where people share.
    func addedPrivileges(_ facts: ServerFacts) -> [Privilege] {
        let isShareable = facts.sharing != nil && (capabilities.contains(.sharing) || share.instance != nil)
        return isShareable ? kind.privileges + [.share] : kind.privileges
    }

    /// The privileges that can be granted here.
    func supportedPrivileges(_ facts: ServerFacts) -> [Privilege] { Privilege.standard + addedPrivileges(facts) }
}

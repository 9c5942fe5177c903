/// Who may do what. Asked on every request, for the binding the request came through; the default is to deny.
public protocol Authorizer: Sendable {
    /// What `caller` may do with the collection and its members. No I/O that could wait.
    func privileges(of caller: Caller, on collection: CollectionInfo) -> Privileges

    /// The same rule as a list, for those who may read it: `DAV:acl` (RFC 3744 §5.5). Empty unless implemented.
    func accessControl(of collection: CollectionInfo) -> [AccessControlEntry]
}

extension Authorizer {
    public func accessControl(of collection: CollectionInfo) -> [AccessControlEntry] { [] }
}

/// The rule of a server without sharing: the owner has every privilege, what belongs to the server is readable for
/// those who signed in, and nobody else has any but those of the kind (``CollectionKind/rights``).
public struct OwnerAuthorizer: Authorizer {
    public init() {}
    public func privileges(of caller: Caller, on collection: CollectionInfo) -> Privileges {
        guard let principal = caller.principal else { return .none }
        if let instance = collection.share.instance { return instance.privileges(of: principal, at: collection.path) }
        guard let owner = collection.owner else { return .readOnly }
        guard owner == principal else { return collection.kind.rights.ofEverybody }
        return collection.kind.isFilledByServer ? .readingAndRemoving : .all
    }

    public func accessControl(of collection: CollectionInfo) -> [AccessControlEntry] {
        if collection.owner == nil {
            return [
                AccessControlEntry(.authenticated, granted: [.read, .readCurrentUserPrivilegeSet], source: .server)
            ]
        }
        let granted = collection.kind.isFilledByServer ? Privilege.readingAndRemoving : [.all]
        let entry = AccessControlEntry(.owner, granted: granted, source: .server)
        let everybody = collection.kind.rights.everybody
        if everybody.isEmpty { return [entry] }
        return [entry, AccessControlEntry(.authenticated, granted: everybody, source: .server)]
    }
}

extension CollectionKind.StandingRights {
    fileprivate var ofEverybody: Privileges { everybody.isEmpty ? .none : Privileges(everybody) }

    /// What the owner's proxies may do.
    fileprivate func of(_ proxies: ProxyGroup) -> [Privilege] {
        proxies == .write ? proxies.privileges + writingProxies : proxies.privileges
    }
}

/// The rule of a server on which people share: what ``OwnerAuthorizer`` says, and what was granted on the collection
/// (``CollectionInfo/grants``). Rights are only ever added, so the effective ones are the union of all grants that fit.
///
/// The calendar proxies of the owner (calendar-proxy) have their rights on collections of kinds that are
/// ``CollectionKind/isOpenToProxies``.
public struct GrantAuthorizer: Authorizer {
    private let memberships: any Memberships

    public init(memberships: any Memberships) { self.memberships = memberships }

    public func privileges(of caller: Caller, on collection: CollectionInfo) -> Privileges {
        guard let principal = caller.principal else { return .none }
        if let instance = collection.share.instance {
            let own = instance.privileges(of: instance.sharee, at: collection.path)
            return principal == instance.sharee
                ? own : own.intersection(acting(principal, for: instance.sharee, on: collection.kind))
        }
        if collection.kind.isFilledByServer { return OwnerAuthorizer().privileges(of: caller, on: collection) }
        if collection.owner == principal { return .all }
        if collection.grants.isEmpty && !collection.kind.isOpenToProxies {
            return collection.owner == nil ? .readOnly : collection.kind.rights.ofEverybody
        }
        // Asked for at most once, and only where a group could matter.
        var groups: Set<PrincipalID>?
        func belongs(to group: PrincipalID) -> Bool {
            let known = groups ?? memberships.groups(of: principal)
            groups = known
            return known.contains(group)
        }
        var privileges = Privileges.none
        for entry in accessControl(of: collection) {
            let fits =
                switch entry.subject {
                case .owner: false
                case .authenticated, .everyone: true
                case .principal(let id): id == principal || belongs(to: id)
                }
            if fits { privileges.formUnion(Privileges(entry.granted)) }
        }
        return privileges
    }

    /// What somebody may do with what another person has from a third: their proxies act for them, within what was given to them
    /// (calendar-proxy §5.4). Whom they let into their own home by an ACL sees nothing of it: it is not theirs to pass on.
    private func acting(_ principal: PrincipalID, for sharee: PrincipalID, on kind: CollectionKind) -> Privileges {
        guard kind.isOpenToProxies else { return .none }
        let groups = memberships.groups(of: principal)
        var privileges = Privileges.none
        for proxies in ProxyGroup.allCases where groups.contains(PrincipalID(sharee.name, proxies)) {
            privileges.formUnion(Privileges(proxies.privileges))
        }
        return privileges
    }

    public func accessControl(of collection: CollectionInfo) -> [AccessControlEntry] {
        var entries = OwnerAuthorizer().accessControl(of: collection)
        if collection.kind.isFilledByServer { return entries }
        if let owner = collection.owner, collection.kind.isOpenToProxies {
            entries += ProxyGroup.allCases.map { proxies in
                AccessControlEntry(
                    .principal(PrincipalID(owner.name, proxies)), granted: collection.kind.rights.of(proxies),
                    source: .server)
            }
        }
        return entries + collection.grants
    }
}

extension ShareInstance {
    /// The grant decides, and nothing else: what the sharer may do is said at their own URL
    /// (draft-pot-webdav-resource-sharing-04 §4.8.2).
    ///
    /// Properties of one's own has the instance itself, not what stands in it.
    fileprivate func privileges(of principal: PrincipalID, at path: DAVPath) -> Privileges {
        guard principal == sharee else { return .none }
        return !grant.allowsWriting && path != self.path ? .readOnly : grant.privileges
    }
}

/// Tells which groups somebody is in.
public protocol Memberships: Sendable {
    /// The groups that `principal` is a member of, directly or through other groups. No I/O that could wait: it is asked
    /// on requests that poll. What cannot be found out is left out, since the default is to deny.
    func groups(of principal: PrincipalID) -> Set<PrincipalID>
}

/// Nobody is in any group.
public struct NoMemberships: Memberships {
    public init() {}
    public func groups(of principal: PrincipalID) -> Set<PrincipalID> { [] }
}

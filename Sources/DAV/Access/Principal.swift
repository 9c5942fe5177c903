/// A principal as others may see it.
public struct Principal: Sendable, Hashable {
    public var id: PrincipalID
    public var displayName: String
    public var kind: PrincipalKind
    /// E-mail addresses, the preferred one first; no scheme.
    public var addresses: [String]
    /// The same for the principal's whole life; `nil`: none is known.
    public var uuid: ResourceID?
    /// Collections that belong to the principal: what discovery leads to.
    public var homes: [DAVPath]
    /// Filled if ``Fields/memberships`` was asked for.
    public var relations: Relations?

    /// Who a principal has to do with.
    public struct Relations: Sendable, Hashable {
        /// Who is in the group.
        public var members: [PrincipalID] = []
        /// The groups it is in.
        public var groups: [PrincipalID] = []
        /// Whose calendars it may read (calendar-proxy §5.3.1).
        public var readsFor: [PrincipalID] = []
        /// Whose calendars it may change (calendar-proxy §5.3.2).
        public var writesFor: [PrincipalID] = []

        public init(members: [PrincipalID] = [], groups: [PrincipalID] = []) {
            self.members = members
            self.groups = groups
        }
    }

    public init(
        id: PrincipalID, displayName: String, kind: PrincipalKind = .individual, addresses: [String] = [],
        uuid: ResourceID? = nil, homes: [DAVPath] = []
    ) {
        self.id = id
        self.displayName = displayName
        self.kind = kind
        self.addresses = addresses
        self.uuid = uuid
        self.homes = homes
    }
}

/// What a principal stands for: `CUTYPE` (RFC 5545 §3.2.3), as far as servers have it.
public enum PrincipalKind: String, Sendable, Hashable, CaseIterable {
    case individual, group, resource, room
}

/// Where principals are known.
public protocol PrincipalDirectory: Sendable {
    /// `DAV:principal-collection-set` (RFC 3744 §5.8): the collection whose members are the principals.
    var path: DAVPath { get }
    func principal(_ id: PrincipalID) async throws -> Principal?
    /// Up to `limit` principals `caller` may see, by name, after `after`.
    func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal]
    /// Further principals that `caller` may find, though not see listed, by giving the whole name or the whole address.
    /// The default: none.
    func principals(named text: String, visibleTo caller: Caller) async throws -> [Principal]
    /// The only principal that has the address `uri`, of those `caller` may find: `mailto:` and a mail address in lower case, or
    /// `urn:uuid:` and a UUID. The default asks ``principals(named:visibleTo:)``, and looks at all that are listed.
    func principal(addressed uri: String, visibleTo caller: Caller) async throws -> Principal?
    /// The principal, if `caller` may know of it. The default tells everybody who signed in of everybody.
    func principal(_ id: PrincipalID, visibleTo caller: Caller) async throws -> Principal?

    /// Who is directly in the group (`DAV:group-member-set`). The default: nobody.
    func members(of group: PrincipalID) async throws -> [PrincipalID]
    /// The groups `principal` is directly in (`DAV:group-membership`). The default: none.
    func groups(of principal: PrincipalID) async throws -> [PrincipalID]
    /// Those for whom `principal` acts as a member of one of their two groups, directly or through other groups
    /// (calendar-proxy §5.3). The default: nobody.
    func principals(actedForBy principal: PrincipalID, as proxies: ProxyGroup) async throws -> [PrincipalID]
    /// Sets who is in the group, in one transaction. `nil` if groups cannot be changed: the default.
    var groupWriting: (any GroupWriting)? { get }
}

/// The capability to change groups: those of calendar proxies, by the person they act for.
public protocol GroupWriting: Sendable {
    /// - Throws: ``DAVError/noSuchMember`` (409) if a member does not exist.
    func setMembers(_ members: [PrincipalID], of group: PrincipalID) async throws
}

extension PrincipalDirectory {
    public func principal(_ id: PrincipalID, visibleTo caller: Caller) async throws -> Principal? {
        caller == .anonymous ? nil : try await principal(id)
    }
    public func principals(named text: String, visibleTo caller: Caller) async throws -> [Principal] { [] }
    public func principal(addressed uri: String, visibleTo caller: Caller) async throws -> Principal? {
        let isMail = uri.hasPrefix("mailto:")
        var found: [Principal] = []
        if isMail {
            found = try await principals(named: String(uri.dropFirst(7)), visibleTo: caller).filter { $0.has(uri) }
        }
        var last: PrincipalID?
        while found.isEmpty {
            let page = try await principals(after: last, limit: 200, visibleTo: caller)
            found += page.filter { $0.has(uri) }
            guard page.count == 200, let next = page.last?.id else { break }
            last = next
        }
        // An address that two have is nobody's: what is given must not reach the wrong one.
        return found.count == 1 ? found.first : nil
    }
    public func members(of group: PrincipalID) async throws -> [PrincipalID] { [] }
    public func groups(of principal: PrincipalID) async throws -> [PrincipalID] { [] }
    public func principals(actedForBy principal: PrincipalID, as proxies: ProxyGroup) async throws -> [PrincipalID] {
        []
    }
    public var groupWriting: (any GroupWriting)? { nil }

    /// The principal whose URL is at `path`; whether there is one is another question.
    package func identity(at path: DAVPath) -> PrincipalID? {
        guard let names = path.relative(to: self.path), let name = names.first else { return nil }
        switch names.count {
        case 1: return PrincipalID(name)
        case 2: return ProxyGroup(rawValue: names[1].string).map { PrincipalID(name, $0) }
        default: return nil
        }
    }

    public func path(of id: PrincipalID) -> DAVPath {
        let own = path.appending(id.name)
        return id.proxies.map { own.appending(Name(unchecked: $0.rawValue)) } ?? own
    }
}

extension Principal {
    /// Whether the address, in lower case, is the principal's.
    fileprivate func has(_ uri: String) -> Bool {
        addresses.contains { "mailto:" + $0.lowercased() == uri }
            || uuid.map { "urn:uuid:" + $0.uuidString == uri } ?? false
    }
}

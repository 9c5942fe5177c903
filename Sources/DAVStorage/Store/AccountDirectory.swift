public import DAV

/// The accounts and groups of a store as principals (RFC 3744 §2).
public struct AccountDirectory: PrincipalDirectory {
    let store: SQLiteStore
    public let path: DAVPath
    let privacy: DirectoryPrivacy

    public init(_ store: SQLiteStore, path: DAVPath, privacy: DirectoryPrivacy = .everyone) {
        self.store = store
        self.path = path
        self.privacy = privacy
    }

    public func principal(_ id: PrincipalID) async throws -> Principal? { try store.principal(id) }

    public func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
        guard let me = caller.principal else { return [] }
        switch privacy {
        case .everyone:
            return try await store.principals(SQLiteStore.everyone, after: after, limit: limit, as: me)
        case .groups:
            return try await store.principals(SQLiteStore.fellows, after: after, limit: limit, as: me)
        case .exact, .nobody:
            guard limit > 0, after.map({ $0 < me }) ?? true else { return [] }
            return try [store.principal(me)].compactMap { $0 }
        }
    }

    public func principals(named text: String, visibleTo caller: Caller) async throws -> [Principal] {
        guard privacy == .exact, caller.principal != nil else { return [] }
        return try await store.principals(named: text)
    }

    public func principal(addressed uri: String, visibleTo caller: Caller) async throws -> Principal? {
        guard let me = caller.principal else { return nil }
        if let uuid = uri.uuid {
            let isListed =
                privacy == .everyone
                ? SQLiteStore.everyone : privacy == .groups ? SQLiteStore.fellows : SQLiteStore.oneself
            return try store.principal(isListed + " AND " + SQLiteStore.numbered, as: me, .blob(uuid.bytes)) {
                $0.uuid == uuid
            }
        }
        guard let address = uri.mailAddress else { return nil }
        let isFound =
            privacy == .nobody ? SQLiteStore.oneself : privacy == .groups ? SQLiteStore.fellows : SQLiteStore.everyone
        return try store.principal(isFound + " AND " + SQLiteStore.addressed, as: me, .text(address)) {
            $0.addresses.contains { $0.lowercased() == address }
        }
    }

    public func principal(_ id: PrincipalID, visibleTo caller: Caller) async throws -> Principal? {
        guard let me = caller.principal, let principal = try store.principal(id) else { return nil }
        switch privacy {
        case .everyone, .exact: return principal
        case .groups where try store.areFellows(me, id): return principal
        case .groups, .nobody: return try id.name == me.name || store.areRelated(me, id) ? principal : nil
        }
    }

    public func members(of group: PrincipalID) async throws -> [PrincipalID] { try store.members(of: group) }
    public func groups(of principal: PrincipalID) async throws -> [PrincipalID] { try store.groups(of: principal) }

    public func principals(actedForBy principal: PrincipalID, as proxies: ProxyGroup) async throws -> [PrincipalID] {
        try store.allGroups(of: principal).filter { $0.proxies == proxies }.map { PrincipalID($0.name) }
    }

    public var groupWriting: (any GroupWriting)? { self }
}

extension AccountDirectory: GroupWriting {
    public func setMembers(_ members: [PrincipalID], of group: PrincipalID) async throws {
        do {
            try await store.setMembers(members, of: group)
        } catch StoreError.noSuchPrincipal, StoreError.noSuchGroup {
            throw DAVError.noSuchMember
        }
    }
}

/// Accounts and groups alike.
extension SQLiteStore {
    /// The account or the group of that name; for a group of proxies, that of whom they act for.
    func principal(_ id: PrincipalID) throws -> Principal? {
        let row = try connections.read { sql in
            try sql.first(
                SQLiteStore.selectPrincipals + " WHERE name = ?1", .text(id.name.string), decode: DirectoryRow.init)
        }
        guard var principal = row.map(principal) else { return nil }
        guard let proxies = id.proxies else { return principal }
        guard principal.kind == .individual else { return nil }
        principal = Principal(id: id, displayName: "\(principal.displayName) (\(proxies.rawValue))", kind: .group)
        return principal
    }

    /// A page by name, of those the condition lets `me` see.
    fileprivate func principals(_ condition: String, after: PrincipalID?, limit: Int, as me: PrincipalID) async throws
        -> [Principal]
    {
        try await connections.scan { sql in
            try sql.rows(
                SQLiteStore.selectPrincipals + " WHERE \(condition) AND name > ?2 ORDER BY name LIMIT ?3",
                .text(me.name.string), .text(after?.name.string ?? ""), .int(Int64(max(0, limit))),
                decode: DirectoryRow.init)
        }.map(principal)
    }

    /// The only one that the condition finds and `isMeant`: an address that two have is nobody's.
    fileprivate func principal(
        _ condition: String, as me: PrincipalID, _ value: SQL.Value, _ isMeant: (DirectoryRow) -> Bool
    ) throws -> Principal? {
        let found = try connections.read { sql in
            try sql.rows(
                SQLiteStore.selectPrincipals + " WHERE \(condition)", .text(me.name.string), value,
                decode: DirectoryRow.init)
        }.filter(isMeant)
        return found.count == 1 ? found.first.map(principal) : nil
    }

    /// SQLite's `lower` knows the letters of ASCII only, so an address with others is found by having such.
    static let addressed = """
        (instr(char(10) || lower(addresses) || char(10), char(10) || ?2 || char(10)) > 0
        OR length(CAST(?2 AS BLOB)) > length(?2) AND length(CAST(addresses AS BLOB)) > length(addresses))
        """

    /// What an identity was made from may differ from it in the bits that every UUID has alike.
    static let numbered = "substr(uuid, 1, 6) = substr(?2, 1, 6) AND substr(uuid, 10) = substr(?2, 10)"

    fileprivate func principals(named text: String) async throws -> [Principal] {
        guard !text.isEmpty else { return [] }
        return try await connections.scan { sql in
            try sql.rows(
                SQLiteStore.selectPrincipals + """
                     WHERE name = ?1 COLLATE NOCASE OR display = ?1 COLLATE NOCASE
                    OR instr(char(10) || lower(addresses) || char(10), char(10) || lower(?1) || char(10)) > 0
                    ORDER BY name LIMIT 100
                    """, .text(text), decode: DirectoryRow.init)
        }.map(principal)
    }

    private func principal(_ row: DirectoryRow) -> Principal {
        Principal(
            id: row.id, displayName: row.displayName, kind: row.isGroup ? .group : .individual,
            addresses: row.addresses, uuid: row.uuid, homes: row.isGroup ? [] : homePaths(of: row.id))
    }

    private static let selectPrincipals = """
        SELECT name, display, addresses, uuid, is_group FROM (
            SELECT name, display, addresses, uuid, 0 AS is_group FROM account
            UNION ALL SELECT name, display, '', uuid, 1 FROM principal_group)
        """

    static let everyone = "?1 <> ''"
    static let oneself = "name = ?1"

    /// Oneself, the groups one is in, and who else is in them. Groups of proxies do not count: to act for somebody is no
    /// reason to see who else does.
    static let fellows = """
        (name = ?1 OR name IN (
            SELECT mine.grp FROM membership mine WHERE mine.member = ?1 AND instr(mine.grp, '/') = 0
            UNION SELECT other.member FROM membership mine CROSS JOIN membership other ON other.grp = mine.grp
            WHERE mine.member = ?1 AND instr(mine.grp, '/') = 0))
        """

    // MARK: Relations

    fileprivate func areFellows(_ me: PrincipalID, _ id: PrincipalID) throws -> Bool {
        try connections.read { sql in
            try sql.first(
                "SELECT 1 FROM (SELECT ?2 AS name) WHERE \(SQLiteStore.fellows)", .text(me.name.string),
                .text(id.name.string)
            ) { $0.bool(0) } ?? false
        }
    }

    /// Whether one of them acts for the other, or has rights to something of the other's, or is invited to it.
    fileprivate func areRelated(_ me: PrincipalID, _ id: PrincipalID) throws -> Bool {
        let mine = Set(try allGroups(of: me)).union([me])
        let theirs = Set(try allGroups(of: id)).union([id])
        if mine.contains(where: { $0.name == id.name }) || theirs.contains(where: { $0.name == me.name }) {
            return true
        }
        return try isGranted(by: me, to: theirs) || isGranted(by: id, to: mine) || isInvited(me, by: id)
            || isInvited(id, by: me)
    }

    private func isInvited(_ person: PrincipalID, by owner: PrincipalID) throws -> Bool {
        try connections.read { sql in
            try sql.first(
                "SELECT 1 FROM seat s JOIN collection c ON c.id = s.collection WHERE s.person = ?1 AND c.owner = ?2",
                .text(person.name.string), .text(owner.name.string)
            ) { $0.bool(0) } ?? false
        }
    }

    private func isGranted(by owner: PrincipalID, to principals: Set<PrincipalID>) throws -> Bool {
        try connections.read { sql in
            var isGranted = false
            try sql.each(SQLiteStore.shared, .text(owner.name.string)) { row in
                isGranted = StoredGrants.decode(row.text(0)).contains { entry in
                    if case .principal(let id) = entry.subject { principals.contains(id) } else { true }
                }
                return !isGranted
            }
            return isGranted
        }
    }

    static let shared = "SELECT acl FROM collection WHERE owner = ?1 AND acl IS NOT NULL AND dead = 0"
}

private struct DirectoryRow: Sendable {
    var id: PrincipalID
    var displayName: String
    var addresses: [String]
    var uuid: ResourceID?
    var isGroup: Bool

    init(_ row: SQL.Row) {
        id = PrincipalID(Name(stored: row.text(0)))
        displayName = row.text(1)
        addresses = row.text(2).split(separator: "\n").map(String.init)
        uuid = row.isNull(3) ? nil : ResourceID(row.blob(3))
        isGroup = row.bool(4)
    }
}

extension String {
    fileprivate var mailAddress: String? { hasPrefix("mailto:") ? String(dropFirst(7)) : nil }
    fileprivate var uuid: ResourceID? { hasPrefix("urn:uuid:") ? ResourceID(uuidString: String(dropFirst(9))) : nil }
}

public import DAV

/// A person who may sign in.
public struct Account: Sendable, Hashable {
    public var id: PrincipalID
    public var displayName: String
    /// E-mail addresses, the preferred one first.
    public var addresses: [String]
    /// As the password hasher wrote it; the store does not look inside.
    public var passwordHash: String
    /// Bytes the person's home may hold; `nil`: as many as the disk does.
    public var quotaBytes: Int64?
    public var created: Timestamp

    public init(
        id: PrincipalID, displayName: String, addresses: [String] = [], passwordHash: String, quotaBytes: Int64? = nil,
        created: Timestamp = Timestamp(microseconds: 0)
    ) {
        self.id = id
        self.displayName = displayName
        self.addresses = addresses
        self.passwordHash = passwordHash
        self.quotaBytes = quotaBytes
        self.created = created
    }
}

/// The accounts of a store. Changes are durable when a method returns and are seen by a serving process at once, whichever
/// process makes them.
extension SQLiteStore {
    /// Adds the account with its home, in one transaction.
    ///
    /// - Throws: ``StoreError/accountExists(_:)``, also if a group has the name.
    public func add(_ account: Account) async throws {
        try await commits.write { transaction in
            guard try !transaction.isGroup(account.id) else { throw StoreError.accountExists(account.id.name.string) }
            let added = try transaction.sql.run(
                """
                INSERT OR IGNORE INTO account (name, display, password, quota, created, addresses, uuid)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """, .text(account.id.name.string), .text(account.displayName), .text(account.passwordHash),
                .optional(account.quotaBytes), .int(transaction.now.microseconds),
                .text(account.addresses.joined(separator: "\n")), .blob(ResourceID.random().bytes))
            guard added == 1 else { throw StoreError.accountExists(account.id.name.string) }
            try transaction.ensureHomes(of: account.id, quota: account.quotaBytes)
        }
    }

    public func account(_ id: PrincipalID) throws -> Account? {
        try connections.read { sql in
            try sql.first(SQLiteStore.selectAccount + " WHERE name = ?1", .text(id.name.string), decode: Account.init)
        }
    }

    /// Up to `limit` accounts by name, after `after`.
    public func accounts(after: PrincipalID? = nil, limit: Int = 1000) async throws -> [Account] {
        try await connections.scan { sql in
            try sql.rows(
                SQLiteStore.selectAccount + " WHERE name > ?1 ORDER BY name LIMIT ?2", .text(after?.name.string ?? ""),
                .int(Int64(max(0, limit))), decode: Account.init)
        }
    }

    /// - Throws: ``StoreError/noSuchAccount(_:)``.
    public func setPasswordHash(_ hash: String, of id: PrincipalID) async throws {
        try await update(id, "UPDATE account SET password = ?2 WHERE name = ?1", .text(hash))
    }

    /// Replaces the hash if it is `old`, in one statement: a hash made of an old password must not undo a new one.
    ///
    /// - Returns: whether it was `old`; not if there is no such account.
    @discardableResult
    public func setPasswordHash(_ hash: String, of id: PrincipalID, ifStill old: String) async throws -> Bool {
        try await commits.write { transaction in
            try transaction.sql.run(
                "UPDATE account SET password = ?2 WHERE name = ?1 AND password = ?3", .text(id.name.string),
                .text(hash), .text(old)) == 1
        }
    }

    /// - Throws: ``StoreError/noSuchAccount(_:)``.
    public func setDisplayName(_ name: String, of id: PrincipalID) async throws {
        try await commits.write { transaction in
            let old = try transaction.sql.first(
                "SELECT display FROM account WHERE name = ?1", .text(id.name.string)
            ) { $0.text(0) }
            try transaction.updateAccount(id, "UPDATE account SET display = ?2 WHERE name = ?1", .text(name))
            if old != name { try transaction.tell([.dav("displayname")], ofPrincipal: id) }
        }
    }

    /// - Parameter addresses: e-mail addresses, the preferred one first.
    /// - Throws: ``StoreError/noSuchAccount(_:)``.
    public func setAddresses(_ addresses: [String], of id: PrincipalID) async throws {
        let text = addresses.joined(separator: "\n")
        try await commits.write { transaction in
            let old = try transaction.sql.first(
                "SELECT addresses FROM account WHERE name = ?1", .text(id.name.string)
            ) { $0.text(0) }
            try transaction.updateAccount(id, "UPDATE account SET addresses = ?2 WHERE name = ?1", .text(text))
            if old != text {
                let property = XMLName(XMLName.calDAVNamespace, "calendar-user-address-set")
                try transaction.tell([property], ofPrincipal: id)
            }
        }
    }

    /// Limits what the home may hold; less than it holds already only stops it from growing.
    ///
    /// - Throws: ``StoreError/noSuchAccount(_:)``.
    public func setQuota(_ bytes: Int64?, of id: PrincipalID) async throws {
        try await commits.write { transaction in
            try transaction.updateAccount(id, "UPDATE account SET quota = ?2 WHERE name = ?1", .optional(bytes))
            for home in try transaction.ensureHomes(of: id, quota: bytes) {
                try transaction.sql.run("UPDATE collection SET quota = ?2 WHERE id = ?1", .int(home), .optional(bytes))
            }
        }
    }

    /// Removes the account, with all that was granted to it, what was shared with it, and all shares of what it owns. Its home
    /// stays unless `withFiles`, and is there again if an account of that name is added.
    ///
    /// - Throws: ``StoreError/noSuchAccount(_:)``.
    public func removeAccount(_ id: PrincipalID, withFiles: Bool) async throws {
        try await commits.write { transaction in
            let uuid = try transaction.uuid(ofPrincipal: id.name)
            guard try transaction.isAccount(id) else { throw StoreError.noSuchAccount(id.name.string) }
            try transaction.forgetSharee(id)
            try transaction.endShares(of: id)
            try transaction.removeNotices(of: id)
            try transaction.updateAccount(id, "DELETE FROM account WHERE name = ?1 AND ?2 = 1", .int(1))
            try transaction.forgetPrincipal(id.name)
            try transaction.removeRegistrations(of: id)
            try transaction.removeLinks(of: id)
            if let uuid { try transaction.removeRegistrations(onPrincipal: uuid) }
            if withFiles { try transaction.removeHomes(of: id) }
        }
    }

    private func update(_ id: PrincipalID, _ text: String, _ value: SQL.Value) async throws {
        try await commits.write { try $0.updateAccount(id, text, value) }
    }

    private static let selectAccount =
        "SELECT name, display, password, quota, created, addresses FROM account"

    // MARK: Homes

    /// The principal's home below each root, in the order of ``Options/homes``.
    public func homePaths(of id: PrincipalID) -> [DAVPath] {
        facts.roots.map { $0.template.root.appending(id.name) }
    }

    /// The principal's home below the first root.
    public func homePath(of id: PrincipalID) -> DAVPath { homePaths(of: id).first ?? .root }

    /// Makes sure the principal's homes exist. Cheap if they do: one read.
    ///
    /// - Returns: the path of the first.
    @discardableResult
    public func ensureHome(for id: PrincipalID) async throws -> DAVPath {
        let paths = homePaths(of: id)
        let exist = try connections.read { sql in
            let tree = Tree(sql: sql, facts: facts)
            return try paths.allSatisfy { try tree.locate($0)?.isMapped ?? false }
        }
        if !exist {
            try await commits.write { try $0.ensureHomes(of: id) }
        }
        return homePath(of: id)
    }
}

extension Account {
    init(_ row: SQL.Row) {
        self.init(
            id: PrincipalID(Name(stored: row.text(0))), displayName: row.text(1),
            addresses: row.text(5).split(separator: "\n").map(String.init), passwordHash: row.text(2),
            quotaBytes: row.optionalInt(3), created: Timestamp(microseconds: row.int(4)))
    }
}

extension Transaction {
    func ensureHomes(of id: PrincipalID) throws {
        let quota = try sql.first("SELECT quota FROM account WHERE name = ?1", .text(id.name.string)) {
            $0.optionalInt(0)
        }
        try ensureHomes(of: id, quota: quota ?? nil)
    }

    /// Makes those of the person's homes that are not there.
    @discardableResult
    fileprivate func ensureHomes(of id: PrincipalID, quota: Int64?) throws -> [Int64] {
        try facts.roots.map { try ensureHome(of: id, $0.template, quota: quota) }
    }

    private func ensureHome(of id: PrincipalID, _ template: HomeTemplate, quota: Int64?) throws -> Int64 {
        let path = template.root.appending(id.name)
        guard let place = try tree.locate(path) else { throw StoreError.badName(id.name.string) }
        if let collection = place.collection { return collection.id }
        let revision = nextRevision()
        let home = try newCollection(kind: template.kind.id, owner: id, revision, quota: quota)
        try bind(place, to: .collection(home), revision)
        // Clients that show folders by this property leave out those without it.
        try apply(.set(.displayName(id.name.string)), toCollection: home)
        for child in template.children {
            guard let place = try tree.locate(path.appending(child.name)) else { continue }
            let collection = try newCollection(kind: child.kind.id, owner: id, revision)
            try bind(place, to: .collection(collection), revision)
            for property in child.properties { try apply(.set(property), toCollection: collection) }
        }
        return home
    }

    fileprivate func removeHomes(of id: PrincipalID) throws {
        for root in facts.roots {
            guard let place = try tree.locate(root.template.root.appending(id.name)), place.isMapped else { continue }
            let revision = nextRevision()
            try endRegistrations(at: place, revision, nil)
            try unbind(place, revision)
        }
    }

    fileprivate func updateAccount(_ id: PrincipalID, _ text: String, _ value: SQL.Value) throws {
        guard try sql.run(text, .text(id.name.string), value) == 1 else {
            throw StoreError.noSuchAccount(id.name.string)
        }
    }
}

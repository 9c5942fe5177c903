public import DAV

/// People who are granted rights together. Changes are durable when a method returns and are seen by a serving process at
/// once, whichever process makes them.
extension SQLiteStore {
    /// - Throws: ``StoreError/groupExists(_:)``, also if an account has the name: both are principals.
    public func addGroup(_ id: PrincipalID, displayName: String) async throws {
        try await commits.write { transaction in
            guard try !transaction.isAccount(id) else { throw StoreError.groupExists(id.name.string) }
            let added = try transaction.sql.run(
                "INSERT OR IGNORE INTO principal_group (name, display, uuid, created) VALUES (?1, ?2, ?3, ?4)",
                .text(id.name.string), .text(displayName), .blob(ResourceID.random().bytes),
                .int(transaction.now.microseconds))
            guard added == 1 else { throw StoreError.groupExists(id.name.string) }
        }
    }

    /// Removes the group, with all that was granted to it or shared with it.
    ///
    /// - Throws: ``StoreError/noSuchGroup(_:)``.
    public func removeGroup(_ id: PrincipalID) async throws {
        try await commits.write { transaction in
            let uuid = try transaction.uuid(ofPrincipal: id.name)
            try transaction.forgetSharee(id)
            guard try transaction.sql.run("DELETE FROM principal_group WHERE name = ?1", .text(id.name.string)) == 1
            else { throw StoreError.noSuchGroup(id.name.string) }
            try transaction.forgetPrincipal(id.name)
            if let uuid { try transaction.removeRegistrations(onPrincipal: uuid) }
        }
    }

    /// Adds to a group. A group can be a member, too; a circle of groups gives each the members of all.
    ///
    /// - Throws: ``StoreError/noSuchGroup(_:)``, ``StoreError/noSuchPrincipal(_:)``.
    public func add(_ member: PrincipalID, to group: PrincipalID) async throws {
        try await commits.write { transaction in
            try transaction.demandGroup(group)
            try transaction.changeMembers(of: group) { try transaction.add(member, to: group) }
        }
    }

    /// - Throws: ``StoreError/noSuchGroup(_:)``.
    public func remove(_ member: PrincipalID, from group: PrincipalID) async throws {
        try await commits.write { transaction in
            try transaction.demandGroup(group)
            try transaction.changeMembers(of: group) {
                try transaction.sql.run(
                    "DELETE FROM membership WHERE grp = ?1 AND member = ?2", .text(group.description),
                    .text(member.description))
            }
        }
    }

    /// Replaces all members of a group.
    ///
    /// - Throws: ``StoreError/noSuchGroup(_:)``, ``StoreError/noSuchPrincipal(_:)``.
    public func setMembers(_ members: [PrincipalID], of group: PrincipalID) async throws {
        try await commits.write { transaction in
            try transaction.demandGroup(group)
            try transaction.changeMembers(of: group) {
                try transaction.sql.run("DELETE FROM membership WHERE grp = ?1", .text(group.description))
                for member in members { try transaction.add(member, to: group) }
            }
        }
    }

    public func isGroup(_ id: PrincipalID) throws -> Bool {
        try connections.read { sql in
            try sql.first("SELECT 1 FROM principal_group WHERE name = ?1", .text(id.name.string)) { $0.bool(0) }
                ?? false
        }
    }

    /// All groups, by name.
    public func groupNames() async throws -> [PrincipalID] {
        try await connections.scan { sql in
            try sql.rows("SELECT name FROM principal_group ORDER BY name") { PrincipalID(Name(stored: $0.text(0))) }
        }
    }

    /// Who is directly in a group.
    public func members(of group: PrincipalID) throws -> [PrincipalID] {
        try principals("SELECT member FROM membership WHERE grp = ?1 ORDER BY member", group)
    }

    /// The groups somebody is directly in.
    public func groups(of member: PrincipalID) throws -> [PrincipalID] {
        try principals("SELECT grp FROM membership WHERE member = ?1 ORDER BY grp", member)
    }

    /// The groups somebody is in, directly or through other groups; those of proxies included.
    func allGroups(of member: PrincipalID) throws -> [PrincipalID] {
        try principals(SQLiteStore.allGroups, member)
    }

    private func principals(_ query: String, _ id: PrincipalID) throws -> [PrincipalID] {
        try connections.read { sql in
            try sql.rows(query, .text(id.description)) { $0.text(0) }.compactMap(PrincipalID.init)
        }
    }

    /// UNION keeps each group once, which ends circles.
    static let allGroups = """
        WITH RECURSIVE up(name) AS (
            SELECT grp FROM membership WHERE member = ?1
            UNION SELECT m.grp FROM up CROSS JOIN membership m ON m.member = up.name)
        SELECT name FROM up LIMIT 1000
        """
}

extension Transaction {
    func isAccount(_ id: PrincipalID) throws -> Bool {
        try sql.first("SELECT 1 FROM account WHERE name = ?1", .text(id.name.string)) { $0.bool(0) } ?? false
    }

    func isGroup(_ id: PrincipalID) throws -> Bool {
        try sql.first("SELECT 1 FROM principal_group WHERE name = ?1", .text(id.name.string)) { $0.bool(0) } ?? false
    }

    /// A group that was made, or one of the two groups of proxies that each account has.
    fileprivate func demandGroup(_ id: PrincipalID) throws {
        guard try id.proxies == nil ? isGroup(id) : isAccount(id) else { throw StoreError.noSuchGroup(id.description) }
    }

    fileprivate func add(_ member: PrincipalID, to group: PrincipalID) throws {
        guard try member.proxies == nil && (isAccount(member) || isGroup(member)) else {
            throw StoreError.noSuchPrincipal(member.description)
        }
        try sql.run(
            "INSERT OR IGNORE INTO membership (grp, member) VALUES (?1, ?2)", .text(group.description),
            .text(member.description))
    }

    /// Forgets who was in what and who was granted what: another principal of that name must not find the rights of this one.
    func forgetPrincipal(_ name: Name) throws {
        let own = [PrincipalID(name)] + ProxyGroup.allCases.map { PrincipalID(name, $0) }
        let groups = try sql.rows("SELECT grp FROM membership WHERE member = ?1", .text(name.string)) { $0.text(0) }
        for group in Set(groups.compactMap { PrincipalID($0) } + own) {
            try changeMembers(of: group) {
                try sql.run(
                    "DELETE FROM membership WHERE grp = ?1 AND (member = ?2 OR ?3)", .text(group.description),
                    .text(name.string), .int(own.contains(group) ? 1 : 0))
            }
        }
        try forgetGrants(to: name)
    }
}

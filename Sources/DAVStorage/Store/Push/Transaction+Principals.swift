import DAV

/// Principals are no collections of the tree, but they can be registered for as well: for their properties.
extension Transaction {
    /// What the account or group of that name is known by.
    func uuid(ofPrincipal name: Name) throws -> ResourceID? {
        let text = """
            SELECT uuid FROM account WHERE name = ?1 AND uuid IS NOT NULL
            UNION ALL SELECT uuid FROM principal_group WHERE name = ?1
            """
        return try sql.first(text, .text(name.string)) { ResourceID($0.blob(0)) }
    }

    func tell(_ properties: Set<XMLName>, ofPrincipal id: PrincipalID) throws {
        guard state.isListenedTo, id.proxies == nil, let uuid = try uuid(ofPrincipal: id.name) else { return }
        try tell(properties, ofPrincipal: uuid)
    }

    /// Has `body` change who is in a group, with what that does to what is shared with it.
    func changeMembers(of group: PrincipalID, _ body: () throws -> Void) throws {
        try tellingMembers(of: group, body)
        if group.proxies == nil { try regroup(group) }
    }

    /// Makes loud what `body` changes: the group's members, and the groups of whoever came or went.
    private func tellingMembers(of group: PrincipalID, _ body: () throws -> Void) throws {
        guard state.isListenedTo else { return try body() }
        let before = try members(of: group)
        try body()
        let changed = try members(of: group).symmetricDifference(before)
        if changed.isEmpty { return }
        try tell([.dav("group-member-set")], ofPrincipal: group)
        var properties: Set<XMLName> = [.dav("group-membership")]
        if let proxies = group.proxies {
            let name = proxies == .read ? "calendar-proxy-read-for" : "calendar-proxy-write-for"
            properties.insert(XMLName(XMLName.calendarServerNamespace, name))
        }
        for member in changed { try tell(properties, ofPrincipal: member) }
    }

    private func members(of group: PrincipalID) throws -> Set<PrincipalID> {
        let names = try sql.rows("SELECT member FROM membership WHERE grp = ?1", .text(group.description)) {
            $0.text(0)
        }
        return Set(names.compactMap { PrincipalID($0) })
    }
}

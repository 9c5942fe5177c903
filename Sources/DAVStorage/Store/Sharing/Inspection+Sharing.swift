import DAV

/// What must hold of shares.
extension Inspection {
    static let shareRules: [Rule] = [
        Rule(
            name: "An instance does not show a live collection of its owner's", of: "collection",
            query: """
                SELECT f.id FROM collection f LEFT JOIN collection s ON s.id = f.source WHERE f.source IS NOT NULL
                AND (f.dead = 1 OR s.id IS NULL OR s.dead = 1 OR s.source IS NOT NULL OR s.owner IS NOT f.owner OR s.kind <> f.kind)
                """),
        Rule(
            name: "An instance stands in no home of its sharee", of: "collection",
            query: """
                SELECT f.id FROM collection f LEFT JOIN collection h ON h.id = f.parent WHERE f.source IS NOT NULL
                AND (h.id IS NULL OR h.owner IS NOT f.sharee OR h.parent NOT IN (SELECT collection FROM root))
                """),
        Rule(
            name: "Something is kept in an instance instead of its source", of: "entry",
            query:
                "SELECT e.id FROM entry e JOIN collection f ON f.id = e.parent WHERE f.source IS NOT NULL AND f.dead = 0"
        ),
        Rule(
            name: "Something is somebody's own, and they have no such instance or member", of: "member",
            query: """
                SELECT p.member FROM personal p WHERE NOT EXISTS
                (SELECT 1 FROM collection f WHERE f.id = p.facade AND f.source IS NOT NULL AND f.dead = 0)
                OR NOT EXISTS (SELECT 1 FROM entry e WHERE e.id = p.binding AND e.resource = p.member AND e.is_collection = 0)
                """),
        Rule(
            name: "Nobody accepted an instance as it stands", of: "collection",
            query: """
                SELECT f.id FROM collection f WHERE f.source IS NOT NULL AND NOT EXISTS (SELECT 1 FROM seat s
                WHERE s.instance = f.uuid AND s.collection = f.source AND s.person = f.sharee AND s.access = f.access)
                """),
        Rule(
            name: "Somebody accepted, and has no instance", of: "collection",
            query: """
                SELECT s.collection FROM seat s WHERE (s.answer = 1) <> (s.instance IS NOT NULL) OR (s.instance IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM collection f WHERE f.uuid = s.instance AND f.source IS NOT NULL AND f.dead = 0))
                """),
        Rule(
            name: "A collection is wrong about being shared", of: "collection",
            query: """
                SELECT c.id FROM collection c WHERE (c.dead = 0 AND c.source IS NULL AND c.owner IS NOT NULL AND c.shared = 1)
                <> EXISTS (SELECT 1 FROM invite i WHERE i.collection = c.id)
                """),
        Rule(
            name: "Somebody is invited to nothing", of: "collection",
            query: """
                SELECT collection FROM (SELECT collection FROM invite UNION SELECT collection FROM seat) AS i
                WHERE NOT EXISTS (SELECT 1 FROM collection c WHERE c.id = i.collection AND c.dead = 0 AND c.shared = 1)
                """),
        Rule(
            name: "It is not known by whose invitation somebody comes", of: "number",
            query: """
                SELECT i.number FROM seat_invite i LEFT JOIN seat s ON s.id = i.seat WHERE NOT EXISTS
                (SELECT 1 FROM invite v WHERE v.collection = s.collection AND v.number = i.number)
                """),
    ]

    /// Whether everybody who is invited, by name or through a group, has what the invitations give, and nobody else has.
    func unsettledShares(_ rules: ShareRules) throws -> [String] {
        let owners = try sql.rows("SELECT id, owner FROM collection WHERE shared = 1 AND owner IS NOT NULL") {
            ($0.int(0), PrincipalID(Name(stored: $0.text(1))))
        }
        let groups = GroupTable(sql: sql)
        return try owners.filter { id, owner in
            let list = try ShareTable(sql: sql).shares(of: id, owner: owner).list
            // Of groups kept elsewhere nothing can be said.
            guard try groups.knowsGroups(of: list) else { return false }
            return try list.regroup(rules, groups.roster(for: list)).list != list
        }.prefix(20).map { id, _ in "Who has a share is not who is invited to it (collection \(id))." }
    }
}

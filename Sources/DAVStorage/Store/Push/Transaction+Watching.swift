import DAV

/// Whose levels count for a registration besides its own resource's: whoever changes a collection does not know of its
/// instances, so those who registered on an instance, or on a home with some, listen at the source.
extension Transaction {
    /// Has a new registration listen where it has to.
    func watchSources(for registration: Int64, on collection: Int64) throws {
        try sql.run(Transaction.watchAll, .int(registration), .int(collection), .int(state.clock))
    }

    private static let watchAll = """
        INSERT OR IGNORE INTO push_watch (registration, resource, beyond, since)
        SELECT ?1, s.uuid, 0, ?3 FROM collection c CROSS JOIN collection s ON s.id = c.source WHERE c.id = ?2
        UNION ALL
        SELECT ?1, s.uuid, 1, ?3 FROM collection c CROSS JOIN collection s ON s.id = c.source
        WHERE c.parent = ?2 AND c.source IS NOT NULL
        """

    /// Has those who registered on a home listen to an instance that appeared there.
    func watch(_ source: CollectionRow, inHome home: Int64, _ revision: Int64) throws {
        guard state.isListenedTo else { return }
        try sql.run(
            """
            INSERT OR IGNORE INTO push_watch (registration, resource, beyond, since)
            SELECT number, ?1, 1, ?3 FROM push_registration WHERE collection = ?2 AND name IS NULL
            """, .blob(source.uuid.bytes), .int(home), .int(revision))
        try sql.run(
            """
            INSERT OR IGNORE INTO push_filter (resource, property, registration)
            SELECT ?1, f.property, r.number FROM push_registration r CROSS JOIN push_filter f ON f.registration = r.number
            WHERE r.collection = ?2 AND r.name IS NULL AND r.resource = f.resource
            """, .blob(source.uuid.bytes), .int(home))
    }

    /// The instance is gone: nobody listens to its source for the home any more. What the source was loud about until now, the
    /// home is: whoever was behind on it stays so, though nobody may be told that the instance is gone.
    func unwatch(_ facade: Int64, inHome home: Int64) throws {
        guard state.isListenedTo else { return }
        let source = try sql.first(
            "SELECT s.uuid FROM collection c JOIN collection s ON s.id = c.source WHERE c.id = ?1", .int(facade)
        ) { $0.blob(0) }
        guard let source else { return }
        try sql.run(Transaction.keepLevels, .blob(source), .int(home))
        for table in ["push_watch", "push_filter"] {
            try sql.run(
                """
                DELETE FROM \(table) WHERE resource = ?1
                AND registration IN (SELECT number FROM push_registration WHERE collection = ?2 AND name IS NULL)
                """, .blob(source), .int(home))
        }
        try forgetLevels(of: source)
    }

    private static let keepLevels = """
        INSERT INTO push_level (resource, reach, trigger, revision)
        SELECT h.uuid, min(l.reach + 1, 2), l.trigger, max(l.revision)
        FROM push_level l CROSS JOIN collection h ON h.id = ?2
        WHERE l.resource = ?1 AND l.revision > (
            SELECT min(w.since) FROM push_watch w CROSS JOIN push_registration r ON r.number = w.registration
            WHERE w.resource = ?1 AND r.collection = ?2 AND r.name IS NULL)
        GROUP BY 1, 2, 3
        ON CONFLICT (resource, reach, trigger) DO UPDATE SET revision = max(revision, excluded.revision)
        """

    /// Forgets where a registration listens.
    func unwatchAll(for registration: Int64) throws {
        let sources = try sql.rows(
            "DELETE FROM push_watch WHERE registration = ?1 RETURNING resource", .int(registration)
        ) { $0.blob(0) }
        for source in sources { try forgetLevels(of: source) }
    }

    /// Forgets registrations made through instances that do not lead any more to what they are on, which moved.
    ///
    /// - Parameter place: where it is now.
    func removeStrayRegistrations(on moved: Place, in place: Place) throws {
        guard state.isListenedTo, state.isShared else { return }
        let holders = "[" + place.parents.map { String($0.id) }.joined(separator: ",") + "]"
        let numbers: [Int64]
        if let collection = moved.collection {
            numbers = try sql.rows(Transaction.strayBelow, .int(collection.id), .text(holders)) { $0.int(0) }
        } else if let member = moved.entry?.member {
            numbers = try sql.rows(Transaction.strayMember, .blob(member.uuid.bytes), .text(holders)) { $0.int(0) }
        } else {
            return
        }
        for number in numbers { try remove(number) }
    }

    private static let isStray = """
        r.via IS NOT NULL AND r.gone IS NULL
        AND (SELECT f.source FROM collection f WHERE f.id = r.via) NOT IN (SELECT value FROM json_each(?2))
        """
    private static let strayMember = "SELECT r.number FROM push_registration r WHERE r.resource = ?1 AND \(isStray)"
    private static let strayBelow = """
        WITH RECURSIVE below(id) AS (
            SELECT ?1 UNION ALL
            SELECT c.id FROM below CROSS JOIN collection c ON c.parent = below.id WHERE c.dead = 0)
        SELECT r.number FROM below CROSS JOIN push_registration r ON r.collection = below.id
        WHERE \(isStray) AND (SELECT f.source FROM collection f WHERE f.id = r.via) NOT IN (SELECT id FROM below)
        """
}

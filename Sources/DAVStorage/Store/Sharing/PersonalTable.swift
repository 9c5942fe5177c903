import DAV

/// What sharees have of their own, by facade and member.
struct PersonalTable {
    let sql: SQL

    struct Row: Sendable {
        var version: Int64
        var modified: Timestamp
        /// Where it was asked for.
        var part: [UInt8]?
    }

    /// - Parameter wantsParts: whether the parts themselves are read.
    func rows(of facade: Int64, members: [Int64], wantsParts: Bool) throws -> [Int64: Row] {
        var rows: [Int64: Row] = [:]
        let list = "[" + members.map(String.init).joined(separator: ",") + "]"
        try sql.each(PersonalTable.some, .int(facade), .text(list), .int(wantsParts ? 1 : 0)) { row in
            rows[row.int(0)] = Row(
                version: row.int(1), modified: Timestamp(microseconds: row.int(2)),
                part: row.isNull(3) ? nil : row.blob(3))
            return true
        }
        return rows
    }

    func row(of facade: Int64, member: Int64) throws -> Row? {
        try rows(of: facade, members: [member], wantsParts: true)[member]
    }

    private static let some = """
        SELECT member, version, modified, CASE WHEN ?3 = 1 THEN part END FROM personal
        WHERE facade = ?1 AND member IN (SELECT value FROM json_each(?2))
        """

    /// - Parameter binding: the row by which the member is found.
    func keep(_ row: Row, of facade: Int64, member: Int64, binding: Int64, _ revision: Int64) throws {
        try sql.run(
            """
            INSERT INTO personal (facade, member, binding, version, rev, modified, part)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (facade, member) DO UPDATE
            SET binding = ?3, version = ?4, rev = ?5, modified = ?6, part = ?7
            """, .int(facade), .int(member), .int(binding), .int(row.version), .int(revision),
            .int(row.modified.microseconds), row.part.map(SQL.Value.blob) ?? .null)
    }

    /// A member goes by another row from now on.
    func follow(_ member: Int64, to binding: Int64) throws {
        try sql.run("UPDATE personal SET binding = ?2 WHERE member = ?1", .int(member), .int(binding))
    }

    func remove(member: Int64) throws { try sql.run("DELETE FROM personal WHERE member = ?1", .int(member)) }

    func remove(membersOf collection: Int64) throws {
        try sql.run(
            """
            DELETE FROM personal WHERE member IN
            (SELECT resource FROM entry WHERE parent = ?1 AND removed = 0 AND is_collection = 0)
            """, .int(collection))
    }

    func remove(facade: Int64) throws { try sql.run("DELETE FROM personal WHERE facade = ?1", .int(facade)) }

    /// Members whose own part is news later than anything else about them.
    static let changes = """
        SELECT \(EntryRow.columns), p.rev
        FROM personal p CROSS JOIN entry e ON e.id = p.binding AND e.parent = ?1 AND e.resource = p.member AND p.rev > e.rev
        LEFT JOIN collection c ON e.is_collection = 1 AND c.id = e.resource \(CollectionRow.join)
        WHERE p.facade = ?2 AND p.rev >= ?3 ORDER BY p.rev, e.id
        """
}

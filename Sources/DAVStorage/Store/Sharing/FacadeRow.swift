import DAV

/// What makes a row of `collection` an instance. A class, since each row carries it along and next to none is one.
final class FacadeRow: Sendable {
    /// The owner's collection.
    let source: Int64
    let sharee: PrincipalID
    let grant: ShareGrant
    /// Where the source is: the root, and names below it. `nil`: it lies below no root.
    private let place: (root: Int64, names: [Name])?

    static let columns = "c.source, c.sharee, c.access, \(path)"

    /// The number of the root, then the names, each after a NUL, which no name holds.
    private static let path = """
        CASE WHEN c.source IS NOT NULL THEN (
            WITH RECURSIVE up(id, path) AS (
                SELECT c.source, '' UNION ALL
                SELECT a.parent, char(0) || b.name || up.path
                FROM up CROSS JOIN collection a ON a.id = up.id CROSS JOIN entry b ON b.id = a.binding WHERE a.dead = 0)
            SELECT up.id || up.path FROM up WHERE up.id IN (SELECT collection FROM root)) END
        """

    init(_ row: SQL.Row, from column: Int32) {
        source = row.int(column)
        sharee = PrincipalID(Name(stored: row.text(column + 1)))
        grant = StoredGrant.decode(row.int(column + 2))
        let words = row.text(column + 3).utf8.split(separator: 0, omittingEmptySubsequences: false).map {
            String($0) ?? ""
        }
        place = words.first.flatMap { Int64($0) }.map { (root: $0, names: words.dropFirst().map(Name.init(stored:))) }
    }

    /// - Returns: `nil` if the source lies below no root that is served.
    func path(_ facts: StoreFacts) -> DAVPath? {
        guard let place else { return nil }
        return facts.roots.first { $0.row.id == place.root }?.template.root.appending(place.names)
    }
}

/// An instance as paths lead through it.
final class FacadeView: Sendable {
    let facade: CollectionRow
    let share: ShareInstance
    let paths: InstanceView
    /// The tag of a member depends on what is shown of it, and on what is the sharee's own in it.
    let isPersonal: Bool

    var top: DAVPath { share.path }

    /// - Returns: `nil` for a row that is no instance.
    init?(_ row: CollectionRow, at path: DAVPath, _ facts: StoreFacts) {
        guard let instance = row.instance else { return nil }
        // One whose source is nowhere to be found shows nothing; `check` tells of it.
        let source = instance.path(facts) ?? path
        facade = row
        share = ShareInstance(at: path, of: instance.sharee, instance.grant, source: source)
        paths = InstanceView(top: path, source: source)
        isPersonal = facts.kind(row.kind).content?.personal != nil
    }
}

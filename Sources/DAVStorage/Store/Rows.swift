import DAV

/// A row of `collection`.
struct CollectionRow: Sendable {
    var id: Int64
    var kind: String
    var owner: PrincipalID?
    var uuid: ResourceID
    var incarnation: Int64
    var cur: Int64
    var floor: Int64
    var bytes: Int64
    var quota: Int64?
    var created: Timestamp
    var modified: Timestamp
    /// Its own, then those inherited: the whole answer to who may do what stands with the row.
    var grants: [AccessControlEntry]
    /// Whether the owner has invited somebody.
    var isShared: Bool
    /// The tombstones at the binding the collection was reached by.
    var ghost: Int64?
    /// Not `nil`: an instance. Then ``bytes`` are the source's, ``cur`` and ``floor`` are the greater of both.
    var instance: FacadeRow?
    /// Some collections directly in it are instances.
    var holdsInstances: Bool
    /// ``cur`` counts what happened in those, where it has to (``Tree/settled(_:)``).
    var isSettled = false

    /// Where members are kept, and found.
    var content: Int64 { instance?.source ?? id }
    /// What it adds to the size of what holds it.
    var ownBytes: Int64 { instance == nil ? bytes : 0 }

    /// Of `c`, with its source as `s` (``join``).
    static let columns = """
        c.id, c.kind, c.owner, c.uuid, c.incarnation, max(c.cur, coalesce(s.cur, 0)), max(c.floor, coalesce(s.floor, 0)),
        coalesce(s.bytes, c.bytes), c.quota, c.created, c.modified, c.acl, c.shared,
        EXISTS (SELECT 1 FROM collection i WHERE i.parent = c.id AND i.source IS NOT NULL), \(FacadeRow.columns)
        """
    static let columnCount: Int32 = 18
    /// A lookup only where `c` is an instance.
    static let join = "LEFT JOIN collection s ON s.id = c.source"

    init(_ row: SQL.Row, from column: Int32 = 0, ghost: Int64? = nil) {
        id = row.int(column)
        kind = row.text(column + 1)
        owner = row.optionalText(column + 2).map { PrincipalID(Name(stored: $0)) }
        uuid = ResourceID(row.blob(column + 3))
        incarnation = row.int(column + 4)
        cur = row.int(column + 5)
        floor = row.int(column + 6)
        bytes = row.int(column + 7)
        quota = row.optionalInt(column + 8)
        created = Timestamp(microseconds: row.int(column + 9))
        modified = Timestamp(microseconds: row.int(column + 10))
        grants = row.optionalText(column + 11).map(StoredGrants.decode) ?? []
        isShared = row.bool(column + 12)
        holdsInstances = row.bool(column + 13)
        instance = row.isNull(column + 14) ? nil : FacadeRow(row, from: column + 14)
        self.ghost = ghost
    }
}

/// A row of `entry`, with the collection it leads to.
struct EntryRow: Sendable {
    var id: Int64
    var name: Name
    var rev: Int64
    var mapped: Int64
    var isRemoved: Bool
    /// For a tombstone: whether a collection was mapped there.
    var isCollection: Bool
    var ghost: Int64?
    var member: MemberContent?
    var collection: CollectionRow?

    static let columns = """
        e.id, e.name, e.rev, e.mapped, e.removed, e.is_collection, e.ghost, \(MemberContent.columns), \(CollectionRow.columns)
        """
    static let columnCount = 17 + CollectionRow.columnCount
    static let select = """
        SELECT \(columns)
        FROM entry e LEFT JOIN collection c ON e.is_collection = 1 AND c.id = e.resource \(CollectionRow.join)
        """

    init(_ row: SQL.Row) {
        id = row.int(0)
        name = Name(stored: row.text(1))
        rev = row.int(2)
        mapped = row.int(3)
        isRemoved = row.bool(4)
        isCollection = row.bool(5)
        ghost = row.optionalInt(6)
        if isRemoved { return }
        if isCollection {
            collection = CollectionRow(row, from: 17, ghost: ghost)
        } else {
            member = MemberContent(row, from: 7)
        }
    }

    /// What dead properties are kept under.
    var resource: Int64? { collection?.id ?? member?.resource }
}

/// What an entry tells of a member that is not a collection.
struct MemberContent: Sendable {
    var resource: Int64
    /// The life of the store in which ``version`` was drawn.
    var epoch: UInt64
    var version: Int64
    var body: Int64?
    var size: Int64
    var type: String?
    var language: String?
    var created: Timestamp
    var modified: Timestamp
    var uuid: ResourceID

    static let columns =
        "e.resource, e.epoch, e.version, e.body, e.size, e.type, e.language, e.created, e.modified, e.uuid"

    var etag: ETag { ETag(opaque: String(epoch, radix: 16) + "-" + String(version, radix: 16)) }
}

extension MemberContent {
    init(_ row: SQL.Row, from column: Int32) {
        resource = row.int(column)
        epoch = UInt64(bitPattern: row.int(column + 1))
        version = row.int(column + 2)
        body = row.optionalInt(column + 3)
        size = row.int(column + 4)
        type = row.optionalText(column + 5)
        language = row.optionalText(column + 6)
        created = Timestamp(microseconds: row.int(column + 7))
        modified = Timestamp(microseconds: row.int(column + 8))
        uuid = ResourceID(row.blob(column + 9))
    }
}

extension Name {
    /// A name that was checked when it was stored; a damaged database yields one that no request can ask for.
    init(stored string: String) { self = Name(string) ?? .root }
}

extension ResourceID {
    init(_ bytes: [UInt8]) {
        func word(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        guard bytes.count == 16 else {
            self.init(high: 0, low: 0)
            return
        }
        // A copied tree's identifiers come from `randomblob`; the version and variant bits of RFC 9562 §5.4 are set here.
        self.init(
            high: word(0..<8) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: word(8..<16) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    var bytes: [UInt8] {
        [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) } }
    }
}

/// A collection: a set of named bindings to resources (RFC 4918 §5.2), as one caller sees it.
///
/// To be readable, implement ``info`` and ``entries(_:fields:)``; ``open(_:fields:)`` gives members a body. Everything else is a
/// *capability*: an optional property, `nil` unless the back-end offers it. What the server says about itself (`Allow`,
/// `DAV:`, `supported-report-set`, privileges) is computed from the capabilities that are present, so withholding one
/// withdraws it everywhere: a read-only view is the same collection with ``writing`` `nil`.
///
/// Instances are made per request by ``Backend``, are bound to one caller, and must be cheap.
public protocol DAVCollection: Sendable {
    /// What the collection is. No I/O.
    var info: CollectionInfo { get }

    /// The collection's own description, or its members', as values.
    ///
    /// Fetch at most what `fields` asks for. Omit members the caller must not know. Names that are not mapped are left out.
    /// `.all` is ordered by name, so that a listing can go on after the last name of a page.
    /// Cost: one query, however many members.
    func entries(_ members: Members, fields: Fields) async throws -> [Entry]

    /// A member's entry and its body, both from the same state.
    ///
    /// - Returns: `nil` if the member is not mapped or is a collection.
    func open(_ name: Name, fields: Fields) async throws -> OpenedMember?

    /// Changing members. `nil`: the collection is read-only (403, and no write privilege).
    var writing: (any Writing)? { get }
    /// Copying from here to a collection that can be written, which this one need not be. The default is ``writing``.
    var copying: (any Copying)? { get }
    /// RFC 6578. `nil`: `sync-collection` is not offered.
    var syncing: (any Syncing)? { get }
    /// RFC 4918 class 2. `nil`: no locks.
    var locking: (any Locking)? { get }
    /// Saying who else may do what (RFC 3744 §8.1). `nil`: rights cannot be changed here.
    var accessControl: (any AccessControlling)? { get }
    /// Being shared by its owner with others. `nil`: it cannot be, as is so of every instance.
    var sharing: (any Sharing)? { get }
    /// Keeping something of the sharee's own beside each member of an instance. `nil`: whatever is written is everybody's.
    var personalizing: (any Personalizing)? { get }
    /// An index of the members' content. `nil`: queries open every member.
    var querying: (any Querying)? { get }
}

extension DAVCollection {
    public func open(_ name: Name, fields: Fields) async throws -> OpenedMember? { nil }
    public var writing: (any Writing)? { nil }
    public var copying: (any Copying)? { writing }
    public var syncing: (any Syncing)? { nil }
    public var locking: (any Locking)? { nil }
    public var accessControl: (any AccessControlling)? { nil }
    public var querying: (any Querying)? { nil }
    public var sharing: (any Sharing)? { nil }
    public var personalizing: (any Personalizing)? { nil }

    /// The capabilities that are present.
    public var capabilities: Capabilities {
        var set: Capabilities = []
        if writing != nil { set.insert(.writing) }
        if syncing != nil { set.insert(.syncing) }
        if locking != nil { set.insert(.locking) }
        if accessControl != nil { set.insert(.accessControl) }
        if copying != nil { set.insert(.copying) }
        if sharing != nil { set.insert(.sharing) }
        return set
    }
}

/// Which of a collection's optional capabilities are present.
public struct Capabilities: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let writing = Capabilities(rawValue: 1)
    public static let syncing = Capabilities(rawValue: 2)
    public static let locking = Capabilities(rawValue: 4)
    public static let accessControl = Capabilities(rawValue: 8)
    public static let copying = Capabilities(rawValue: 16)
    public static let sharing = Capabilities(rawValue: 32)
}

/// What a collection is, apart from its members.
public struct CollectionInfo: Sendable {
    /// Where the caller reached it.
    public var path: DAVPath
    public var kind: CollectionKind
    /// Whose it is; `nil` for what belongs to the server itself. Of a share the sharer, whoever's home it stands in.
    public var owner: PrincipalID?
    public var capabilities: Capabilities
    /// What was granted beyond the server's own rule: on the collection itself, and on those above it.
    public var grants: [AccessControlEntry]
    /// How it takes part in a share; of a collection inside an instance the instance's.
    public var share = ShareRole.none

    public init(
        path: DAVPath, kind: CollectionKind, owner: PrincipalID?, capabilities: Capabilities,
        grants: [AccessControlEntry] = []
    ) {
        self.path = path
        self.kind = kind
        self.owner = owner
        self.capabilities = capabilities
        self.grants = grants
    }
}

/// Which entries of a collection are meant.
public enum Members: Sendable, Hashable {
    /// The collection's own description, one entry (its `name` is the last of its path, or ``Name/root``).
    case itself
    case named([Name])
    /// Up to `limit` members in the order of their names, after `after`. Fewer than that: there are no more.
    case all(after: Name?, limit: Int)
}

extension Name {
    /// Stands for the name of the root collection, which has none.
    public static let root = Name(unchecked: "")
}

/// What a request needs to know of each entry: the store fetches these columns and no others.
///
/// Name, being a collection or not, ETag, type, length and times are always delivered.
public struct Fields: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let deadProperties = Fields(rawValue: 1)
    /// Locks that cover the entry, its own and inherited ones.
    public static let locks = Fields(rawValue: 2)
    /// ``Entry/quota``, for collections.
    public static let quota = Fields(rawValue: 4)
    /// ``Entry/syncToken``, for collections that sync.
    public static let syncToken = Fields(rawValue: 8)
    public static let resourceID = Fields(rawValue: 16)
    /// ``Entry/content``, of members.
    public static let content = Fields(rawValue: 32)
    /// Who is in which group, of a principal.
    public static let memberships = Fields(rawValue: 64)
    /// ``Entry/shares``, of collections.
    public static let shares = Fields(rawValue: 128)
    /// ``Entry/contentLength`` is to be told also where it depends on who asks. Back-ends have nothing to do about it.
    public static let contentLength = Fields(rawValue: 256)
}

/// One member of a collection, or a collection's own description: a plain value.
public struct Entry: Sendable {
    public var name: Name
    /// Not `nil` if the entry is a collection.
    public var collection: CollectionInfo?
    /// Strong, unique for its URL over all time (RFC 9110 §8.8.1, RFC 4918 §8.6). Collections have none.
    public var etag: ETag?
    public var contentType: String?
    public var contentLanguage: String?
    public var contentLength: Int64?
    public var created: Timestamp
    public var modified: Timestamp
    public var resourceID: ResourceID?
    /// Filled if ``Fields/deadProperties`` was asked for.
    public var deadProperties: [DeadProperty] = []
    public var locks: [Lock] = []
    public var quota: Quota?
    public var syncToken: SyncToken?
    /// A member's body, if ``Fields/content`` was asked for and it is short enough to come along; otherwise it is to be
    /// opened.
    public var content: [UInt8]?
    /// Of a member of an instance the own part (``Personalizing``): with ``content``, and of whatever is opened.
    public var own: [UInt8]?
    /// The collection that holds the member, where that is not the one that was asked: deep in a sync report.
    public var holder: CollectionInfo?

    /// Who the entry stands for, if it is a principal.
    public var principal: Principal? {
        get { boxedPrincipal?.value }
        set { boxedPrincipal = newValue.map(Boxed.init) }
    }
    /// Who is invited, as far as this URL tells; `nil`: nobody.
    public var shares: ShareView? {
        get { boxedShares?.value }
        set { boxedShares = newValue.map(Boxed.init) }
    }
    /// Pages hold thousands of entries, and next to none is a principal, or shared.
    private var boxedPrincipal: Boxed<Principal>?
    private var boxedShares: Boxed<ShareView>?

    public var isCollection: Bool { collection != nil }

    public init(
        name: Name, collection: CollectionInfo? = nil, etag: ETag? = nil, contentType: String? = nil,
        contentLanguage: String? = nil, contentLength: Int64? = nil, created: Timestamp, modified: Timestamp,
        resourceID: ResourceID? = nil
    ) {
        self.name = name
        self.collection = collection
        self.etag = etag
        self.contentType = contentType
        self.contentLanguage = contentLanguage
        self.contentLength = contentLength
        self.created = created
        self.modified = modified
        self.resourceID = resourceID
    }
}

private final class Boxed<Value: Sendable>: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// RFC 4331: bytes used below a collection, and how many more may be stored.
public struct Quota: Sendable, Hashable {
    public var usedBytes: Int64
    /// `nil`: not known, the property is absent.
    public var availableBytes: Int64?
    public init(usedBytes: Int64, availableBytes: Int64?) {
        self.usedBytes = usedBytes
        self.availableBytes = availableBytes
    }
}

/// RFC 5842 §3.1 `DAV:resource-id`: the same for every binding of a resource, kept by MOVE, new for COPY, never used again.
public struct ResourceID: Sendable, Hashable {
    public var high: UInt64
    public var low: UInt64
    public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// A new random (version 4) identifier.
    public static func random() -> ResourceID {
        var generator = SystemRandomNumberGenerator()
        return ResourceID(
            high: generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    /// The bare UUID; `urn:uuid:` goes before it.
    public var uuidString: String {
        let digits = Array(hex(high) + hex(low))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    private func hex(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

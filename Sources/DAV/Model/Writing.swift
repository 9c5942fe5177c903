/// The capability to change a collection's members.
///
/// Every method judges `condition` and writes *in one transaction* (``Condition/check(_:at:in:)`` and the lock rules beside it):
/// two clients holding the same ETag, or the same sync token, must not both succeed. What changed is visible to
/// ``Syncing/changes(since:level:limit:fields:)`` and durable on disk as soon as the method returns.
///
/// Thrown ``DAVError``s become their status; any other error becomes a 500 and is logged once.
public protocol Writing: Copying {
    /// Creates or replaces the member `name` (RFC 4918 §9.7). Dead properties and locks of an existing member stay.
    ///
    /// Refuse what can be refused *before* taking the first chunk of `upload.body`: reading it is what tells a waiting
    /// client to go on (`100 Continue`). Judge again when the body is complete. Replacement is atomic: readers see the
    /// old body or the new one. A body equal to the stored one may change nothing at all.
    ///
    /// - Throws: ``DAVError/preconditionFailed`` (412), ``DAVError/lockTokenSubmitted(_:)`` (423),
    ///   ``DAVError/methodNotAllowed`` (405) if the member is a collection, ``DAVError/quotaNotExceeded`` (507).
    func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult

    /// Adds a member under a name of the back-end's choosing (RFC 5995). `suggestion` is the client's `Slug`.
    func add(_ upload: Upload, suggestion: String?, if condition: Condition) async throws -> (Name, WriteResult)

    /// Creates the collection `name` of the kind given, with its properties, or nothing (RFC 4918 §9.3, RFC 5689).
    ///
    /// - Throws: ``DAVError/methodNotAllowed`` (405) if the name is mapped.
    func makeCollection(_ name: Name, kind: CollectionKind, properties: [PropertyChange], if condition: Condition)
        async throws

    /// Removes the member and everything below it, or nothing (RFC 4918 §9.6).
    func delete(_ name: Name, if condition: Condition) async throws

    /// Moves the member to `destination`, as one step (RFC 4918 §9.9). It keeps resource-id, creation date and properties;
    /// locks do not travel.
    func move(_ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition) async throws
        -> WriteResult

    /// Applies every change in order, or none (RFC 4918 §9.2). What is so already is no change: the sync token stays.
    ///
    /// - Throws: ``DAVError/tooManyProperties`` (507) beyond ``DeadProperty/mostBytesPerResource``.
    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws
}

/// The capability to be copied from. The source is only read: `bind`, or `write-content`, is needed at the destination.
public protocol Copying: Sendable {
    /// Copies the member to `destination`, which lies in the same back-end (RFC 4918 §9.8). What was mapped there is
    /// removed first. With ``Depth/zero`` a collection is copied without its members.
    ///
    /// - Throws: ``DAVError/conflict`` (409) if the destination's collection does not exist,
    ///   ``DAVError/preconditionFailed`` (412) if it is mapped and `overwrite` is false.
    /// - Returns: whether the destination was created (201) or replaced (204).
    func copy(_ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition)
        async throws -> WriteResult
}

extension Writing {
    /// Stores under a random name until one is free.
    public func add(_ upload: Upload, suggestion: String?, if condition: Condition) async throws -> (Name, WriteResult)
    {
        let name = Name(unchecked: ResourceID.random().uuidString)
        return (name, try await put(name, upload, if: condition))
    }
}

/// What a write did.
public struct WriteResult: Sendable, Hashable {
    /// 201 rather than 204.
    public var created: Bool
    /// The new ETag, or `nil` if the stored octets differ from those sent (RFC 4791 §5.3.4).
    public var etag: ETag?
    public var modified: Timestamp?
    /// Of a scheduling object (RFC 6638 §3.2.10), the text between the quotes; `nil`: it is none. Whoever schedules fills it in.
    public var scheduleTag: String?

    public init(created: Bool, etag: ETag? = nil, modified: Timestamp? = nil) {
        self.created = created
        self.etag = etag
        self.modified = modified
    }
}

/// One instruction of a PROPPATCH, already checked against the property table.
public enum PropertyChange: Sendable, Hashable {
    case set(DeadProperty)
    case remove(XMLName)
    /// `DAV:getcontenttype`.
    case setContentType(String)
    /// `DAV:getcontentlanguage`; `nil` removes it.
    case setContentLanguage(String?)
}

/// A property whose value the server keeps as it came (RFC 4918 §4.4).
public struct DeadProperty: Sendable, Hashable {
    /// What all properties of one resource may come to, so that a page of a listing has a bound (W-22).
    public static let mostBytesPerResource = 1 << 20

    public var name: XMLName
    /// The property element itself, serialised so that it stands alone: namespaces, prefixes, attributes, `xml:lang`,
    /// mixed content and white space as the client sent them (RFC 4918 §4.3).
    public var xml: [UInt8]

    public init(name: XMLName, xml: [UInt8]) {
        self.name = name
        self.xml = xml
    }
}

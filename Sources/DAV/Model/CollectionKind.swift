/// What sort of collection something is: its resource types, its own properties and reports. New content on *any*
/// back-end is a new kind.
///
/// Kinds are made once at start and compared by ``id``, which stores keep.
public final class CollectionKind: Sendable {
    /// Kept in stores: never change it once released.
    public let id: String
    /// The children of `DAV:resourcetype`; `DAV:collection` among them.
    public let resourceTypes: [XMLName]
    /// What stands in the `DAV:` header besides the base classes, at collections of this kind and at their members.
    public let complianceClasses: [String]
    /// Live properties beyond those every resource has.
    public let properties: [LiveProperty]
    /// Reports beyond those every collection has.
    public let reports: [Report]
    /// Whether `sync-collection` is offered here, and descends into collections of this kind (RFC 6578 §3.3).
    public let isSyncable: Bool

    public init(
        id: String, resourceTypes: [XMLName], complianceClasses: [String] = [], properties: [LiveProperty] = [],
        reports: [Report] = [], isSyncable: Bool = true
    ) {
        self.id = id
        self.resourceTypes = resourceTypes
        self.complianceClasses = complianceClasses
        self.properties = properties
        self.reports = reports
        self.isSyncable = isSyncable
    }

    /// A plain WebDAV collection.
    public static let folder = CollectionKind(id: "folder", resourceTypes: [.dav("collection")])
    /// A collection the server itself provides and nobody writes: the root, the list of homes, the list of principals.
    public static let system = CollectionKind(id: "system", resourceTypes: [.dav("collection")], isSyncable: false)
    /// RFC 3744 §2: a principal.
    public static let principal = CollectionKind(
        id: "principal", resourceTypes: [.dav("collection"), .dav("principal")], properties: LiveProperty.principal,
        isSyncable: false)
}

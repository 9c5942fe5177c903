/// What is mapped at one path.
struct MemoryNode: Sendable {
    /// Orders changes of the same revision; belongs to the path.
    var slot: Int64 = 0
    /// The revision of the last change of the resource itself: body or properties.
    var changed: Int64
    /// The revision at which the path was mapped to the resource.
    var mapped: Int64 = 0
    var resourceID: ResourceID
    var created: Timestamp
    var modified: Timestamp
    var deadProperties: [DeadProperty] = []
    var content: Content
    /// Not `nil`: a collection whose content is that of another one.
    var instance: Instance?

    /// A sharee's binding. The node's properties, identity, and incarnation are its own.
    struct Instance: Sendable, Hashable {
        /// The owner's collection.
        var source: ResourceID
        var sharee: PrincipalID
        var grant: ShareGrant
        /// What the sharee has of their own in members, by the member's identity.
        var own: [ResourceID: OwnPart] = [:]
        /// The revision of the last change of such a part.
        var current: Int64 = 0
    }

    /// Somebody's own in a member. It stays when it is emptied, so that no entry tag comes again.
    struct OwnPart: Sendable, Hashable {
        var octets: [UInt8]?
        /// Never the same for two.
        var version: Int64
        var changed: Int64
        var modified: Timestamp
    }

    enum Content: Sendable {
        case file(File)
        case collection(Collection)
    }

    struct File: Sendable {
        /// `nil` until it is stored.
        var etag: ETag?
        var body: [UInt8]
        var contentType: String?
        var contentLanguage: String?
        /// What the kind of the collection keeps beside the body.
        var index: ContentIndex?
    }

    struct Collection: Sendable {
        var kind: CollectionKind
        var owner: PrincipalID?
        /// What was granted on the collection itself.
        var grants: [AccessControlEntry] = []
        /// Who is invited; `nil`: nobody ever was.
        var shares: ShareList?
        /// Which mapping of the path; tokens name it.
        var incarnation: Int64 = 0
        /// The revision of the last change that an infinite report of this collection tells.
        var current: Int64 = 0
        /// The greatest revision whose removals were forgotten here.
        var floor: Int64 = 0
    }

    var file: File? {
        if case .file(let file) = content { file } else { nil }
    }

    var collection: Collection? {
        if case .collection(let collection) = content { collection } else { nil }
    }

    /// A new resource, changed at revision `clock`.
    init(_ content: Content, at clock: Int64, now: Timestamp) {
        changed = clock
        resourceID = .random()
        created = now
        modified = now
        self.content = content
    }

    /// What an instance shows of this collection: where it has no property of its own, the owner's.
    func seen(by instance: MemoryNode) -> MemoryNode {
        var node = self
        (node.resourceID, node.created, node.modified) = (instance.resourceID, instance.created, instance.modified)
        let own = instance.deadProperties
        node.deadProperties = own + deadProperties.filter { property in !own.contains { $0.name == property.name } }
        return node
    }
}

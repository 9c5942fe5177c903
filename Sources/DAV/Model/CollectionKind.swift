/// What sort of collection something is: its resource types, its own properties and reports, and what may stand in it. New
/// content on *any* back-end is a new kind.
///
/// Kinds are made once at start and compared by ``id``, which stores keep.
public final class CollectionKind: Sendable {
    /// Kept in stores: never change it once released.
    public let id: String
    /// The children of `DAV:resourcetype`; `DAV:collection` among them.
    public let resourceTypes: [XMLName]
    /// What stands in the `DAV:` header besides the base classes, at collections of this kind and at their members.
    public let complianceClasses: [String]
    /// Live properties beyond those every resource has, or in place of them.
    public let properties: [LiveProperty]
    /// Reports beyond those every collection has.
    public let reports: [Report]
    /// Whether `sync-collection` is offered here, and descends into collections of this kind (RFC 6578 §3.3).
    public let isSyncable: Bool
    /// What bodies must be like, and what is kept beside them for queries; `nil`: anything goes, and nothing is.
    public let content: (any ContentPolicy)?
    /// Where collections of this kind may stand, and what may stand in them.
    public let placement: Placement
    /// Whether a collection in one of this kind is reported as changed when anything in it changes (Y-42), as clients expect
    /// of the homes of calendars and address books. Elsewhere only changes of its own properties are.
    public let reportsChildChanges: Bool
    /// Other forms of what it holds; `nil`: as it is stored, and nothing else.
    public let presentation: Presentation?
    /// Privileges beyond those of RFC 3744 that can be granted on collections of this kind.
    public let privileges: [Privilege]
    /// What others may do here without anybody having granted it.
    public let rights: StandingRights
    /// Whether the owner's calendar proxies have their rights here (calendar-proxy §5.4).
    public let isOpenToProxies: Bool
    /// What registrations on collections of this kind can be told of.
    public let push: PushSupport
    /// How collections of this kind can be shared; `nil`: they cannot.
    public let sharing: ShareSupport?
    /// What a POST to a collection of this kind does whose body is no request of the ``PostTable``; `nil`: it adds a member
    /// (RFC 5995). Who may read the collection gets here; whatever else it takes is judged by the function.
    public let post: Post?
    /// Whether the server alone puts something here: the owner reads members and removes them, and has no other privilege; nobody
    /// else has any, whatever was granted above.
    public let isFilledByServer: Bool

    public init(
        id: String, resourceTypes: [XMLName], complianceClasses: [String] = [], properties: [LiveProperty] = [],
        reports: [Report] = [], isSyncable: Bool = true, content: (any ContentPolicy)? = nil,
        placement: Placement = Placement(), reportsChildChanges: Bool = false, presentation: Presentation? = nil,
        privileges: [Privilege] = [], rights: StandingRights = StandingRights(), isOpenToProxies: Bool = false,
        push: PushSupport = .none, sharing: ShareSupport? = nil, post: Post? = nil, isFilledByServer: Bool = false
    ) {
        self.id = id
        self.resourceTypes = resourceTypes
        self.complianceClasses = complianceClasses
        self.properties = properties
        self.reports = reports
        self.isSyncable = isSyncable
        self.content = content
        self.placement = placement
        self.reportsChildChanges = reportsChildChanges
        self.presentation = presentation
        self.privileges = privileges
        self.rights = rights
        self.isOpenToProxies = isOpenToProxies
        self.push = push
        self.sharing = sharing
        self.post = post
        self.isFilledByServer = isFilledByServer
    }

    public typealias Post = @Sendable (Exchange, Located) async throws -> DAVResponse

    /// What the server's own rule lets others than the owner do with collections of a kind. It is told as protected entries of
    /// `DAV:acl`, and nobody can take it away.
    public struct StandingRights: Sendable {
        /// Those who signed in. What is contained in `read` would tell them of every collection of the kind.
        public var everybody: [Privilege]
        /// Those who write for the owner (calendar-proxy §5.4), if the kind is open to proxies: beside what they may do in all
        /// such kinds.
        public var writingProxies: [Privilege]

        public init(everybody: [Privilege] = [], writingProxies: [Privilege] = []) {
            self.everybody = everybody
            self.writingProxies = writingProxies
        }
    }

    /// Rules about which kinds hold which.
    public struct Placement: Sendable {
        /// Kinds, by ``CollectionKind/id``, of the collections this one may be made in, copied or moved to; `nil`: all that
        /// take it. Empty: only the server itself makes and removes one.
        public var holders: Set<String>?
        /// Kinds of the collections it may hold; `nil`: any.
        public var children: Set<String>?
        /// Whether it may hold members that are not collections.
        public var holdsMembers: Bool
        /// Whether members that are not collections are put here by people; otherwise the server alone does (403), and whoever may
        /// remove them, does.
        public var takesMembers: Bool
        /// What refuses a collection that may not stand somewhere (403).
        public var refusal: DAVError

        public init(
            holders: Set<String>? = nil, children: Set<String>? = nil, holdsMembers: Bool = true,
            takesMembers: Bool = true,
            refusal: DAVError = .forbidden("A collection of this kind cannot stand here.")
        ) {
            self.holders = holders
            self.children = children
            self.holdsMembers = holdsMembers
            self.takesMembers = takesMembers
            self.refusal = refusal
        }
    }

    /// - Throws: the refusal (403) of the kind that forbids it, if a collection of `kind` may not stand in one of this kind.
    public func demandMayHold(_ kind: CollectionKind) throws(DAVError) {
        if let holders = kind.placement.holders, !holders.contains(id) { throw kind.placement.refusal }
        if let children = placement.children, !children.contains(kind.id) { throw placement.refusal }
    }

    /// Whether a collection of `kind` may stand in one of this kind.
    public func mayHold(_ kind: CollectionKind) -> Bool { (try? demandMayHold(kind)) != nil }

    /// - Throws: 403 for what only the server itself removes, such as the inbox that clients were told of.
    func demandIsRemovable() throws(DAVError) {
        guard placement.holders?.isEmpty != true else {
            throw .forbidden("The server made this collection, and needs it.")
        }
    }

    /// - Throws: 403 for what only the server fills: what it keeps there is not what it tells.
    func demandIsCopyable() throws(DAVError) {
        guard !isFilledByServer else { throw placement.refusal }
    }

    /// - Throws: 403 if only the server puts members here: what is asked by methods, not by back-ends.
    func demandTakesMembers() throws(DAVError) {
        guard placement.takesMembers else { throw .forbidden("Only the server puts something here.") }
    }

    /// - Throws: 403 if members that are not collections have no place here.
    public func demandHoldsMembers() throws(DAVError) {
        guard placement.holdsMembers else { throw placement.refusal }
    }

    /// A plain WebDAV collection.
    public static let folder = CollectionKind(
        id: "folder", resourceTypes: [.dav("collection")], push: PushSupport(content: .infinity, property: .infinity),
        sharing: ShareSupport())
    /// A collection the server itself provides and nobody writes: the root, the list of homes, the list of principals.
    public static let system = CollectionKind(id: "system", resourceTypes: [.dav("collection")], isSyncable: false)
    /// RFC 3744 §2: a principal.
    public static let principal = CollectionKind(
        id: "principal", resourceTypes: [.dav("collection"), .dav("principal")], properties: LiveProperty.principal,
        isSyncable: false, push: PushSupport(property: .zero))
}

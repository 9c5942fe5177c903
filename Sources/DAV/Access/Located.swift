/// A resource a request speaks of, and what the caller may do with it.
///
/// Who holds one has passed the visibility check: the caller may `read` the resource, or it is unmapped in a collection they
/// may read; or it is a collection on which they hold something that `read` contains.
public struct Located: Sendable {
    public var path: DAVPath
    public var resolution: Resolution
    /// On ``collection`` and its members.
    ///
    /// Privileges that could never be used, because the collection lacks the capability, are left out.
    public var privileges: Privileges

    /// A collection is mapped here that the caller may not read. It answers as an unmapped URL does, so that nobody learns of
    /// it; but nothing can be created in its place.
    private(set) var isWithheld = false

    public init(path: DAVPath, resolution: Resolution, privileges: Privileges) {
        self.path = path
        self.resolution = resolution
        self.privileges = privileges
    }

    fileprivate init(withheld path: DAVPath, _ resolution: Resolution, privileges: Privileges) {
        self.init(path: path, resolution: resolution, privileges: privileges)
        isWithheld = true
    }

    /// The collection itself if one was located as a resource, otherwise the one that holds the member.
    public var collection: any DAVCollection { resolution.collection }
    public var target: Target { resolution.target }
    /// `nil`: the URL is unmapped.
    public var entry: Entry? { resolution.entry }
    public var shape: Shape {
        guard let entry else { return .unmapped }
        return entry.isCollection ? .collection : .member
    }

    /// Whether it is a member of an instance whose sharee can have something of their own in it.
    var mayHaveOwnPart: Bool {
        guard shape == .member, let view = collection as? ShareeView else { return false }
        return view.personalizing != nil && view.sight != .busy
    }

    /// What stands at a URL, as far as methods tell the difference.
    public struct Shape: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let unmapped = Shape(rawValue: 1)
        public static let member = Shape(rawValue: 2)
        public static let collection = Shape(rawValue: 4)
        public static let mapped: Shape = [.member, .collection]
        public static let any: Shape = [.unmapped, .mapped]
    }
}

extension Exchange {
    /// Finds the resource mapped at `path`, for a caller who has all of `needed` there.
    ///
    /// A collection is located as itself (``Target/itself``), anything else as a member of the collection that holds it.
    /// - Throws: `404` if nothing is mapped there or the caller may not read it; `403` `need-privileges` if something else is
    ///   missing (RFC 3744 §7.1.1); `401` instead of both if nobody signed in.
    public func resolve(_ path: DAVPath, needing needed: [Privilege] = [.read], fields: Fields = []) async throws
        -> Located
    {
        guard let located = try await locate(path, fields: fields) else { throw hidden(.notFound) }
        if located.entry == nil { throw DAVError.notFound }
        try demand(needed, of: located)
        return located
    }

    /// Finds the *binding* at `path`: the collection that holds the name, and what the name is mapped to, if it is.
    ///
    /// This is what a method needs that creates, replaces, moves or removes a resource. The target is always a
    /// ``Target/member(_:)``, also for collections; the privileges are those on the collection that holds it.
    /// - Throws: `409` if that collection does not exist or the caller may not read it (RFC 4918 §9.3.1, §9.7.1, §9.8.5);
    ///   `403` for the root, which nobody binds; `403` `need-privileges`; `401` instead of all if nobody signed in.
    public func resolveBinding(_ path: DAVPath, needing needed: [Privilege] = [], fields: Fields = []) async throws
        -> Located
    {
        guard !path.isRoot else { throw hidden(.forbidden("The root cannot be created, moved or removed.")) }
        guard let located = try await locateBinding(path, fields: fields) else { throw hidden(.conflict) }
        try demand(needed, of: located)
        return located
    }

    /// - Throws: ``DAVError/needPrivileges(_:)`` (403) naming what is missing; 401 if nobody signed in.
    public func demand(_ needed: [Privilege], of located: Located) throws {
        let missing = needed.filter { !located.privileges.contains($0) }
        if missing.isEmpty { return }
        let collection = located.collection.info.path
        let absent = missing.map { privilege in
            // Bindings belong to the collection that holds them (RFC 3744 §3.9).
            let isOfCollection = privilege == .bind || privilege == .unbind || located.entry == nil
            return DAVError.MissingPrivilege(resource: isOfCollection ? collection : located.path, privilege: privilege)
        }
        throw hidden(.needPrivileges(absent))
    }

    /// What the caller may do with `collection` and its members: what the authoriser grants, as far as the collection can.
    public func privileges(on collection: CollectionInfo) -> Privileges {
        let granted = handler.authorizer.privileges(of: caller, on: collection)
        if collection.capabilities.contains(.writing) { return granted }
        var possible =
            collection.capabilities.contains(.accessControl) ? Privileges.withoutWritingButGranting : .withoutWriting
        // What nobody writes can be shown to others all the same.
        if collection.capabilities.contains(.sharing) { possible.formUnion(Privileges([.share])) }
        return granted.intersection(possible)
    }

    /// What the caller may do with members that are not collections: properties of one's own has the instance of a share, not
    /// what stands in it (draft-pot-webdav-resource-sharing-04 §4.8.3).
    package func memberPrivileges(in collection: CollectionInfo) -> Privileges {
        let privileges = privileges(on: collection)
        return collection.share.instance?.grant.allowsWriting == false ? privileges.intersection(.readOnly) : privileges
    }

    /// - Returns: `nil` if the collection that would hold it is missing, or is not for the caller's eyes.
    func locate(_ path: DAVPath, fields: Fields) async throws -> Located? {
        guard let resolution = try await handler.backend.resolve(path, for: caller, fields: fields) else {
            return try await locateWithheld(path)
        }
        let privileges = privileges(on: resolution.collection.info)
        let own = resolution.entry?.collection.map { self.privileges(on: $0) } ?? privileges
        // Of a collection less than `read` may be enough to know that it is there; of what it holds, nothing is told.
        let isVisible =
            resolution.target == .itself
            ? own.revealExistence && privileges.revealExistence : own.contains(.read) && privileges.contains(.read)
        guard isVisible else { return try await locateWithheld(path) }
        let isMember = resolution.entry.map { !$0.isCollection } ?? false
        return Located(
            path: path, resolution: resolution,
            privileges: isMember ? memberPrivileges(in: resolution.collection.info) : privileges)
    }

    /// What stands in place of a collection the caller may not read: an unmapped name, if they may read the one that holds it.
    private func locateWithheld(_ path: DAVPath) async throws -> Located? {
        guard let name = path.last, let parent = try await handler.backend.collection(at: path.parent, for: caller)
        else { return nil }
        let privileges = privileges(on: parent.info)
        guard privileges.contains(.read) else { return nil }
        return Located(
            withheld: path, Resolution(collection: parent, target: .member(name), entry: nil), privileges: privileges)
    }

    /// - Returns: `nil` as for ``locate(_:fields:)``.
    func locateBinding(_ path: DAVPath, fields: Fields) async throws -> Located? {
        guard var found = try await handler.backend.resolveBinding(path, for: caller, fields: fields) else {
            return nil
        }
        let privileges = privileges(on: found.collection.info)
        guard privileges.contains(.read) else { return nil }
        if let child = found.entry?.collection, !self.privileges(on: child).contains(.read) {
            found.entry = nil
            return Located(withheld: path, found, privileges: privileges)
        }
        return Located(path: path, resolution: found, privileges: privileges)
    }

    /// The sharee does, whatever else they may write, and so does who writes for them. Whoever reads for them only reads.
    func mayWriteOwnPart(of located: Located) -> Bool {
        located.mayHaveOwnPart && privileges(on: located.collection.info).contains(.writeProperties)
    }

    /// An error as an anonymous caller may see it: signing in might help (X-01: no status tells what is hidden).
    func hidden(_ error: DAVError) -> DAVError { caller == .anonymous ? .unauthenticated : error }
}

extension Privileges {
    /// Everything that makes sense where nothing can be written.
    static let withoutWriting = Privileges([.read, .readACL, .readCurrentUserPrivilegeSet])
    static let withoutWritingButGranting = Privileges([.read, .readACL, .readCurrentUserPrivilegeSet, .writeACL])
}

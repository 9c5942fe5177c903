public import HTTPTypes

/// One row of the method table: where a method works, what it takes, and what it does.
///
/// The door reads the row before it runs: it locates the resource, answers 404, 403, 405 and 409 in the order that gives
/// nothing away, and computes `Allow` from the same rows. A method's own code begins where all of that is settled.
public struct Method: Sendable {
    public var name: HTTPRequest.Method
    /// Whether the method acts on the resource, or on the binding of its name in the collection that holds it.
    public var scope: Scope
    /// Where it works; elsewhere it answers 405, and 404 where nothing is mapped.
    public var shapes: Located.Shape
    /// What the collection must be capable of: the resource's own for ``Scope/resource``, else the one that holds it.
    public var capabilities: Capabilities
    /// Privileges it takes on a mapped URL (RFC 3744 §3, Appendix B).
    public var needs: [Privilege]
    /// The same of a member that may have a part of the caller's own (``Personalizing``), which the method may come down to.
    public var needsOfOwnPart: [Privilege]?
    /// Privileges it takes on an unmapped URL.
    public var needsToCreate: [Privilege]
    /// What the store must fetch of the resource.
    public var fields: Fields
    /// The one kind of collection it makes, if that is all it does: then it is offered, at the name to be made and at what
    /// would hold it, only where such a collection may stand.
    public var makes: CollectionKind?
    /// Not `nil`: whether `Allow` names it, where capabilities alone do not say.
    var isOffered: (@Sendable (Located.Shape, CollectionInfo, ServerFacts) -> Bool)?
    public var run: @Sendable (Exchange, Located) async throws -> DAVResponse

    public enum Scope: Sendable, Hashable {
        /// Located as ``Exchange/resolve(_:needing:fields:)`` does: a collection is ``Target/itself``.
        case resource
        /// Located as ``Exchange/resolveBinding(_:needing:fields:)`` does: always a ``Target/member(_:)``.
        case binding
    }

    public init(
        _ name: HTTPRequest.Method, scope: Scope = .resource, on shapes: Located.Shape,
        requires capabilities: Capabilities = [],
        needs: [Privilege], toCreate needsToCreate: [Privilege] = [], toOwnPart needsOfOwnPart: [Privilege]? = nil,
        fields: Fields = [], makes: CollectionKind? = nil,
        run: @escaping @Sendable (Exchange, Located) async throws -> DAVResponse
    ) {
        self.name = name
        self.scope = scope
        self.shapes = shapes
        self.capabilities = capabilities
        self.needs = needs
        self.needsToCreate = needsToCreate
        self.needsOfOwnPart = needsOfOwnPart
        self.fields = fields
        self.makes = makes
        self.run = run
    }

    /// Whether the method can create a resource; then a missing parent collection is a conflict (409), not a 404.
    var creates: Bool { needsToCreate.contains(.bind) }
}

/// All methods. The order is that of `Allow`.
public struct MethodTable: Sendable {
    public let rows: [Method]
    private let byName: [HTTPRequest.Method: Method]

    /// - Parameter rows: to add to a table, pass its rows and the new ones.
    public init(_ rows: [Method]) {
        self.rows = rows
        byName = Dictionary(rows.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Every method this package implements. Each row stands in the file of its method, as `Method.propfind`.
    public static let standard = MethodTable([
        .options, .get, .head, .put, .post, .delete, .mkcol, .copy, .move, .propfind, .proppatch, .report, .lock,
        .unlock, .acl,
    ])

    subscript(name: HTTPRequest.Method) -> Method? { byName[name] }

    /// Whether a name without a row is a method all the same: it answers 405 rather than 501 (H-10).
    func knows(_ name: HTTPRequest.Method) -> Bool { MethodTable.foreign.contains(name.rawValue) }

    /// Methods of HTTP and of WebDAV's relatives that are not offered anywhere.
    private static let foreign: Set<String> = [
        "PATCH", "TRACE", "SEARCH", "MKCALENDAR", "BIND", "UNBIND", "REBIND", "VERSION-CONTROL", "CHECKIN",
        "CHECKOUT",
        "UNCHECKOUT", "UPDATE", "LABEL", "MERGE", "MKWORKSPACE", "MKACTIVITY", "BASELINE-CONTROL", "ORDERPATCH",
    ]

    /// What works on a resource of that shape, whose own collection (for a member, or a name not taken: the one that holds it)
    /// is `own`, and whose binding lies in a collection with the capabilities `holder`; `nil`: the root.
    func offered(_ shape: Located.Shape, own: CollectionInfo, holder: Capabilities?, _ facts: ServerFacts)
        -> [HTTPRequest.Method]
    {
        rows.filter { row in
            guard !row.shapes.isDisjoint(with: shape) else { return false }
            if let isOffered = row.isOffered { return isOffered(shape, own, facts) }
            if let made = row.makes {
                return own.capabilities.isSuperset(of: row.capabilities) && own.kind.mayHold(made)
            }
            return switch row.scope {
            case .resource: own.capabilities.isSuperset(of: row.capabilities)
            case .binding: holder?.isSuperset(of: row.capabilities) ?? false
            }
        }.map(\.name)
    }
}

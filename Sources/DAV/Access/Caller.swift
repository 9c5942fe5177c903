/// Who sends a request, once authentication is done.
public enum Caller: Sendable, Hashable {
    case anonymous
    case principal(PrincipalID)

    public var principal: PrincipalID? {
        if case .principal(let id) = self { id } else { nil }
    }
}

/// The stable identity of a principal (RFC 3744 §2): its name below the principal collection.
public struct PrincipalID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var name: Name
    public init(_ name: Name) { self.name = name }
    public var description: String { name.string }
    public static func < (a: PrincipalID, b: PrincipalID) -> Bool { a.name < b.name }
}

/// A principal as others may see it.
public struct Principal: Sendable, Hashable {
    public var id: PrincipalID
    public var displayName: String
    /// Collections that belong to the principal: what discovery leads to.
    public var homes: [DAVPath]
    public init(id: PrincipalID, displayName: String, homes: [DAVPath]) {
        self.id = id
        self.displayName = displayName
        self.homes = homes
    }
}

/// Where principals are known.
public protocol PrincipalDirectory: Sendable {
    /// `DAV:principal-collection-set` (RFC 3744 §5.8): the collection whose members are the principals.
    var path: DAVPath { get }
    func principal(_ id: PrincipalID) async throws -> Principal?
    /// Up to `limit` principals `caller` may see, by name, after `after`.
    func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal]
}

extension PrincipalDirectory {
    public func path(of id: PrincipalID) -> DAVPath { path.appending(id.name) }
}

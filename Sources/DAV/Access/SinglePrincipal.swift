/// A directory with one inhabitant: enough to serve what belongs to whoever runs the program.
public struct SinglePrincipal: PrincipalDirectory {
    public let principal: Principal
    public let path: DAVPath

    /// - Parameter path: where the principal is mapped, below this collection.
    public init(_ principal: Principal, path: DAVPath = SinglePrincipal.usualPath) {
        self.principal = principal
        self.path = path
    }

    /// `/principals`
    public static let usualPath = DAVPath([Name(unchecked: "principals")])

    public func principal(_ id: PrincipalID) async throws -> Principal? { id == principal.id ? principal : nil }

    public func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
        after.map { $0 < principal.id } ?? true && limit > 0 ? [principal] : []
    }
}

/// A privilege of RFC 3744 §3.
public enum Privilege: String, Sendable, Hashable, CaseIterable {
    case all
    case read
    case write
    case writeProperties = "write-properties"
    case writeContent = "write-content"
    case bind
    case unbind
    case unlock
    case readACL = "read-acl"
    case readCurrentUserPrivilegeSet = "read-current-user-privilege-set"
    case writeACL = "write-acl"

    public var xmlName: XMLName { .dav(rawValue) }

    /// The privileges directly contained in this one: the tree that `DAV:supported-privilege-set` publishes.
    public var contained: [Privilege] {
        switch self {
        case .all: [.read, .write, .unlock, .readACL, .readCurrentUserPrivilegeSet, .writeACL]
        case .write: [.writeProperties, .writeContent, .bind, .unbind]
        default: []
        }
    }
}

/// A set of privileges, closed under containment: granting `write` grants its parts, and all parts make the whole.
public struct Privileges: Sendable, Hashable {
    private var bits: UInt16 = 0

    public static let none = Privileges([])
    public static let all = Privileges([.all])
    public static let readOnly = Privileges([.read, .readCurrentUserPrivilegeSet])

    public init(_ privileges: [Privilege]) {
        for privilege in privileges { insert(privilege) }
        for whole in [Privilege.write, .all] where whole.contained.allSatisfy(contains) { bits |= bit(whole) }
    }

    public func contains(_ privilege: Privilege) -> Bool { bits & bit(privilege) != 0 }
    public func intersection(_ other: Privileges) -> Privileges {
        Privileges(Privilege.allCases.filter { contains($0) && other.contains($0) })
    }

    private mutating func insert(_ privilege: Privilege) {
        bits |= bit(privilege)
        for part in privilege.contained { insert(part) }
    }

    private func bit(_ privilege: Privilege) -> UInt16 {
        switch privilege {
        case .all: 1 << 0
        case .read: 1 << 1
        case .write: 1 << 2
        case .writeProperties: 1 << 3
        case .writeContent: 1 << 4
        case .bind: 1 << 5
        case .unbind: 1 << 6
        case .unlock: 1 << 7
        case .readACL: 1 << 8
        case .readCurrentUserPrivilegeSet: 1 << 9
        case .writeACL: 1 << 10
        }
    }
}

/// Who may do what. Asked on every request, for the binding the request came through; the default is to deny.
public protocol Authorizer: Sendable {
    /// What `caller` may do with the collection and its members.
    func privileges(of caller: Caller, on collection: CollectionInfo) -> Privileges

    /// The same rule as a list, for those who may read it: `DAV:acl` (RFC 3744 §5.5). Empty unless implemented.
    func accessControl(of collection: CollectionInfo) -> [AccessControlEntry]
}

extension Authorizer {
    public func accessControl(of collection: CollectionInfo) -> [AccessControlEntry] { [] }
}

/// The rule of a server without sharing: the owner has every privilege, what belongs to the server is readable for
/// those who signed in, and nobody else has any.
public struct OwnerAuthorizer: Authorizer {
    public init() {}
    public func privileges(of caller: Caller, on collection: CollectionInfo) -> Privileges {
        guard let principal = caller.principal else { return .none }
        guard let owner = collection.owner else { return .readOnly }
        return owner == principal ? .all : .none
    }

    public func accessControl(of collection: CollectionInfo) -> [AccessControlEntry] {
        collection.owner == nil
            ? [AccessControlEntry(.authenticated, granted: [.read, .readCurrentUserPrivilegeSet])]
            : [AccessControlEntry(.owner, granted: [.all])]
    }
}

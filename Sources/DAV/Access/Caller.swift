/// Who sends a request, once authentication is done.
public enum Caller: Sendable, Hashable {
    case anonymous
    case principal(PrincipalID)
    /// Whoever holds a ``Link``: nobody who signed in, and signing in would change nothing for them.
    case bearer

    public var principal: PrincipalID? {
        if case .principal(let id) = self { id } else { nil }
    }
}

/// The stable identity of a principal (RFC 3744 §2): its name below the principal collection.
public struct PrincipalID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var name: Name
    /// Not `nil`: not the principal of that name, but one of the two groups of those who act for them.
    public var proxies: ProxyGroup?

    public init(_ name: Name) { self.name = name }

    public init(_ name: Name, _ proxies: ProxyGroup?) {
        self.name = name
        self.proxies = proxies
    }

    /// Reads what ``description`` gives.
    public init?(_ description: String) {
        let parts = description.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let name = Name(String(first)) else { return nil }
        var group: ProxyGroup?
        if parts.count == 2 {
            guard let proxies = ProxyGroup(rawValue: String(parts[1])) else { return nil }
            group = proxies
        }
        self.init(name, group)
    }

    /// The path below the principal collection.
    public var description: String { proxies.map { "\(name)/\($0.rawValue)" } ?? name.string }

    public static func < (a: PrincipalID, b: PrincipalID) -> Bool {
        a.name == b.name ? a.proxies?.rawValue ?? "" < b.proxies?.rawValue ?? "" : a.name < b.name
    }
}

/// The two groups of those who may act for a calendar user (calendar-proxy §3.1), by their names below the principal.
public enum ProxyGroup: String, Sendable, Hashable, CaseIterable {
    case read = "calendar-proxy-read"
    case write = "calendar-proxy-write"

    /// What its members may do with the principal's calendars (calendar-proxy §5.4).
    var privileges: [Privilege] {
        switch self {
        case .read: [.read, .readCurrentUserPrivilegeSet]
        case .write: [.read, .readCurrentUserPrivilegeSet, .write]
        }
    }
}

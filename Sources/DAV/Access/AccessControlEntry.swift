/// One line of `DAV:acl` (RFC 3744 §5.5): who is granted what. Rights are never denied explicitly.
public struct AccessControlEntry: Sendable, Hashable {
    public var subject: Subject
    public var granted: [Privilege]
    public var source: Source

    public enum Subject: Sendable, Hashable {
        /// The principal in `DAV:owner`.
        case owner
        /// Everybody who signed in.
        case authenticated
        /// Everybody.
        case everyone
        case principal(PrincipalID)
    }

    /// Where a line comes from.
    public enum Source: Sendable, Hashable {
        /// It was set on the collection itself; the ACL method replaces it.
        case itself
        /// It was set on the collection that many levels above, at least 1 (`DAV:inherited`, RFC 3744 §5.5.4).
        case ancestor(Int)
        /// It is the server's rule (`DAV:protected`, RFC 3744 §5.5.3).
        case server
    }

    public init(_ subject: Subject, granted: [Privilege], source: Source = .itself) {
        self.subject = subject
        self.granted = granted
        self.source = source
    }

    /// The same line as a collection one level below inherits it; `nil`: what is the server's rule is not inherited.
    package var inherited: AccessControlEntry? {
        let levels: Int
        switch source {
        case .itself: levels = 1
        case .ancestor(let above): levels = above + 1
        case .server: return nil
        }
        return AccessControlEntry(subject, granted: granted, source: .ancestor(levels))
    }
}

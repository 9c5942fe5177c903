/// One line of `DAV:acl` (RFC 3744 §5.5): who is granted what. Rights are never denied explicitly.
public struct AccessControlEntry: Sendable, Hashable {
    public var subject: Subject
    public var granted: [Privilege]

    public enum Subject: Sendable, Hashable {
        /// The principal in `DAV:owner`.
        case owner
        /// Everybody who signed in.
        case authenticated
        /// Everybody.
        case everyone
        case principal(PrincipalID)
    }

    public init(_ subject: Subject, granted: [Privilege]) {
        self.subject = subject
        self.granted = granted
    }
}

public import HTTPTypes

/// An answer that refuses: a status, the RFC's precondition element if there is one, and a sentence for people.
///
/// Throw one anywhere below the handler and it becomes the response. Anything else thrown becomes a 500 and is logged.
public struct DAVError: Error, Sendable, Equatable, CustomStringConvertible {
    public var status: HTTPResponse.Status
    /// The child of `DAV:error` (RFC 4918 §16).
    public var condition: Condition?
    /// What is wrong and what would help, for the person who reads the client's log.
    public var message: String

    /// A precondition or postcondition element.
    public struct Condition: Sendable, Equatable {
        public var name: XMLName
        /// Resources it speaks about: children `DAV:href`.
        public var resources: [DAVPath]
        /// RFC 3744 §7.1.1 `DAV:need-privileges`: what is missing where.
        public var privileges: [MissingPrivilege]
        /// Elements that say what it is about, such as the filter that is not supported (RFC 4791 §7.8).
        public var details: [XMLElement]
        public init(
            _ name: XMLName, resources: [DAVPath] = [], privileges: [MissingPrivilege] = [], details: [XMLElement] = []
        ) {
            self.name = name
            self.resources = resources
            self.privileges = privileges
            self.details = details
        }
    }

    public struct MissingPrivilege: Sendable, Equatable {
        public var resource: DAVPath
        public var privilege: Privilege
        public init(resource: DAVPath, privilege: Privilege) {
            self.resource = resource
            self.privilege = privilege
        }
    }

    public init(_ status: HTTPResponse.Status, _ condition: Condition? = nil, _ message: String = "") {
        self.status = status
        self.condition = condition
        self.message = message
    }

    /// The status as a number.
    public var code: Int { status.code }

    public var description: String {
        "\(status.code) \(condition.map { $0.name.description } ?? "") \(message)"
    }
}

extension DAVError {
    // MARK: Plain statuses

    /// 304: not a failure, but it ends a conditional read the same way (RFC 9110 §13.1.2).
    public static let notModified = DAVError(.notModified)
    /// 400
    public static func badRequest(_ message: String) -> DAVError { DAVError(.badRequest, nil, message) }
    /// 401; the door adds the challenges.
    public static let unauthenticated = DAVError(.unauthorized, nil, "Sign in to continue.")
    /// 403
    public static func forbidden(_ message: String) -> DAVError { DAVError(.forbidden, nil, message) }
    /// 404
    public static let notFound = DAVError(.notFound, nil, "Nothing is here.")
    /// 405; the door adds `Allow`.
    public static let methodNotAllowed = DAVError(.methodNotAllowed, nil, "This method is not allowed here.")
    /// 409: the collection that would hold the resource does not exist (RFC 4918 §9.3.1, §9.7.1).
    public static let conflict = DAVError(.conflict, nil, "The collection that would hold it does not exist.")
    /// 412 (RFC 9110 §13, RFC 4918 §10.4)
    public static let preconditionFailed = DAVError(
        .preconditionFailed, nil, "A condition of the request does not hold.")
    /// 413
    public static let contentTooLarge = DAVError(.contentTooLarge, nil, "The request body is too large.")
    /// 409: somebody who is to be in a group is no principal here.
    public static let noSuchMember = DAVError(.conflict, nil, "A member of a group must be a principal of this server.")
    /// 415
    public static func unsupportedMediaType(_ message: String) -> DAVError {
        DAVError(.unsupportedMediaType, nil, message)
    }
    /// 507: the properties of one resource are longer than ``DeadProperty/mostBytesPerResource``.
    public static let tooManyProperties = DAVError(
        .insufficientStorage, nil, "The properties of one resource may have no more than a megabyte together.")
    /// 502: COPY or MOVE to another server or another back-end.
    public static let badGateway = DAVError(.badGateway, nil, "The destination is not on this server.")

    // MARK: Preconditions (RFC 4918 §16 and the RFCs named)

    private static func dav(
        _ status: HTTPResponse.Status, _ element: String, _ message: String, _ resources: [DAVPath] = []
    ) -> DAVError {
        DAVError(status, Condition(.dav(element), resources: resources), message)
    }

    public static let noExternalEntities = dav(
        .forbidden, "no-external-entities", "Document type declarations are not accepted.")
    public static let propfindFiniteDepth = dav(
        .forbidden, "propfind-finite-depth", "Depth: infinity is switched off; ask level by level.")
    public static let cannotModifyProtectedProperty = dav(
        .forbidden, "cannot-modify-protected-property", "The server sets this property itself.")
    /// 423: the locked resources whose token is missing.
    public static func lockTokenSubmitted(_ resources: [DAVPath]) -> DAVError {
        dav(.locked, "lock-token-submitted", "Locked; send the lock token in If.", resources)
    }
    /// 423: the roots of the locks in the way.
    public static func noConflictingLock(_ roots: [DAVPath]) -> DAVError {
        dav(.locked, "no-conflicting-lock", "Another lock is in the way.", roots)
    }
    /// 409
    public static let lockTokenMatchesRequestURI = dav(
        .conflict, "lock-token-matches-request-uri", "This lock does not cover the resource.")
    /// 403 (RFC 3253 §3.6)
    public static let supportedReport = dav(.forbidden, "supported-report", "This report is not offered here.")
    /// 403 (RFC 6578 §3.2)
    public static let validSyncToken = dav(
        .forbidden, "valid-sync-token", "The token is not valid here; start over with an empty one.")
    /// 507 (RFC 5323 §2.3.1, RFC 6578 §3.6)
    public static let numberOfMatchesWithinLimits = dav(
        .insufficientStorage, "number-of-matches-within-limits", "More results exist than one answer may hold.")
    /// 507 (RFC 4331 §6)
    public static let quotaNotExceeded = dav(.insufficientStorage, "quota-not-exceeded", "The quota does not allow it.")
    /// 507 (RFC 4331 §6)
    public static let sufficientDiskSpace = dav(
        .insufficientStorage, "sufficient-disk-space", "The server's disk is full.")
    /// 403 (RFC 5689 §3.3)
    public static let validResourceType = dav(
        .forbidden, "valid-resourcetype", "This combination of resource types is not supported.")
    /// 403 (RFC 3744 §7.1.1)
    public static func needPrivileges(_ missing: [MissingPrivilege]) -> DAVError {
        DAVError(.forbidden, Condition(.dav("need-privileges"), privileges: missing), "You are not allowed to do this.")
    }
}

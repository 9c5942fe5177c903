/// What `DAV:share-access` says of a collection (draft-pot-webdav-resource-sharing-04 §4.4.1): a function of the URL it was
/// asked for, never of who asks.
public enum ShareAccess: String, Sendable, Hashable, CaseIterable {
    case notShared = "not-shared"
    /// The owner's own, and somebody is invited to it.
    case sharedOwner = "shared-owner"
    case readWrite = "read-write"
    case read

    public init(_ grant: ShareGrant) { self = grant == .read ? .read : .readWrite }
}

/// What can be given to somebody: the smaller one first.
///
/// The two values a request may name, and no others: that a sharee becomes a second owner cannot be written down.
public enum ShareGrant: String, Sendable, Hashable, CaseIterable, Comparable {
    case read
    case readWrite = "read-write"

    public static func < (a: ShareGrant, b: ShareGrant) -> Bool { a == .read && b == .readWrite }

    /// What a sharee may do with the instance (§4.8.3). Its own properties are theirs to set whatever the grant (§4.8.1); access
    /// is not theirs to give.
    public var privileges: Privileges {
        switch self {
        case .read: Privileges([.read, .readCurrentUserPrivilegeSet, .writeProperties])
        case .readWrite: Privileges([.read, .readCurrentUserPrivilegeSet, .write])
        }
    }
}

/// What became of an invitation (§5.5). The raw values are the element names of both dialects.
public enum InviteStatus: String, Sendable, Hashable, CaseIterable {
    case noResponse = "invite-noresponse"
    case accepted = "invite-accepted"
    case declined = "invite-declined"
    /// Whoever was meant is not known here, or not any more.
    case invalid = "invite-invalid"
}

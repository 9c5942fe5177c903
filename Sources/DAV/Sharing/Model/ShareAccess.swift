/// What `DAV:share-access` says of a collection (draft-pot-webdav-resource-sharing-04 §4.4.1): a function of the URL it was
/// asked for, never of who asks.
public enum ShareAccess: String, Sendable, Hashable, CaseIterable {
    case notShared = "not-shared"
    /// The owner's own, and somebody is invited to it.
    case sharedOwner = "shared-owner"
    case readWrite = "read-write"
    case read

    public init(_ grant: ShareGrant) { self = grant.allowsWriting ? .readWrite : .read }
}

/// What became of an invitation (§5.5). The raw values are the element names of both dialects.
public enum InviteStatus: String, Sendable, Hashable, CaseIterable {
    case noResponse = "invite-noresponse"
    case accepted = "invite-accepted"
    case declined = "invite-declined"
    /// Whoever was meant is not known here, or not any more.
    case invalid = "invite-invalid"
}

/// What can be given to somebody.
///
/// These values and no others: that a sharee becomes a second owner cannot be written down. The raw values are what stores keep.
///
/// Grants are ordered in part: ``covers(_:)`` tells whether one gives all that another does, ``joined(with:)`` what two give
/// together.
public enum ShareGrant: Int, Sendable, Hashable, CaseIterable {
    case read = 0
    case readWrite = 1
    /// When the owner is busy, and nothing else.
    case busy = 2
    /// What is marked private shows as ``busy`` would show it, and cannot be written.
    case readHidingPrivate = 4
    case readWriteHidingPrivate = 5

    /// How much of the content is seen: the less first.
    public enum Sight: Int, Sendable, Hashable, Comparable {
        case busy, withoutPrivate, everything

        public static func < (a: Sight, b: Sight) -> Bool { a.rawValue < b.rawValue }
    }

    public init(_ sight: Sight, allowsWriting: Bool = false) {
        switch sight {
        case .busy: self = .busy
        case .withoutPrivate: self = allowsWriting ? .readWriteHidingPrivate : .readHidingPrivate
        case .everything: self = allowsWriting ? .readWrite : .read
        }
    }

    public var allowsWriting: Bool {
        switch self {
        case .readWrite, .readWriteHidingPrivate: true
        case .read, .busy, .readHidingPrivate: false
        }
    }

    /// Whoever's grant comes to another sight has to be given everything anew.
    public var sight: Sight {
        switch self {
        case .read, .readWrite: .everything
        case .readHidingPrivate, .readWriteHidingPrivate: .withoutPrivate
        case .busy: .busy
        }
    }

    /// Whether it gives all that `other` does.
    public func covers(_ other: ShareGrant) -> Bool {
        (allowsWriting || !other.allowsWriting) && sight >= other.sight
    }

    /// What somebody has who was given both: hidden is what both hide.
    public func joined(with other: ShareGrant) -> ShareGrant {
        ShareGrant(max(sight, other.sight), allowsWriting: allowsWriting || other.allowsWriting)
    }

    /// What a sharee may do with the instance (draft-pot-webdav-resource-sharing-04 §4.8.3). Its own properties are theirs to set
    /// whatever the grant (§4.8.1); access is not theirs to give.
    public var privileges: Privileges {
        allowsWriting
            ? Privileges([.read, .readCurrentUserPrivilegeSet, .write])
            : Privileges([.read, .readCurrentUserPrivilegeSet, .writeProperties])
    }
}

/// A privilege: one of RFC 3744 §3, or one that a kind of collection adds (``CollectionKind/privileges``).
public struct Privilege: Sendable {
    public let xmlName: XMLName
    /// For people, in `DAV:supported-privilege-set`.
    public let summary: String
    /// Cannot be granted by itself, only with what contains it (RFC 3744 §5.3).
    public let isAbstract: Bool
    /// The bit of one of RFC 3744; 0 for an added one.
    let bit: UInt16
    /// The bits of those that contain it, at any distance.
    let containers: UInt16
    /// The added privilege that directly contains it, if one does.
    public let aggregate: XMLName?

    private init(_ local: String, bit: UInt16, in container: UInt16 = 0, _ summary: String) {
        xmlName = .dav(local)
        self.summary = summary
        isAbstract = false
        self.bit = 1 << bit
        containers = container
        aggregate = nil
    }

    /// A privilege beyond those of RFC 3744.
    ///
    /// - Parameter container: the privilege that directly contains it: whoever holds that one holds this one too. One of
    ///   RFC 3744, or an added one that stands directly below those.
    public init(_ name: XMLName, in container: Privilege, _ summary: String, isAbstract: Bool = false) {
        precondition(container.aggregate == nil, "Added privileges are nested in one level.")
        xmlName = name
        self.summary = summary
        self.isAbstract = isAbstract
        bit = 0
        containers = container.bit | container.containers
        aggregate = container.bit == 0 ? container.xmlName : nil
    }

    public static let all = Privilege("all", bit: 0, "Any operation")
    public static let read = Privilege("read", bit: 1, in: 1, "Read contents and properties")
    public static let write = Privilege("write", bit: 2, in: 1, "Change anything but access")
    public static let writeProperties = Privilege("write-properties", bit: 3, in: 0b101, "Change properties")
    public static let writeContent = Privilege("write-content", bit: 4, in: 0b101, "Change contents")
    public static let bind = Privilege("bind", bit: 5, in: 0b101, "Add members to a collection")
    public static let unbind = Privilege("unbind", bit: 6, in: 0b101, "Remove members from a collection")
    public static let unlock = Privilege("unlock", bit: 7, in: 1, "Remove other people's locks")
    public static let readACL = Privilege("read-acl", bit: 8, in: 1, "See who has access")
    public static let readCurrentUserPrivilegeSet = Privilege(
        "read-current-user-privilege-set", bit: 9, in: 1, "See one's own privileges")
    public static let writeACL = Privilege("write-acl", bit: 10, in: 1, "Change who has access")

    /// Inviting others (draft-pot-webdav-resource-sharing-04 §4.2). No sharee holds it.
    public static let share = Privilege(.dav("share"), in: .all, "Share with others")

    /// See ``Privileges/readingAndRemoving``.
    static let readingAndRemoving: [Privilege] = [.read, .readACL, .readCurrentUserPrivilegeSet, .unbind]

    /// Those of RFC 3744.
    public static let standard: [Privilege] = [
        .all, .read, .write, .writeProperties, .writeContent, .bind, .unbind, .unlock, .readACL,
        .readCurrentUserPrivilegeSet, .writeACL,
    ]

    /// The privileges of RFC 3744 directly contained in this one: the tree that `DAV:supported-privilege-set` publishes.
    public var contained: [Privilege] {
        switch bit {
        case 1 << 0: [.read, .write, .unlock, .readACL, .readCurrentUserPrivilegeSet, .writeACL]
        case 1 << 2: [.writeProperties, .writeContent, .bind, .unbind]
        default: []
        }
    }

    /// The nearest privilege of RFC 3744 that contains this one; `nil` for `all`.
    public var container: Privilege? {
        // A part has a higher bit than what contains it.
        Privilege.standard.last { containers & $0.bit != 0 }
    }
}

extension Privilege: Hashable {
    public static func == (a: Privilege, b: Privilege) -> Bool {
        a.bit == b.bit && (a.bit != 0 || a.xmlName == b.xmlName)
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(xmlName) }
}

extension Privilege: CustomStringConvertible {
    public var description: String { xmlName.description }
}

/// A set of privileges, closed under containment: granting `write` grants its parts, and all parts make the whole.
public struct Privileges: Sendable, Hashable {
    private var bits: UInt16 = 0
    /// Added privileges that were granted by themselves.
    private var others: [Privilege] = []

    public static let none = Privileges([])
    public static let all = Privileges([.all])
    public static let readOnly = Privileges([.read, .readCurrentUserPrivilegeSet])
    /// What its owner may do with what the server fills (``CollectionKind/isFilledByServer``).
    static let readingAndRemoving = Privileges(Privilege.readingAndRemoving)

    public init(_ privileges: [Privilege]) {
        for privilege in privileges { insert(privilege) }
        close()
    }

    public func contains(_ privilege: Privilege) -> Bool {
        bits & (privilege.bit | privilege.containers) != 0
            || privilege.bit == 0
                && others.contains { $0 == privilege || $0.xmlName == privilege.aggregate }
    }

    public func intersection(_ other: Privileges) -> Privileges {
        var common = Privileges([])
        common.bits = bits & other.bits
        common.others = others.filter(other.contains) + other.others.filter { contains($0) && !others.contains($0) }
        return common
    }

    public mutating func formUnion(_ other: Privileges) {
        bits |= other.bits
        for privilege in other.others { insert(privilege) }
        close()
    }

    /// Whether the holder may know that the collection exists: `read`, or something contained in it, was granted.
    public var revealExistence: Bool {
        bits & Privilege.read.bit != 0 || others.contains { $0.containers & Privilege.read.bit != 0 }
    }

    private mutating func insert(_ privilege: Privilege) {
        if privilege.bit == 0 {
            guard !contains(privilege) else { return }
            others.removeAll { $0.aggregate == privilege.xmlName }
            others.append(privilege)
        } else {
            bits |= privilege.bit
            for part in privilege.contained { insert(part) }
        }
    }

    private mutating func close() {
        for whole in [Privilege.write, .all] where whole.contained.allSatisfy({ bits & $0.bit != 0 }) {
            bits |= whole.bit
        }
        others.removeAll { bits & $0.containers != 0 }
    }
}

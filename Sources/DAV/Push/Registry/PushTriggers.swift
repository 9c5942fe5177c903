/// What a registration is to be told of: the `trigger` element of draft-bitfire-webdav-push §3.1.
public struct PushTriggers: Sendable, Hashable {
    /// Content updates (§3.1.1), as deep as this; `nil`: none.
    public var content: Depth?
    /// Property updates (§3.1.2), as deep as this; `nil`: none.
    public var property: Depth?
    /// The properties whose updates count; `nil`: all that are anything to be told of (``PushSupport/isTold(of:)``).
    public var properties: Set<XMLName>?

    public init(content: Depth? = nil, property: Depth? = nil, properties: Set<XMLName>? = nil) {
        self.content = content
        self.property = property
        self.properties = properties
    }

    public var isEmpty: Bool { content == nil && property == nil }

    /// What is left of a request where only so much is offered: a trigger that is not offered is ignored, a depth that is not
    /// becomes the deepest that is (§3.1.1, §3.1.2).
    public func clamped(to support: PushSupport) -> PushTriggers {
        var clamped = self
        clamped.content = content.flatMap { wanted in support.content.map { min(wanted, $0) } }
        clamped.property = property.flatMap { wanted in support.property.map { min(wanted, $0) } }
        if clamped.property == nil { clamped.properties = nil }
        return clamped
    }
}

/// What a resource can tell of: its `supported-triggers` (draft-bitfire-webdav-push §2.1). With neither it is not push-capable.
public struct PushSupport: Sendable, Hashable {
    /// The deepest content updates; `nil`: none.
    public var content: Depth?
    /// The deepest property updates; `nil`: none.
    public var property: Depth?
    /// How urgent it is to tell of a change (RFC 8030 §5.3).
    public var urgency: PushNotice.Urgency

    public init(content: Depth? = nil, property: Depth? = nil, urgency: PushNotice.Urgency = .normal) {
        self.content = content
        self.property = property
        self.urgency = urgency
    }

    /// Not push-capable.
    public static let none = PushSupport()
    /// A resource that holds nothing.
    public static let member = PushSupport(content: .zero, property: .zero)

    public var isNone: Bool { content == nil && property == nil }

    /// Whether updates of a property are told at all: not of those that follow the content (§3.1.2).
    public static func isTold(of name: XMLName) -> Bool { !followsContent.contains(name) }

    private static let followsContent: Set<XMLName> = [
        .dav("getetag"), .dav("getlastmodified"), .dav("getcontentlength"), .dav("sync-token"),
        .dav("quota-used-bytes"), .dav("quota-available-bytes"),
        XMLName(XMLName.calendarServerNamespace, "getctag"),
    ]
}

/// How far a change is from a resource that may have been subscribed to. A subscription of some ``Depth`` is told of changes
/// that reach it no farther than that.
public enum PushReach: Int64, Sendable, Hashable, CaseIterable {
    /// The resource itself changed.
    case itself = 0
    /// An internal member did.
    case member = 1
    /// Something farther below did.
    case below = 2

    /// Of the change of a resource, to the resource `steps` collections above it.
    public init(steps: Int) { self = steps <= 0 ? .itself : steps == 1 ? .member : .below }
}

extension Depth: Comparable {
    /// How far it goes.
    public var reach: PushReach {
        switch self {
        case .zero: .itself
        case .one: .member
        case .infinity: .below
        }
    }

    public static func < (a: Depth, b: Depth) -> Bool { a.reach.rawValue < b.reach.rawValue }
}

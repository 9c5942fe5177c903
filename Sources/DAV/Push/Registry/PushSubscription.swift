/// Where and how somebody is told: the one child of `subscription` (draft-bitfire-webdav-push §3.1), as its transport reads it.
///
/// All of it is a secret of the client and the server: who knows it can send to the device, or flood it.
public struct PushSubscription: Sendable, Hashable, CustomStringConvertible {
    /// The transport's ``PushTransport/id``.
    public var transport: String
    /// What tells one subscription from another (§3.2): in Web Push the push resource. Compared byte for byte.
    public var identity: String
    /// What else the transport needs, in its own form: keys.
    public var details: [UInt8]
    /// Which service it goes through, such as the origin of its URL: one that is slow or down holds up only its own.
    public var lane: String

    public init(transport: String, identity: String, details: [UInt8], lane: String) {
        self.transport = transport
        self.identity = identity
        self.details = details
        self.lane = lane
    }

    /// Without the secrets.
    public var description: String { "\(transport) through \(lane)" }
}

/// One transport of push messages (draft-bitfire-webdav-push §1.2, §6): Web Push, or one of your own.
public protocol PushTransport: Sendable {
    /// The local name of its element in `transports`, such as `web-push`.
    var id: String { get }
    /// The element of a `subscription` that it reads.
    var subscriptionElement: XMLName { get }

    /// Writes its element into `transports` (§2.1), with what clients need to subscribe.
    func advertise(in xml: inout XMLWriter)

    /// Reads what a client sent.
    ///
    /// - Throws: ``DAVError/invalidPushSubscription(_:)`` (403) for anything that could not be sent to.
    func subscription(from element: XMLElement) async throws -> PushSubscription

    /// Sends one message, and waits for the service's answer. Bounded in time and memory, whatever the service does.
    func send(_ notice: PushNotice, to subscription: PushSubscription) async -> PushOutcome
}

/// A message on its way out.
public struct PushNotice: Sendable {
    /// The message's XML (§4.1).
    public var body: [UInt8]
    /// Equal for messages of which a service needs to keep only the last (RFC 8030 §5.4): the registration's id, and what the
    /// message tells of. A transport that shows it to a service hashes it with a secret of its own first, for whoever sees
    /// equal values learns that two messages are of one registration (draft-bitfire-webdav-push §6.4).
    public var replacing: String
    public var urgency: Urgency
    /// How many seconds it is worth keeping.
    public var lifetime: Int64

    /// RFC 8030 §5.3
    public enum Urgency: String, Sendable, Hashable { case low, normal, high }

    public init(body: [UInt8], replacing: String, urgency: Urgency, lifetime: Int64) {
        self.body = body
        self.replacing = replacing
        self.urgency = urgency
        self.lifetime = lifetime
    }
}

/// What became of one message, as far as it matters for what to do next.
public struct PushOutcome: Sendable, Hashable {
    public var kind: Kind
    /// For people: the answer in a few words, without secrets, such as `201` or `no connection in 5 s`.
    public var summary: String

    public init(_ kind: Kind, _ summary: String) {
        self.kind = kind
        self.summary = summary
    }

    public enum Kind: Sendable, Hashable {
        /// The service took it.
        case accepted
        /// The subscription is no more: forget it.
        case gone
        /// Where it leads must not be spoken to: forget it.
        case forbidden
        /// The service refuses our identity, or our name for it.
        case unauthorized
        /// The service does not understand it.
        case rejected
        /// A redirect, which is never followed.
        case redirected
        /// The service asks for a pause of so many seconds, for everything that goes through it; `nil`: it does not say how long.
        case throttled(Int64?)
        /// The service has nobody to give it to at present.
        case unclaimed
        /// No answer, or one that says to come again.
        case unavailable
    }
}

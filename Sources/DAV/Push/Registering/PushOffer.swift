/// What a server needs to offer push; part of ``ServerFacts``. Without it nothing of push is seen anywhere.
public struct PushOffer: Sendable {
    public var registry: any PushRegistry
    /// In the order of preference.
    public var transports: [any PushTransport]
    /// Registration URLs stand directly below.
    public var path: DAVPath
    /// Scheme and host of registration URLs, such as `https://dav.example.org`; `nil`: those of the request. Behind a proxy that
    /// changes them it must be set, since clients send their credentials there.
    public var origin: String?
    public var limits = PushLimits()
    /// How long registrations last, in seconds: if none was asked for, at least and at most (§3.4 asks for three days or more).
    public var defaultLifetime: Int64 = 7 * 86_400
    public var lifetimes: ClosedRange<Int64> = 3600...(14 * 86_400)
    /// Refuse a `push-register` without a `trigger`, as the letter of §3.1.3 has it. Off: widespread clients send none, and
    /// mean content updates.
    public var requiresTrigger = false

    public init(
        registry: any PushRegistry, transports: [any PushTransport], path: DAVPath = PushOffer.defaultPath,
        origin: String? = nil
    ) {
        self.registry = registry
        self.transports = transports
        self.path = path
        self.origin = origin
    }

    /// Whether a path is that of a registration, there or not. Asked on every request.
    func isRegistration(_ path: DAVPath) -> Bool {
        path.names.count == self.path.names.count + 1 && path.isWithin(self.path)
    }

    public static let defaultPath = DAVPath([Name("push")!])
}

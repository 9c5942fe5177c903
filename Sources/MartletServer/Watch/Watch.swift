import DAV
public import UnixSignals

/// `martlet watch`: a client of WebDAV-Push for the terminal.
///
/// It registers itself at one resource, is told when something changes, asks what, and tells it. It speaks the draft only, and
/// so to any server that does.
public struct Watch: Sendable {
    /// How pushes come.
    public enum Receiver: Sendable, Hashable {
        /// By ``listen(host:port:)``, if the server is on this machine or its network.
        case automatic
        /// To a port of this machine. Host and port: those that suit, if not given.
        case listen(host: String?, port: Int)
        /// By way of an ntfy server.
        case ntfy(ProbeURL)

        /// `listen`, `listen:HOST:PORT` or `ntfy:URL`.
        public init?(_ text: String) {
            if text == "listen" {
                self = .listen(host: nil, port: 0)
            } else if text.hasPrefix("listen:") {
                guard let address = ListenAddress(configuration: String(text.dropFirst(7))) else { return nil }
                self = .listen(host: address.host, port: address.port)
            } else if text.hasPrefix("ntfy:") {
                guard let url = ProbeURL(String(text.dropFirst(5))) else { return nil }
                self = .ntfy(url)
            } else {
                return nil
            }
        }
    }

    /// Where lines go.
    public enum Output: Sendable {
        /// What changed.
        case change(String)
        /// How things are, for who looks on.
        case note(String)
    }

    public var url: ProbeURL
    public var user: String?
    /// As it was typed; bytes, since passwords are.
    public var password: [UInt8]
    /// PEM file with the authority to trust instead of the system's.
    public var authority: String?
    public var receiver = Receiver.automatic
    /// How the server reaches the receiver, if something stands in front of it.
    public var receiverURL: ProbeURL?
    /// What the shell runs for each change.
    public var command: String?
    /// Ends after the first change.
    public var isOnce = false
    public var isJSON = false
    /// A file that keeps keys, token and registration for the next run.
    public var state: String?
    /// Seconds between looking without having been told: a push may get lost (§1).
    public var pollInterval: Int64 = 300

    public init(url: ProbeURL, user: String?, password: [UInt8]) {
        self.url = url
        self.user = user
        self.password = password
    }

    /// Watches until a signal arrives, the task is cancelled, the resource is gone, or after the first change if ``isOnce``; then
    /// removes the registration.
    ///
    /// - Throws: ``WatchFailure`` with what to do about it.
    public func run(
        signals: [UnixSignal] = [.sigint, .sigterm], _ output: @escaping @Sendable (Output) -> Void
    ) async throws {
        let (inputs, queue) = AsyncStream.makeStream(of: WatchInput.self, bufferingPolicy: .bufferingNewest(256))
        let session = try WatchSession(self, output)
        let pollInterval = pollInterval
        var failure: (any Error)?
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let source = try await session.open { queue.yield($0) }
                group.addTask { try await session.work(inputs) }
                if let source {
                    group.addTask {
                        await source.run { queue.yield(.distributor($0)) }
                        try Task.checkCancellation()
                    }
                }
                group.addTask {
                    while true {
                        try await Task.sleep(for: .seconds(await session.pause(atMost: pollInterval)))
                        queue.yield(.tick)
                    }
                }
                if !signals.isEmpty {
                    group.addTask { for await _ in await UnixSignalsSequence(trapping: signals) { return } }
                }
                // Whichever ends first ends all.
                try await group.next()
                group.cancelAll()
            }
        } catch is CancellationError {
        } catch {
            failure = error
        }
        // Not in this task: it may be cancelled, and the registration is to be removed all the same.
        await Task { await session.close() }.value
        if let failure { throw failure }
    }
}

/// What wakes the session.
enum WatchInput: Sendable {
    /// The listener stands.
    case ready
    case push([UInt8])
    case distributor(DistributorStream.Event)
    /// Somebody sent what a push service would not take.
    case refused(Int, String)
    case tick
}

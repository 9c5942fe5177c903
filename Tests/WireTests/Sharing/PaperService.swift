import DAV
import Synchronization
import Testing

/// A push service that remembers what it was given.
final class PaperService: PushTransport {
    let id = "paper"
    let subscriptionElement = XMLName(PaperService.namespace, "paper-subscription")
    /// In the order in which they came.
    private let messages = Mutex<[(device: String, text: String, urgency: PushNotice.Urgency)]>([])

    func advertise(in xml: inout XMLWriter) { xml.empty(XMLName(Self.namespace, "paper")) }

    func subscription(from element: XMLElement) async throws -> PushSubscription {
        PushSubscription(transport: id, identity: element.text, details: [], lane: "paper")
    }

    func send(_ notice: PushNotice, to subscription: PushSubscription) async -> PushOutcome {
        let text = String(decoding: notice.body, as: UTF8.self)
        messages.withLock { $0.append((subscription.identity, text, notice.urgency)) }
        return PushOutcome(.accepted, "kept")
    }

    func messages(for device: String) -> [String] {
        messages.withLock { $0 }.filter { $0.device == device }.map(\.text)
    }

    func urgencies(for device: String) -> [PushNotice.Urgency] {
        messages.withLock { $0 }.filter { $0.device == device }.map(\.urgency)
    }

    /// Waits for so many; the suite's own time limit ends it otherwise.
    func wait(for device: String, _ count: Int = 1) async throws -> [String] {
        while messages(for: device).count < count { try await Task.sleep(for: .milliseconds(2)) }
        return messages(for: device)
    }

    static let namespace = "https://bitfire.at/webdav-push"
    static let content = "<content-update><D:depth>infinity</D:depth></content-update>"

    static func register(
        _ client: Client, _ target: String, _ device: String, _ trigger: String = content
    ) async throws -> Reply {
        try await client.send(
            "POST", target, [("Content-Type", "application/xml")],
            """
            <push-register xmlns="\(namespace)" xmlns:D="DAV:"><subscription><paper-subscription>\(device)\
            </paper-subscription></subscription><trigger>\(trigger)</trigger></push-register>
            """)
    }

    /// For a server that is to use it.
    func setUp(_ setup: inout ShareServer.Setup) {
        setup.transports = [self]
        setup.isInRealTime = true
    }

    /// Runs `body` with a dispatcher at work.
    func dispatching(for server: ShareServer, _ body: () async throws -> Void) async throws {
        var options = PushDispatcher.Options()
        options.debounce = .milliseconds(5)
        (options.interval, options.lowInterval) = (.milliseconds(1), .milliseconds(1))
        options.jitter = .zero
        options.pollInterval = .milliseconds(20)
        let dispatcher = try #require(PushDispatcher(handler: server.handler, options: options))
        let work = Task { await dispatcher.run() }
        let outcome: Result<Void, any Error>
        do {
            try await body()
            outcome = .success(())
        } catch { outcome = .failure(error) }
        work.cancel()
        await work.value
        try outcome.get()
    }
}

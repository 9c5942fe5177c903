import DAV
import DAVWebPush
import Synchronization
import Testing
import WebPush

@testable import MartletServer

/// Web Push as the server speaks it, to a push service of one (push.md's T numbers).
@Suite struct WebPushTransportTests {
    /// What arrived, and what was refused.
    final class Arrivals: Sendable {
        let bodies = Mutex<[[UInt8]]>([])
        let refusals = Mutex(0)
    }

    let keys = ReceiverKeys()
    let arrivals = Arrivals()

    private func listener(accepting accepted: [VAPIDKey]) async throws -> PushListener {
        let listener = try await PushListener.start(
            host: "127.0.0.1", port: 0, name: "p", publicURL: nil,
            take: { [arrivals] body in arrivals.bodies.withLock { $0.append(body) } },
            refuse: { [arrivals] _, _ in arrivals.refusals.withLock { $0 += 1 } })
        listener.accept(accepted.map(\.publicKey))
        return listener
    }

    /// Runs `body` with a transport that may send to this machine.
    private func withTransport(
        _ keyring: VAPIDKeyring, _ destinations: PushDestinations = PushDestinations(allowsLoopback: true),
        _ body: (WebPushTransport) async throws -> Void
    ) async throws {
        var settings = PushClient.Configuration()
        settings.addressPolicy = destinations.addresses
        let client = try PushClient(configuration: settings)
        let tokens = VAPIDTokens(contact: try VAPIDContact("admin@dav-of-ours.net"))
        let transport = WebPushTransport(keyring: keyring, tokens: tokens, client: client, destinations: destinations)
        do {
            try await body(transport)
            await client.shutdown()
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private func element(
        _ url: String, key: String? = nil, auth: String? = nil, encoding: String? = "aes128gcm", more: String = ""
    ) throws -> XMLElement {
        let subscriber = keys.subscriberKeys
        let key = key ?? Base64URL.encode(subscriber.publicKeyBytes)
        let auth = auth ?? Base64URL.encode(subscriber.authenticationSecret)
        let encoding = encoding.map { "<content-encoding>\($0)</content-encoding>" } ?? ""
        let document = """
            <web-push-subscription xmlns="https://bitfire.at/webdav-push"><push-resource>\(url)</push-resource>\(encoding)
            <subscription-public-key type="p256dh">\(key)</subscription-public-key><auth-secret>\(auth)</auth-secret>\(more)
            </web-push-subscription>
            """
        return try XMLElement.parse(Array(document.utf8))
    }

    private func notice(_ replacing: String = "r content") -> PushNotice {
        PushNotice(
            body: DAV.PushMessage.contentUpdate(of: .random()).xml, replacing: replacing, urgency: .normal, lifetime: 60
        )
    }

    private let ring = VAPIDKeyring(keys: [VAPIDKey()], topicSecret: Array(repeating: 7, count: 32))

    @Test func theKeyStandsWithoutWhiteSpace() async throws {  // T3
        try await withTransport(ring) { transport in
            var xml = XMLWriter()
            xml.start(.push("transports"))
            transport.advertise(in: &xml)
            xml.end()
            let key = try XMLElement.parse(xml.take()).first(.push("web-push"))?.first(.push("vapid-public-key"))
            #expect(key?.text == ring.current.publicKey)
            #expect(key?.text.utf8.count == 87)
            #expect(key?.attributes.map(\.value) == ["p256ecdsa"])
        }
    }

    @Test func whatCouldNotBeSentToIsRefused() async throws {  // T15-T18, T74
        let good = Base64URL.encode(keys.subscriberKeys.publicKeyBytes)
        let bad: [XMLElement] = try [
            element(""), element("http://push.my-domain.org/p"), element("ftp://127.0.0.1/p"),
            element("https://user@push.my-domain.org/p"), element("https://10.0.0.1/p"),
            element("https://[::ffff:10.0.0.1]/p"),
            element("https://100.64.1.1/p"), element("https://169.254.169.254/p"), element("https://2130706433/p"),
            element("https://localhost./p"), element("https://push.my-domain.org:25/p"),
            element("https://127.0.0.1:9/p", encoding: "aesgcm"),
            element("https://127.0.0.1:9/p", key: String(good.dropLast(2))),
            element("https://127.0.0.1:9/p", key: "A" + good.dropFirst()),
            element("https://127.0.0.1:9/p", auth: "AAAA"),
            element("https://127.0.0.1:9/p", auth: "?"),
            element("https://127.0.0.1:9/p", more: "<push-resource>https://127.0.0.1:9/q</push-resource>"),
        ]
        try await withTransport(ring) { transport in
            for element in bad {
                do {
                    let subscription = try await transport.subscription(from: element)
                    Issue.record("\(element.first(.push("push-resource"))?.text ?? "") became \(subscription)")
                } catch let error as DAVError {
                    #expect(error.condition?.name == .push("invalid-subscription"))
                }
            }
            let spaced = try element(" https://127.0.0.1:9/p\n", key: "\n" + good + "= ", encoding: nil)
            #expect(try await transport.subscription(from: spaced).identity == "https://127.0.0.1:9/p", "T17")
        }
    }

    @Test func messagesStayOnThisMachineUntilThereIsAContact() async throws {
        let own = PushDestinations(allowedOrigins: ["https://push.lan"], allowsLoopback: true, isLocalOnly: true)
        try await withTransport(ring, own) { transport in
            _ = try await transport.subscription(from: element("http://127.0.0.1:9/p"))
            do {
                _ = try await transport.subscription(from: element("https://1.1.1.1/p"))
                Issue.record("It would be sent to.")
            } catch let error as DAVError {
                #expect(error.condition?.name == .push("invalid-subscription"))
            }
        }
    }

    @Test func theKeyThatASubscriptionWasMadeForIsFoundAndRemembered() async throws {  // T69
        let (new, old) = (VAPIDKey(), VAPIDKey())
        let listener = try await listener(accepting: [old])
        let ring = VAPIDKeyring(keys: [new, old], topicSecret: [1])
        try await withTransport(ring) { transport in
            let subscription = try await transport.subscription(from: element(listener.url))
            #expect(await transport.send(notice(), to: subscription).kind == .accepted)
            #expect(arrivals.refusals.withLock { $0 } == 1)
            #expect(await transport.send(notice(), to: subscription).kind == .accepted)
            #expect(arrivals.refusals.withLock { $0 } == 1, "the second message begins with the key that was taken")
            let texts = try arrivals.bodies.withLock { $0 }.map {
                String(decoding: try keys.decrypt($0), as: UTF8.self)
            }
            #expect(texts.count == 2 && texts.allSatisfy { $0.contains("content-update") })
        }
        await listener.stop()
    }

    @Test func whoRefusesEveryKeyIsAskedOnceMoreWithAFreshToken() async throws {  // push.md 4: the clock may have been set
        let listener = try await listener(accepting: [VAPIDKey()])
        try await withTransport(VAPIDKeyring(keys: [VAPIDKey(), VAPIDKey()], topicSecret: [1])) { transport in
            let subscription = try await transport.subscription(from: element(listener.url))
            #expect(await transport.send(notice(), to: subscription).kind == .unauthorized)
            #expect(arrivals.refusals.withLock { $0 } == 3)
        }
        await listener.stop()
    }

    @Test func aNewKeyIsToldOnceSignedWithTheOldOne() async throws {  // T82, U-40
        let (new, old) = (VAPIDKey(), VAPIDKey())
        let listener = try await listener(accepting: [old])
        try await withTransport(VAPIDKeyring(keys: [new, old], topicSecret: [1])) { transport in
            let now = Timestamp(seconds: 1_000_000_000)
            let registry = MemoryPushRegistry()
            for index in 0..<3 {
                // Three registrations of one subscription are told once.
                _ = try await registry.register(
                    PushRegistration(
                        id: .random(), location: "\(index)", principal: PrincipalID(Name("ann")!), resource: .random(),
                        path: .root, subscription: try await transport.subscription(from: element(listener.url)),
                        triggers: PushTriggers(content: .one), expires: now.adding(seconds: 86_400), created: now),
                    limits: PushLimits())
            }
            let began = now.adding(seconds: 10)
            var rotation = PushRotation(
                registry: registry, transport: transport, progress: .init(key: 2, began: began))
            for minute in 0...30 { try await rotation.advance(to: began.adding(seconds: Int64(minute) * 60)) }
            // What was done is not done again after a restart.
            let kept = try #require(PushRotation.Progress(rotation.progress.bytes))
            #expect(kept == rotation.progress)
            rotation = PushRotation(registry: registry, transport: transport, progress: kept)
            for minute in 31...61 { try await rotation.advance(to: began.adding(seconds: Int64(minute) * 60)) }
            #expect(rotation.isOver)
        }
        let texts = try arrivals.bodies.withLock { $0 }.map { try keys.decrypt($0) }
        #expect(texts == [DAV.PushMessage.keyRotation.xml])
        await listener.stop()
    }

    @Test func theTopicHeaderHidesWhatItNames() {  // T26, T86, U-43
        let names = ["a content", "a property", "b content"]
        let topics = names.map(ring.topic)
        #expect(Set(topics).count == 3)
        #expect(topics == names.map(ring.topic))
        #expect(topics.allSatisfy { WebPush.PushMessage.Topic($0) != nil && $0.utf8.count == 32 })
        let other = VAPIDKeyring(keys: [VAPIDKey()], topicSecret: [8])
        #expect(other.topic("a content") != topics[0])
    }
}

import DAV
import DAVWebPush
import WebPush

/// What telling clients takes besides the table: who is behind, how devices are reached, and where messages may go.
struct Pushing {
    let registry = MemoryPushRegistry()
    let offer: PushOffer

    init() throws {
        // Made anew at each start here. Yours are made once and kept, since devices bind their subscriptions to the key.
        let key = VAPIDKey()
        let secret = (0..<32).map { _ in UInt8.random(in: 0...255) }
        let keyring = VAPIDKeyring(keys: [key], topicSecret: secret)
        // The public Internet, over TLS; and, for trying it out, receivers on this very machine.
        let destinations = PushDestinations(allowsLoopback: true)
        var settings = PushClient.Configuration()
        settings.addressPolicy = destinations.addresses
        let transport = WebPushTransport(
            keyring: keyring, tokens: VAPIDTokens(contact: try VAPIDContact("admin@your-domain.net")),
            client: try PushClient(configuration: settings), destinations: destinations)
        offer = PushOffer(registry: registry, transports: [transport])
    }
}

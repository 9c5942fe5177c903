import DAV
import DAVWebPush
import Logging
import WebPush

/// Tells subscribers that the VAPID key was replaced (draft-bitfire-webdav-push §6.2.1), each once and signed with the key before.
///
/// A client answers by subscribing anew with all it has, so the messages are spread over an hour: each subscription has its
/// moment, drawn from its name.
struct PushRotation: Sendable {
    static let spread: Int64 = 3600

    let registry: any PushRegistry
    let transport: WebPushTransport
    /// When the key was replaced.
    let began: Timestamp
    /// Up to which second after that everybody was told.
    private var told: Int64

    /// - Parameter now: of a rotation that is under way already, what is past is not told again.
    init(registry: any PushRegistry, transport: WebPushTransport, began: Timestamp, now: Timestamp) {
        self.registry = registry
        self.transport = transport
        self.began = began
        // The first seconds are told late rather than never: the server takes a while to notice the new key.
        told = now.seconds - began.seconds < 60 ? -1 : now.seconds - began.seconds
    }

    var isOver: Bool { told >= Self.spread }

    /// Tells everybody whose moment has come.
    mutating func advance(to now: Timestamp) async throws {
        let due = min(now.seconds - began.seconds, Self.spread)
        guard due > told else { return }
        var after: PushRegistration.ID?
        var done: Set<String> = []
        while true {
            let page = try await registry.registrations(of: nil, after: after, limit: 500, now: now)
            for registration in page where registration.created < began {
                let subscription = registration.subscription
                let moment = Self.moment(of: subscription.identity)
                guard subscription.transport == transport.id, told < moment, moment <= due,
                    done.insert(subscription.identity).inserted
                else { continue }
                let notice = PushNotice(
                    body: DAV.PushMessage.keyRotation.xml, replacing: "rotation \(registration.id)", urgency: .normal,
                    lifetime: max(60, min(registration.expires.seconds - now.seconds, 3 * 86_400)))
                _ = await transport.sendRotation(notice, to: subscription)
            }
            guard page.count == 500, let last = page.last else { break }
            after = last.id
        }
        told = due
    }

    /// Evenly spread, and always the same for the same subscription (FNV-1a).
    private static func moment(of identity: String) -> Int64 {
        let hash = identity.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int64((hash >> 32) % UInt64(spread + 1))
    }
}

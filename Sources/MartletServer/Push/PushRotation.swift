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
    /// Under what the store keeps ``Progress``.
    static let purpose = "push-rotation"

    let registry: any PushRegistry
    let transport: WebPushTransport
    private(set) var progress: Progress

    init(registry: any PushRegistry, transport: WebPushTransport, progress: Progress) {
        self.registry = registry
        self.transport = transport
        self.progress = progress
    }

    /// How far it went, kept in the store so that a restart neither skips anybody nor begins anew.
    struct Progress: Sendable, Equatable {
        /// Which key was the new one.
        var key: Int64
        /// When the server noticed it.
        var began: Timestamp
        /// Up to which second after that everybody was told.
        var told: Int64

        init(key: Int64, began: Timestamp) { (self.key, self.began, self.told) = (key, began, -1) }

        init?(_ bytes: [UInt8]) {
            let numbers = bytes.split(separator: 0x20).compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
            guard numbers.count == 3 else { return nil }
            (key, began, told) = (numbers[0], Timestamp(seconds: numbers[1]), numbers[2])
        }

        var bytes: [UInt8] { Array("\(key) \(began.seconds) \(told)".utf8) }
    }

    var isOver: Bool { progress.told >= Self.spread }

    /// Tells everybody whose moment has come.
    mutating func advance(to now: Timestamp) async throws {
        let began = progress.began
        let told = progress.told
        let due = min(now.seconds - began.seconds, Self.spread)
        // All registrations are looked at each time.
        guard due - told >= 30 || due == Self.spread, due > told else { return }
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
        progress.told = due
    }

    /// Evenly spread, and always the same for the same subscription (FNV-1a).
    private static func moment(of identity: String) -> Int64 {
        let hash = identity.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int64((hash >> 32) % UInt64(spread + 1))
    }
}

import Crypto
import Synchronization
public import WebPush

/// The server's VAPID keys (RFC 8292): the one it names to clients, and those of the past, which old subscriptions are bound to.
///
/// Keep them where the data is kept, and in its backups: without the key every subscription is lost.
public final class VAPIDKeyring: Sendable {
    private struct State {
        var keys: [VAPIDKey]
        /// Which key a subscription took last, if it was not the current one.
        var remembered: [String: VAPIDKey] = [:]
    }

    private let state: Mutex<State>
    private let topicKey: SymmetricKey

    /// - Parameters:
    ///   - keys: the current one first; at least one.
    ///   - topicSecret: 32 random bytes, always the same: what hides registrations in the `Topic` header.
    public init(keys: [VAPIDKey], topicSecret: [UInt8]) {
        precondition(!keys.isEmpty, "a keyring holds a key")
        state = Mutex(State(keys: keys))
        topicKey = SymmetricKey(data: topicSecret)
    }

    /// Takes over what another process did.
    ///
    /// - Parameter keys: the current one first.
    /// - Returns: whether the current key is another one now.
    public func update(_ keys: [VAPIDKey]) -> Bool {
        guard !keys.isEmpty else { return false }
        return state.withLock { state in
            guard state.keys != keys else { return false }
            let isNew = state.keys.first != keys.first
            state.keys = keys
            state.remembered = [:]
            return isNew
        }
    }

    public var current: VAPIDKey { state.withLock { $0.keys[0] } }
    public var retired: [VAPIDKey] { state.withLock { Array($0.keys.dropFirst()) } }

    /// The keys to sign with, in the order in which they are worth trying.
    func keys(for identity: String) -> [VAPIDKey] {
        state.withLock { state in
            guard let first = state.remembered[identity] else { return state.keys }
            return [first] + state.keys.filter { $0 != first }
        }
    }

    /// Tries `key` first from now on. A subscription is forgotten again if there are very many, at the cost of one refusal.
    func remember(_ key: VAPIDKey, for identity: String) {
        state.withLock { state in
            if key == state.keys[0] {
                if !state.remembered.isEmpty { state.remembered[identity] = nil }
                return
            }
            if state.remembered.count >= 10_000 { state.remembered = [:] }
            state.remembered[identity] = key
        }
    }

    /// The header that lets a message replace an earlier one (RFC 8030 §5.4), without telling anything: 32 characters.
    package func topic(_ text: String) -> String {
        Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: topicKey).prefix(24))
    }
}

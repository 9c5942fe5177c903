import Synchronization

/// Signed tokens, one for each key and push service, used again until half of their life is over.
///
/// RFC 8292 §2 lets a token be sent many times within 24 hours, which makes signing free: these live for 12 hours and are
/// renewed after 6, so that clocks may differ by hours. The number of tokens kept is bounded, since subscribers choose the
/// push service.
public final class VAPIDTokens: Sendable {
    private struct Slot: Hashable {
        let publicKey: String
        let origin: String
    }

    private struct Token {
        let value: String
        let made: Int64
    }

    private let contact: VAPIDContact
    private let lifetime: Int64
    private let capacity: Int
    private let now: @Sendable () -> Int64
    private let tokens = Mutex<[Slot: Token]>([:])

    /// - Parameters:
    ///   - contact: who runs the server.
    ///   - lifetime: seconds that a token is valid; at most 24 hours (RFC 8292 §2), half of which it is used.
    ///   - capacity: how many tokens are kept.
    ///   - now: the clock, in seconds since 1970.
    public init(
        contact: VAPIDContact, lifetime: Int64 = 12 * 3600, capacity: Int = 1024,
        now: @escaping @Sendable () -> Int64 = WallClock.now
    ) {
        self.contact = contact
        self.lifetime = min(max(lifetime, 60), 24 * 3600)
        self.capacity = max(1, capacity)
        self.now = now
    }

    /// The value of `Authorization` for a message to `endpoint`, signed with `key`: `vapid t=…, k=…` (RFC 8292 §3).
    ///
    /// Cost: a look-up, and one signature (some fifteen microseconds) every six hours for each push service.
    ///
    /// - Parameter isFresh: whether to sign anew, as after a refusal (401, 403) that a jump of the clock may have caused.
    public func authorization(
        for endpoint: PushEndpoint, key: VAPIDKey, isFresh: Bool = false
    ) throws(VAPIDKeyError) -> String {
        let slot = Slot(publicKey: key.publicKey, origin: endpoint.origin)
        let now = now()
        if !isFresh, let value = value(at: slot, now: now) { return value }
        // Signed outside the lock: two callers may both sign, and either token will do.
        let token = try key.token(audience: endpoint.origin, contact: contact, expiry: now + lifetime)
        let value = "vapid t=\(token), k=\(key.publicKey)"
        tokens.withLock { keep(Token(value: value, made: now), at: slot, in: &$0) }
        return value
    }

    var count: Int { tokens.withLock { $0.count } }

    private func value(at slot: Slot, now: Int64) -> String? {
        tokens.withLock { tokens in
            guard let token = tokens[slot], isUsable(token, at: now) else { return nil }
            return token.value
        }
    }

    /// A token of the future is of a clock that has been set back since: its `exp` might be too far away.
    private func isUsable(_ token: Token, at now: Int64) -> Bool {
        token.made <= now && now - token.made < lifetime / 2
    }

    private func keep(_ token: Token, at slot: Slot, in tokens: inout [Slot: Token]) {
        if tokens.count >= capacity, tokens[slot] == nil {
            tokens = tokens.filter { isUsable($0.value, at: token.made) }
            // Rare, and a token costs little: the older half goes, so that not every new one pays for a search.
            if tokens.count >= capacity {
                let half = tokens.sorted { $0.value.made < $1.value.made }.prefix(tokens.count / 2 + 1)
                for (slot, _) in half { tokens[slot] = nil }
            }
        }
        tokens[slot] = token
    }
}

import Crypto
import Synchronization

/// A key pair of the sender, for one message.
package struct EphemeralKeyPair: Sendable {
    let privateKey: P256.KeyAgreement.PrivateKey
    let publicKeyBytes: [UInt8]

    package init() {
        self.init(P256.KeyAgreement.PrivateKey(compactRepresentable: false))
    }

    package init(rawRepresentation: [UInt8]) throws {
        self.init(try P256.KeyAgreement.PrivateKey(rawRepresentation: rawRepresentation))
    }

    private init(_ privateKey: P256.KeyAgreement.PrivateKey) {
        self.privateKey = privateKey
        publicKeyBytes = Array(privateKey.publicKey.x963Representation)
    }
}

/// Key pairs made in advance, each given out once.
///
/// A key pair does not depend on who receives the message, so idle time can make them for the next burst. Nothing here
/// runs by itself: call ``fill()`` when there is time.
public final class EphemeralKeyPairs: Sendable {
    private let capacity: Int
    private let pairs = Mutex<[EphemeralKeyPair]>([])

    /// - Parameter capacity: how many pairs ``fill()`` keeps ready; one takes some two hundred octets.
    public init(capacity: Int) {
        self.capacity = max(0, capacity)
    }

    /// Makes pairs until ``capacity`` of them are ready. Blocks for tens of microseconds for each.
    public func fill() {
        while pairs.withLock({ $0.count < capacity }) {
            let pair = EphemeralKeyPair()
            pairs.withLock { $0.append(pair) }
        }
    }

    /// How many are ready.
    public var count: Int { pairs.withLock { $0.count } }

    func take() -> EphemeralKeyPair? {
        pairs.withLock { $0.popLast() }
    }
}

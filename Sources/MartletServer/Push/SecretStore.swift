public import DAV
public import DAVStorage
import Crypto
import DAVWebPush
import WebPush

/// Where a server keeps its own keys; see ``DAVStorage/SQLiteStore/ensureSecret(_:value:)``.
public protocol SecretStore: Sendable {
    func secrets(_ purpose: String) async throws -> [StoredSecret]
    func ensureSecret(_ purpose: String, value: [UInt8]) async throws -> [StoredSecret]
    func replaceSecret(_ purpose: String, by value: [UInt8]) async throws -> [StoredSecret]
    func removeSecrets(_ purpose: String, replacedBefore time: Timestamp) async throws
}

extension SQLiteStore: SecretStore {}

extension VAPIDKeyring {
    /// Under what the store keeps the keys.
    static let purpose = "vapid"
    private static let topicPurpose = "push-topic"

    /// Reads the keys of a store; the first server to start makes them.
    static func open(_ store: any SecretStore) async throws -> VAPIDKeyring {
        let keys = try await store.ensureSecret(purpose, value: VAPIDKey().rawRepresentation)
        let secret = try await store.ensureSecret(
            topicPurpose, value: SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
        return VAPIDKeyring(keys: try parse(keys), topicSecret: secret.first?.value ?? [])
    }

    static func parse(_ secrets: [StoredSecret]) throws -> [VAPIDKey] {
        try secrets.map { try VAPIDKey(rawRepresentation: $0.value) }
    }
}

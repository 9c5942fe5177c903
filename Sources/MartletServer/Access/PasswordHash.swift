import Crypto
import CryptoExtras

/// A stored password: scrypt (RFC 7914), its cost and salt beside it, as `$scrypt$ln=14,r=8,p=5$salt$hash`.
public struct PasswordHash: Sendable, Hashable {
    /// What one verification costs. Kept in the text, so that it can be raised without anybody losing their password.
    public struct Cost: Sendable, Hashable {
        public var logRounds: Int
        public var blockSize: Int
        public var parallelism: Int

        /// 16 MB and about a quarter of a second: the memory is what a guesser cannot buy cheaply (OWASP's table for 16 MB).
        public static let standard = Cost(logRounds: 14, blockSize: 8, parallelism: 5)
        /// For tests only.
        public static let trivial = Cost(logRounds: 4, blockSize: 1, parallelism: 1)

        // A text that asks for more than this came from elsewhere and could stop the server.
        var isReasonable: Bool {
            (1...20).contains(logRounds) && (1...32).contains(blockSize) && (1...16).contains(parallelism)
        }
    }

    public var cost: Cost
    var salt: [UInt8]
    var hash: [UInt8]

    /// Hashes a password under a fresh salt. Slow by design: not for a thread that others wait for.
    public static func make(_ password: [UInt8], cost: Cost = .standard) throws -> PasswordHash {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return PasswordHash(cost: cost, salt: salt, hash: try derive(password, salt, cost))
    }

    private init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// - Returns: `nil` if the text is not such a hash.
    public init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        var numbers: [Substring: Int] = [:]
        for pair in parts[2].split(separator: ",") {
            let sides = pair.split(separator: "=")
            guard sides.count == 2, let value = Int(sides[1]) else { return nil }
            numbers[sides[0]] = value
        }
        guard let n = numbers["ln"], let r = numbers["r"], let p = numbers["p"],
            let salt = Base64.decode(Array(parts[3].utf8)),
            let hash = Base64.decode(Array(parts[4].utf8)), hash.count == 32
        else { return nil }
        cost = Cost(logRounds: n, blockSize: r, parallelism: p)
        guard cost.isReasonable else { return nil }
        self.salt = salt
        self.hash = hash
    }

    public var text: String {
        "$scrypt$ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)$\(Base64.encode(salt))$\(Base64.encode(hash))"
    }

    /// Slow by design.
    public func matches(_ password: [UInt8]) -> Bool {
        guard let derived = try? Self.derive(password, salt, cost) else { return false }
        // Every byte is looked at, whatever the first says.
        return zip(derived, hash).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0 && derived.count == hash.count
    }

    private static func derive(_ password: [UInt8], _ salt: [UInt8], _ cost: Cost) throws -> [UInt8] {
        try KDF.Scrypt.deriveKey(
            from: password, salt: salt, outputByteCount: 32, rounds: 1 << cost.logRounds, blockSize: cost.blockSize,
            parallelism: cost.parallelism
        ).withUnsafeBytes { Array($0) }
    }
}

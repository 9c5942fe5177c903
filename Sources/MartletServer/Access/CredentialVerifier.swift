import Crypto
public import DAV
import Synchronization

/// Verifies passwords, and remembers for a while which were right, so that a request does not pay for the hash.
///
/// What is remembered is an HMAC under a key that lives and dies with the process. An entry holds only as long as the account
/// still has the hash it was verified against; the account is looked up again after a second, so a password changed by
/// another process stops working within that time.
public final class CredentialVerifier: Sendable {
    public enum Verdict: Sendable, Equatable {
        case verified(PrincipalID)
        case wrong
        case wait(seconds: Int64)
        /// Too many passwords are being hashed just now.
        case busy
    }

    private struct Entry {
        var principal: PrincipalID
        var hash: String
        var expires: Int64
        var confirmed: Int64
    }

    static let confirmationMilliseconds: Int64 = 1000
    private static let maxEntries = 10_000

    private let accounts: any AccountStore
    /// What people may leave out of their names.
    private let domain: String?
    private let cost: PasswordHash.Cost
    private let cacheMilliseconds: Int64
    private let throttle: Throttle
    private let hasher: PasswordHasher
    private let clock: @Sendable () -> Int64
    /// Has taken in the key and no text; each digest is made by a copy (RFC 2104 §4).
    private let keyed = HMAC<SHA256>(key: SymmetricKey(size: .bits256))
    private let entries = Mutex<[[UInt8]: Entry]>([:])
    /// What an unknown user's password is compared with, so that the answer takes as long as a wrong password's.
    private let decoy: Mutex<PasswordHash?> = Mutex(nil)

    /// - Parameters:
    ///   - domain: added to names without `@` for which there is no account.
    ///   - clock: milliseconds that only go forward.
    public init(
        accounts: any AccountStore, domain: String? = nil, cost: PasswordHash.Cost = .standard,
        cacheSeconds: Int64 = 300,
        failuresPerAccount: Int = 20,
        failuresPerAddress: Int = 60, clock: @escaping @Sendable () -> Int64 = { Uptime.milliseconds() }
    ) {
        self.accounts = accounts
        self.domain = domain
        self.cost = cost
        cacheMilliseconds = cacheSeconds.multipliedReportingOverflow(by: 1000).partialValue
        throttle = Throttle(perAccount: failuresPerAccount, perAddress: failuresPerAddress)
        hasher = PasswordHasher()
        self.clock = clock
    }

    /// Cost: one HMAC if the password was verified lately; else a lookup and a quarter of a second on another thread.
    func verify(_ credentials: BasicCredentials, from address: IPAddress) async throws -> Verdict {
        let digest = digest(of: credentials)
        let known = recall(digest)
        if let known, clock() - known.confirmed < Self.confirmationMilliseconds { return .verified(known.principal) }
        let (principal, hash) = try await account(of: credentials.name)
        if var known, known.hash == hash, known.principal == principal {
            known.confirmed = clock()
            remember(digest, known)
            return .verified(principal)
        }
        // Counted under the account, or each way to spell a name would allow as many guesses again.
        if let wait = throttle.begin(principal.name, from: address, now: clock()) {
            return .wait(seconds: max(1, (wait + 999) / 1000))
        }
        do {
            guard try await isRight(credentials, hash), let hash else { return .wrong }
            throttle.succeeded(principal.name, from: address)
            remember(
                digest,
                Entry(principal: principal, hash: hash, expires: clock() + cacheMilliseconds, confirmed: clock()))
            await strengthen(hash, of: principal, credentials.password)
            return .verified(principal)
        } catch is PasswordHasher.Busy {
            throttle.succeeded(principal.name, from: address)
            return .busy
        }
    }

    /// Whose account a typed name means (RFC 6764 §6, N-03): the account of exactly that name; else, for `ann@example.org`, the
    /// account `ann`; else, for `ann`, the account `ann@` and the configured domain.
    private func account(of typed: Name) async throws -> (PrincipalID, hash: String?) {
        let exact = PrincipalID(typed)
        if let hash = try await accounts.passwordHash(of: exact) { return (exact, hash) }
        var other: Name?
        if let at = typed.string.utf8.lastIndex(of: UInt8(ascii: "@")) {
            other = Name(String(typed.string[..<at]))
        } else if let domain {
            other = Name(typed.string + "@" + domain)
        }
        if let id = other.map({ PrincipalID($0) }), let hash = try await accounts.passwordHash(of: id) {
            return (id, hash)
        }
        return (exact, nil)
    }

    private func isRight(_ credentials: BasicCredentials, _ stored: String?) async throws -> Bool {
        if let hash = stored.flatMap({ PasswordHash($0) }) {
            return try await hasher.matches(hash, credentials.password)
        }
        _ = try await hasher.matches(try await decoyHash(), credentials.password)
        return false
    }

    private func decoyHash() async throws -> PasswordHash {
        if let hash = decoy.withLock({ $0 }) { return hash }
        let hash = try await hasher.make([UInt8](repeating: 0, count: 16), cost: cost)
        decoy.withLock { $0 = hash }
        return hash
    }

    /// A password hashed at another cost than today's is hashed again, now that it is at hand.
    private func strengthen(_ stored: String, of principal: PrincipalID, _ password: [UInt8]) async {
        guard PasswordHash(stored)?.cost != cost, let hash = try? await hasher.make(password, cost: cost) else {
            return
        }
        try? await accounts.replacePasswordHash(of: principal, from: stored, to: hash.text)
    }

    private func digest(of credentials: BasicCredentials) -> [UInt8] {
        var text = Array(credentials.name.string.utf8)
        text.append(0)
        text += credentials.password
        var code = keyed
        code.update(data: text)
        return code.finalize().withUnsafeBytes { Array($0) }
    }

    private func recall(_ digest: [UInt8]) -> Entry? {
        let now = clock()
        return entries.withLock { entries in
            guard let entry = entries[digest] else { return nil }
            if entry.expires > now { return entry }
            entries[digest] = nil
            return nil
        }
    }

    private func remember(_ digest: [UInt8], _ entry: Entry) {
        let now = clock()
        entries.withLock { entries in
            if entries.count >= Self.maxEntries { entries = entries.filter { $0.value.expires > now } }
            if entries.count >= Self.maxEntries { entries = [:] }
            entries[digest] = entry
        }
    }
}

public import DAV

/// Where password hashes are kept. Another process may change them at any time: `martlet user` does.
public protocol AccountStore: Sendable {
    /// A ``PasswordHash`` as text; `nil`: there is no such account. Cost: one lookup by key.
    func passwordHash(of id: PrincipalID) async throws -> String?
    /// Stores `new` if the hash still is `old`: a password hashed anew must not undo one changed meanwhile.
    func replacePasswordHash(of id: PrincipalID, from old: String, to new: String) async throws
}

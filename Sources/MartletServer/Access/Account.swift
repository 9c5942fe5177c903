public import DAV

/// Somebody who may sign in.
public struct Account: Sendable, Hashable {
    public var name: Name
    /// A ``PasswordHash`` as text.
    public var passwordHash: String
    public init(name: Name, passwordHash: String) {
        self.name = name
        self.passwordHash = passwordHash
    }
}

/// Where accounts are kept. Another process may change them at any time: `martlet user` does.
public protocol AccountStore: Sendable {
    /// Cost: one lookup by key.
    func account(named name: Name) async throws -> Account?
    /// Stores `new` if the hash still is `old`: a password made stronger must not undo one changed meanwhile.
    func replacePasswordHash(of name: Name, from old: String, to new: String) async throws
}

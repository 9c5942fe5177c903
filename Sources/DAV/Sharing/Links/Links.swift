/// The capability of a back-end to keep links.
///
/// It never learns the tokens that open them, only digests: neither a copy of the store nor who reads it can use a link.
public protocol Links: Sendable {
    /// Keeps a link to what is mapped at `path` now.
    ///
    /// What can be shared can be linked to: collections of kinds with ``CollectionKind/sharing`` that stand below a home, and the
    /// files in plain folders. In one transaction with the check that they are the owner's. What is kept as
    /// ``LinkTerms/sight`` is what ``CollectionKind/linkSight(_:)`` of the kind gives.
    /// - Parameters:
    ///   - digest: what ``link(digest:)`` is to find it by; no two links have the same.
    ///   - owner: whose it must be; `nil`: whoever's it is.
    ///   - most: how many links one person may have.
    /// - Throws: ``DAVError/notFound`` (404) if nothing of theirs is mapped there, 403 if it cannot be linked to, 507 if they have
    ///   too many links.
    func add(
        _ terms: LinkTerms, digest: [UInt8], to path: DAVPath, of owner: PrincipalID?, most: Int
    ) async throws -> Link

    /// The link, whether it is open or not; `nil`: there is none.
    ///
    /// Must be right at the time of the call: what is sent to a bearer was checked by this after it was read. Cost: a few lookups.
    func link(digest: [UInt8]) async throws -> Link?
    func link(number: Int64) async throws -> Link?

    /// Up to `limit` links by number, after `after`; `owner` `nil`: everybody's.
    func links(of owner: PrincipalID?, after: Int64?, limit: Int) async throws -> [Link]

    /// Ends a link at once.
    ///
    /// - Parameter owner: whose it must be; `nil`: anybody's.
    /// - Returns: whether there was one.
    func remove(_ number: Int64, of owner: PrincipalID?) async throws -> Bool

    /// Remembers that it was used.
    func noteUses(_ count: Int64, of number: Int64, until time: Timestamp) async throws
}

/// What a server needs to offer links; part of ``ServerFacts``. Without it nobody can make one.
public struct LinkOffer: Sendable {
    public var links: any Links
    /// What stands before the token in URLs, percent-encoded, with no slash at the end.
    public var prefix: String
    /// Draws a token that cannot be guessed, at least 128 bits of it random, made of what stands in a URL as it is; and the digest
    /// to keep of it.
    public var mint: @Sendable () -> (token: String, digest: [UInt8])
    /// Hashes a password, slowly. May throw a ``DAVError``.
    public var hash: @Sendable (_ password: [UInt8]) async throws -> String
    /// The longest time a link lasts, in seconds; `nil`: until it is removed.
    public var longest: Int64?
    /// How many links one person may have.
    public var most = 200

    public init(
        links: any Links, prefix: String = "/links", mint: @escaping @Sendable () -> (token: String, digest: [UInt8]),
        hash: @escaping @Sendable (_ password: [UInt8]) async throws -> String
    ) {
        self.links = links
        self.prefix = prefix
        self.mint = mint
        self.hash = hash
    }

    /// When a link ends that is wanted for so many seconds.
    package func expiry(after seconds: Int64?, from now: Timestamp) -> Timestamp? {
        guard let seconds = [seconds, longest].compactMap(\.self).min() else { return nil }
        return now.adding(seconds: seconds)
    }
}

import DAV
import HTTPTypes
import Logging

/// Links as the configuration has them.
struct LinkSetup: Sendable {
    let offer: LinkOffer
    private let configuration: Configuration
    private let logger: Logger

    /// - Returns: `nil` if they are switched off, or the store keeps none.
    init?(_ configuration: Configuration, _ store: any ServerStore, cost: PasswordHash.Cost, logger: Logger) {
        guard configuration.links, let links = store.backend.links else { return nil }
        let hasher = PasswordHasher()
        var offer = LinkOffer(
            links: links, prefix: LinkPaths.prefix,
            mint: {
                let token = LinkToken.mint()
                return (token.text, token.digest)
            },
            hash: { password in
                do {
                    return try await hasher.make(password, cost: cost).text
                } catch is PasswordHasher.Busy {
                    throw DAVError(.serviceUnavailable, nil, "Too many passwords are hashed at once. Try again soon.")
                }
            })
        offer.longest = configuration.linkLifetime?.count
        offer.most = configuration.linkMost
        self.offer = offer
        self.configuration = configuration
        self.logger = logger
    }

    /// - Parameter handler: the server's own.
    func gate(_ handler: DAVHandler, cost: PasswordHash.Cost) -> LinkGate {
        LinkGate(
            links: offer.links, handler: handler,
            passwords: CredentialVerifier(
                accounts: LinkPasswords(links: offer.links), cost: cost,
                cacheSeconds: configuration.credentialCache.count, failuresPerAccount: configuration.failuresPerAccount,
                failuresPerAddress: configuration.failuresPerAddress),
            throttle: LinkThrottle(
                perAddress: configuration.linkRequestsPerAddress, perLink: configuration.linkRequests),
            uses: LinkUses(offer.links, logger), realm: configuration.realm)
    }
}

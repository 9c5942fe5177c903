import DAV
import Logging

extension Assembly {
    /// What answers requests to a store: one place for the server and for commands that ask as a client does.
    func handler(
        _ store: any ServerStore, privacy: DirectoryPrivacy, options: ServerFacts.Options = .init(),
        challenges: [String] = [], logger: Logger
    ) -> DAVHandler {
        let directory = store.directory(at: DAVPath([StoreDirectory.name]), privacy: privacy)
        var facts = ServerFacts(principals: directory, options: options)
        facts.challenges = challenges
        facts.kinds = makeable
        facts.complianceClasses = complianceClasses
        let principals: (name: Name, backend: any Backend) = (
            StoreDirectory.name, PrincipalsBackend(directory: directory)
        )
        let routes = Routes([principals] + homes.compactMap { home in home.root.last.map { ($0, store.backend) } })
        return DAVHandler(
            backend: routes, authorizer: store.authorizer, facts: facts, methods: methods, properties: properties,
            logger: logger, clock: { WallClock.now() })
    }
}

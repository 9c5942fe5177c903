import DAV
import DAVGroupware
import Logging

extension Assembly {
    /// What answers requests to a store: one place for the server and for commands that ask as a client does.
    func handler(
        _ store: any ServerStore, privacy: DirectoryPrivacy, options: ServerFacts.Options = .init(),
        push: PushOffer? = nil, links: LinkOffer? = nil, challenges: [String] = [], logger: Logger
    ) -> DAVHandler {
        let directory = store.directory(at: DAVPath([StoreDirectory.name]), privacy: privacy)
        var facts = ServerFacts(principals: directory, options: options)
        facts.challenges = challenges
        facts.kinds = makeable
        facts.push = push
        facts.sharing = sharing
        facts.links = links
        facts.complianceClasses = complianceClasses
        let scheduling = SchedulingBackend(
            store.backend, calendars: calendars, directory: directory, authorizer: store.authorizer)
        let routes = Routes(stores: [
            (names: [StoreDirectory.name], backend: PrincipalsBackend(directory: directory)),
            (names: homes.compactMap(\.root.last), backend: scheduling),
        ])
        return DAVHandler(
            backend: routes, authorizer: store.authorizer, facts: facts, methods: methods, properties: properties,
            logger: logger, clock: { .now })
    }
}

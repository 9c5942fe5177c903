// An ordinary Hummingbird application that serves WebDAV below /dav:  swift run MountInHummingbirdApp
//
//   curl http://127.0.0.1:8080/
//   curl -u ada:lovelace -T README.md http://127.0.0.1:8080/dav/files/ada/
//   curl -u ada:lovelace -X PROPFIND -H 'Depth: 1' http://127.0.0.1:8080/dav/files/ada/
import DAV
import DAVHummingbird
import Hummingbird

@main
struct App {
    static func main() async throws {
        let people = People()
        // Martlet's back-end in memory; yours goes here.
        let store = MemoryBackend(homes: people.passwords.keys.map { PrincipalID($0) }, clock: { .now })
        let routes = Routes([
            (name: store.root.last!, backend: store),
            (name: Name("principals")!, backend: PrincipalsBackend(directory: people, prefix: "/dav")),
        ])
        // The prefix is where clients see the tree; the back-ends know nothing of it.
        var facts = ServerFacts(prefix: "/dav", principals: people)
        facts.challenges = ["Basic realm=\"Example\", charset=\"UTF-8\""]
        let handler = DAVHandler(backend: routes, authorizer: OwnerAuthorizer(), facts: facts, clock: { .now })

        // A router takes requests by their first matching middleware: what is below /dav never reaches the routes.
        let router = Router(context: BasicDAVRequestContext.self)
        router.add(middleware: DAVMiddleware(handler) { request, _ in people.signIn(request) })
        router.get("/") { _, _ in "Hello. Files are below /dav/.\n" }
        print("Serving http://127.0.0.1:8080/")
        try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 8080)))
            .runService()
    }
}

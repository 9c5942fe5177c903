// Two people, each with a shelf of books that the other may be shown:  swift run SharedShelves
//
// Ada shows Grace hers; then it stands in Grace's home, until Ada takes it back with <no-access/>:
//
//   curl -u ada: http://127.0.0.1:8080/shelves/ada/books/ -H 'Content-Type: application/davsharing+xml' -d '<share-resource
//     xmlns="DAV:"><sharee><href>/principals/grace/</href><share-access><read/></share-access></sharee></share-resource>'
//   curl -u grace: -X PROPFIND -H 'Depth: 1' http://127.0.0.1:8080/shelves/grace/
import DAV
import DAVHummingbird
import FoundationEssentials
import Hummingbird

@main
struct App {
    static func main() async throws {
        let people = People()
        let shelves = Shelves(books: [
            People.ada: ["Kindred", "The Dispossessed"], People.grace: ["A Wizard of Earthsea"],
        ])
        let routes = Routes([
            (name: Shelves.root.names[0], backend: shelves),
            (name: people.path.names[0], backend: PrincipalsBackend(directory: people)),
        ])
        var facts = ServerFacts(principals: people)
        facts.challenges = ["Basic realm=\"Shelves\""]
        // Nobody is asked first: with `.invitation` the back-end would have to have `invitations` answered, too.
        facts.sharing = ShareRules(mode: .instant)
        let handler = DAVHandler(backend: routes, authorizer: OwnerAuthorizer(), facts: facts, clock: { .now })
        let responder = DAVResponder<BasicDAVRequestContext>(handler) { request, _ in people.caller(request) }
        print("Serving http://127.0.0.1:8080/shelves/ada/")
        try await Application(responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 8080)))
            .runService()
    }
}

/// Whoever says a name is believed: it is an example.
struct People: PrincipalDirectory {
    static let ada = PrincipalID(Name("ada")!)
    static let grace = PrincipalID(Name("grace")!)
    let path = DAVPath([Name("principals")!])

    func caller(_ request: Request) -> Caller {
        guard let field = request.headers[.authorization], field.lowercased().hasPrefix("basic "),
            let text = Data(base64Encoded: String(field.dropFirst(6))).flatMap({ String(data: $0, encoding: .utf8) }),
            let id = [Self.ada, Self.grace].first(where: { text.hasPrefix($0.name.string + ":") })
        else { return .anonymous }
        return .principal(id)
    }

    func principal(_ id: PrincipalID) async throws -> Principal? {
        guard id == Self.ada || id == Self.grace else { return nil }
        return Principal(id: id, displayName: id.name.string.capitalized, homes: [Shelves.root.appending(id.name)])
    }

    func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
        var found: [Principal] = []
        for id in [Self.ada, Self.grace] where after.map({ $0 < id }) ?? true {
            if let principal = try await principal(id) { found.append(principal) }
        }
        return Array(found.prefix(limit))
    }
}

// Serves a folder of this machine as WebDAV:  swift run FileServer ~/Public
//
// Look at it with   curl http://127.0.0.1:8080/files/   or mount it with any WebDAV client.
import DAV
import DAVHummingbird
import Hummingbird

@main
struct App {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else { return print("Say which folder to serve: FileServer FOLDER") }
        let directory = OnePerson()
        // The first segment of a path chooses the back-end.
        let routes = Routes([
            (name: Name("files")!, backend: Folders(below: CommandLine.arguments[1], owner: directory.me)),
            (name: Name("principals")!, backend: PrincipalsBackend(directory: directory)),
        ])
        // The handler speaks WebDAV. The authoriser says that people may do everything with what they own, and others nothing.
        let handler = DAVHandler(
            backend: routes, authorizer: OwnerAuthorizer(), facts: ServerFacts(principals: directory),
            clock: Timestamp.now)
        // The adapter speaks HTTP. Here would be the place to check a password; this example takes everybody for one person.
        let responder = DAVResponder<BasicDAVRequestContext>(handler) { _, _ in .principal(directory.me) }
        print("Serving http://127.0.0.1:8080/files/")
        try await Application(responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 8080)))
            .runService()
    }
}

/// A world with one inhabitant.
struct OnePerson: PrincipalDirectory {
    let me = PrincipalID(Name("me")!)
    let path = DAVPath([Name("principals")!])

    func principal(_ id: PrincipalID) async throws -> Principal? {
        id == me ? Principal(id: me, displayName: "Me", homes: [DAVPath([Name("files")!])]) : nil
    }

    func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
        try await after == nil && limit > 0 ? [principal(me)!] : []
    }
}

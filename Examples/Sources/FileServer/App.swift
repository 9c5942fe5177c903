// Serves a folder of this machine as WebDAV:  swift run FileServer ~/Public
//
// Look at it with   curl http://127.0.0.1:8080/files/   or mount it with any WebDAV client.
import DAV
import DAVFolders
import DAVHummingbird
import Hummingbird

@main
struct App {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else { return print("Say which folder to serve: FileServer FOLDER") }
        let files = DAVPath([Name("files")!])
        let me = Principal(id: PrincipalID(Name("me")!), displayName: "Me", homes: [files])
        let directory = SinglePrincipal(me)
        // The first segment of a path chooses the back-end.
        let routes = Routes([
            (name: files.names[0], backend: PlainFolders(below: CommandLine.arguments[1], at: files, owner: me.id)),
            (name: directory.path.names[0], backend: PrincipalsBackend(directory: directory)),
        ])
        // The handler speaks WebDAV. The authoriser says that people may do everything with what they own, and others nothing.
        let handler = DAVHandler(
            backend: routes, authorizer: OwnerAuthorizer(), facts: ServerFacts(principals: directory),
            clock: { .now })
        // The adapter speaks HTTP. Here would be the place to check a password; this example takes everybody for one person.
        let responder = DAVResponder<BasicDAVRequestContext>(handler) { _, _ in .principal(me.id) }
        print("Serving http://127.0.0.1:8080/files/")
        try await Application(responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 8080)))
            .runService()
    }
}

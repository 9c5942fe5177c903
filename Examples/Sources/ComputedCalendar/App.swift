// A calendar nobody keeps: every Friday the 13th, computed when a client asks.  swift run ComputedCalendar
//
// Point a calendar client at http://127.0.0.1:8080/ (any name and password), or look:
//   curl -X PROPFIND -H 'Depth: 1' http://127.0.0.1:8080/calendars/me/fridays/
//   curl 'http://127.0.0.1:8080/calendars/me/fridays/?export'
import DAV
import DAVGroupware
import DAVHummingbird
import Hummingbird

@main
struct App {
    static func main() async throws {
        let calendars = CalDAV()
        let homes = DAVPath([Name("calendars")!])
        let me = Principal(id: PrincipalID(Name("me")!), displayName: "Me", homes: [homes.appending(Name("me")!)])
        let directory = SinglePrincipal(me)
        let routes = Routes([
            (name: homes.names[0], backend: Fridays(kinds: calendars, owner: me.id)),
            (name: directory.path.names[0], backend: PrincipalsBackend(directory: directory)),
        ])
        var facts = ServerFacts(principals: directory)
        facts.kinds += calendars.kinds
        // Where principals say that their calendars are: what clients ask first.
        let services = PrincipalServices(calendars: homes, contacts: homes)
        let handler = DAVHandler(
            backend: routes, authorizer: OwnerAuthorizer(), facts: facts,
            methods: MethodTable(MethodTable.standard.rows + calendars.methods),
            properties: PropertyTable(PropertyTable.standard.rows + services.properties), clock: { .now })
        let responder = DAVResponder<BasicDAVRequestContext>(handler) { _, _ in .principal(me.id) }
        print("Serving http://127.0.0.1:8080/calendars/me/fridays/")
        try await Application(responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 8080)))
            .runService()
    }
}

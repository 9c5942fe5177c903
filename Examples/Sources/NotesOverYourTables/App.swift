// Serves a table of notes, which changes by itself every few seconds:  swift run NotesOverYourTables
//
// Ask what changed; put the token of the answer between <sync-token> and </sync-token> and ask again:
//
//   curl -X REPORT http://127.0.0.1:8080/notes/ -H 'Content-Type: application/xml' -d '<sync-collection xmlns="DAV:">
//     <sync-token></sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>'
//
// Or be told:  martlet watch http://127.0.0.1:8080/notes/
import DAV
import DAVHummingbird
import Hummingbird

@main
struct App {
    static func main() async throws {
        let table = NotesTable()
        for text in ["Buy milk", "Call Ada", "Water the plants"] { table.insert(text, at: Timestamp.now.seconds) }
        let directory = OnePerson()
        let pushing = try Pushing()
        let notes = NotesBackend(table: table, owner: directory.me, pushRegistry: pushing.registry)
        let routes = Routes([
            (name: Name("notes")!, backend: notes),
            (name: Name("principals")!, backend: PrincipalsBackend(directory: directory)),
        ])
        var facts = ServerFacts(principals: directory)
        facts.push = pushing.offer
        let handler = DAVHandler(backend: routes, authorizer: OwnerAuthorizer(), facts: facts, clock: { .now })
        let dispatcher = PushDispatcher(handler: handler)
        let responder = DAVResponder<BasicDAVRequestContext>(handler) { _, _ in .principal(directory.me) }
        let application = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 8080)))
        print("Serving http://127.0.0.1:8080/notes/")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await keepChanging(table, pushing.registry) }
            group.addTask { await dispatcher?.run() }
            group.addTask { try await application.runService() }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Your application, at work on its table.
    static func keepChanging(_ table: NotesTable, _ registry: MemoryPushRegistry) async throws {
        while true {
            try await Task.sleep(for: .seconds(5))
            let id = table.insert("Something new", at: Timestamp.now.seconds)
            if id % 3 == 0 { table.delete(id - 1) }
            // After each commit. The notes themselves cannot be registered on, so the collection stands for what changed in it.
            registry.contentChanged([ResourceID.random(), table.resourceID])
        }
    }
}

/// A world with one inhabitant.
struct OnePerson: PrincipalDirectory {
    let me = PrincipalID(Name("me")!)
    let path = DAVPath([Name("principals")!])

    func principal(_ id: PrincipalID) async throws -> Principal? {
        id == me ? Principal(id: me, displayName: "Me", homes: [DAVPath([Name("notes")!])]) : nil
    }

    func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
        try await after == nil && limit > 0 ? [principal(me)!] : []
    }
}

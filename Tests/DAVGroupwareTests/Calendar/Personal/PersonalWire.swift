import DAV
import DAVGroupware
import DAVTesting
import HTTPTypes
import Testing

@testable import DAVGroupware

/// A calendar of Olga's, shared with Sam, who writes, with Sue, who reads, with Pia, who does not see what is private but writes
/// the rest, and with Ben, who sees when Olga is busy.
struct PersonalWire: HandlerClient {
    static let calendar = "/calendars/olga/work/"
    static let names = ["olga", "sam", "sue", "pia", "ben"]
    let memory: MemoryBackend
    let handler: DAVHandler
    private(set) var instances: [String: String] = [:]

    static func caller(_ name: String) -> Caller { .principal(PrincipalID(Name(name)!)) }

    private struct People: PrincipalDirectory {
        let home: DAVPath
        var path: DAVPath { DAVPath([Name("principals")!]) }
        var all: [Principal] {
            PersonalWire.names.sorted().map { name in
                Principal(
                    id: PrincipalID(Name(name)!), displayName: name, addresses: ["\(name)@example.org"],
                    homes: [home.appending(Name(name)!)])
            }
        }
        func principal(_ id: PrincipalID) async throws -> Principal? { all.first { $0.id == id } }
        func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
            Array(all.filter { one in after.map { $0 < one.id } ?? true }.prefix(limit))
        }
    }

    init(memberships: any Memberships = NoMemberships()) async throws {
        let clock: @Sendable () -> Timestamp = { Timestamp(seconds: 1_700_000_000) }
        let calendars = CalDAV(limits: CalendarLimits())
        let kinds = [.folder] + calendars.kinds
        let homes = HomeTemplate(
            root: DAVPath([Name("calendars")!]), kind: calendars.home,
            children: [.init(Name("work")!, calendars.calendar)])
        let people = People(home: homes.root)
        let authorizer = GrantAuthorizer(memberships: memberships)
        memory = MemoryBackend(
            templates: [homes, .files], homes: people.all.map(\.id), kinds: kinds, authorizer: authorizer, clock: clock)
        var facts = ServerFacts(principals: people)
        facts.kinds = kinds
        facts.sharing = ShareRules(mode: .instant)
        let routes = Routes(stores: [
            (names: [Name("calendars")!, Name("files")!], backend: memory),
            (names: [Name("principals")!], backend: PrincipalsBackend(directory: people, prefix: "")),
        ])
        handler = DAVHandler(
            backend: routes, authorizer: authorizer, facts: facts,
            methods: MethodTable(MethodTable.standard.rows + calendars.methods), clock: clock)
        try await share("sam", "<D:read-write/>")
        try await share("sue", "<D:read/>")
        try await share("pia", "<D:read-write><M:hide-private/></D:read-write>")
        try await share("ben", "<D:read><M:busy/></D:read>")
        for name in ["sam", "sue", "pia", "ben"] {
            let home = "/calendars/\(name)/"
            let found = try await propfind(home, depth: "1", "<D:share-access/>", as: name)
            instances[name] = found.hrefs.first { $0 != home && $0 != home + "work/" }
        }
    }

    func share(_ name: String, _ level: String, in calendar: String = calendar) async throws {
        let sharee =
            "<D:sharee><D:href>mailto:\(name)@example.org</D:href><D:share-access>\(level)</D:share-access></D:sharee>"
        let answer = try await send(
            "POST", calendar, ["Content-Type": "application/davsharing+xml"], as: Self.caller("olga"),
            "<D:share-resource xmlns:D='DAV:' xmlns:M='http://martlet.invalid/ns/'>\(sharee)</D:share-resource>")
        try #require(answer.status == 204, "\(answer.text)")
    }

    /// Where somebody has the calendar.
    func url(_ name: String, _ member: String = "") -> String {
        (name == "olga" ? Self.calendar : instances[name] ?? "/nowhere/") + member
    }

    func put(_ member: String, _ body: [UInt8], as name: String, _ headers: [String: String] = [:]) async throws
        -> Answer
    {
        var headers = headers
        headers["Content-Type"] = "text/calendar; charset=utf-8"
        return try await send("PUT", url(name, member), headers, as: Self.caller(name), body.text)
    }

    func get(_ member: String, as name: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", url(name, member), headers, as: Self.caller(name))
    }

    func etag(_ member: String, as name: String) async throws -> String? {
        try await get(member, as: name).headers[.eTag]
    }

    func propfind(_ target: String, depth: String = "0", _ properties: String, as name: String) async throws
        -> Multistatus
    {
        let body = "<D:propfind \(Self.namespaces)><D:prop>\(properties)</D:prop></D:propfind>"
        return try Multistatus(await send("PROPFIND", target, ["Depth": depth], as: Self.caller(name), body))
    }

    func report(_ root: String, _ content: String, depth: String = "1", as name: String) async throws -> Answer {
        try await send(
            "REPORT", url(name), ["Depth": depth], as: Self.caller(name),
            "<\(root) \(Self.namespaces)>\(content)</\(root)>")
    }

    /// What somebody hears who synchronises the calendar, or their home.
    func sync(_ token: String?, as name: String, at target: String? = nil, properties: String = "<D:getetag/>")
        async throws -> Multistatus
    {
        let body =
            "<D:sync-collection \(Self.namespaces)><D:sync-token>\(token ?? "")</D:sync-token><D:sync-level>1</D:sync-level><D:prop>\(properties)</D:prop></D:sync-collection>"
        return try Multistatus(
            await send("REPORT", target ?? url(name), ["Depth": "0"], as: Self.caller(name), body))
    }
}

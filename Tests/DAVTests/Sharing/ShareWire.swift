import DAV
import DAVTesting
import HTTPTypes
import Synchronization
import Testing

/// A server on which four people and a group share calendars, or what stands for them: a home that reports what happens in its
/// collections, and collections that both dialects can share.
struct ShareWire: HandlerClient {
    static let (olga, sam, sue, xena) = (person("olga"), person("sam"), person("sue"), person("xena"))
    static let calendar = "/cal/olga/c/"
    static let home = "/cal/sam/"

    let memory: MemoryBackend
    let handler: DAVHandler
    let society = Society()

    private static func person(_ name: String) -> Caller { .principal(PrincipalID(Name(name)!)) }

    static let calendarKind = CollectionKind(
        id: "shared-calendar", resourceTypes: [.dav("collection"), .calDAV("calendar")],
        placement: .init(holders: ["shared-home"]), isOpenToProxies: true,
        push: .init(content: .one, property: .zero), sharing: ShareSupport(calendarServerType: "calendar"))
    static let homeKind = CollectionKind(
        id: "shared-home", resourceTypes: [.dav("collection")], placement: .init(children: ["shared-calendar"]),
        reportsChildChanges: true, isOpenToProxies: true, push: .init(content: .infinity, property: .zero))

    /// - Parameter homeless: has no home for calendars.
    init(
        _ mode: ShareRules.Mode = .instant, hidesUnknown: Bool = false, quotaBytes: Int64? = nil,
        homeless: String? = nil, _ adjust: (inout ShareRules) -> Void = { _ in }
    ) async throws {
        let society = society
        let clock: @Sendable () -> Timestamp = { Timestamp(seconds: society.now.withLock { $0 }) }
        let directory = Directory(society: society)
        let authorizer = GrantAuthorizer(memberships: society)
        memory = MemoryBackend(
            templates: [
                HomeTemplate(
                    root: DAVPath([Name("cal")!]), kind: Self.homeKind,
                    children: [.init(Name("notifications")!, .notifications)]),
                HomeTemplate(root: DAVPath([Name("files")!])),
            ], homes: directory.people.map(\.id).filter { $0.name.string != homeless },
            kinds: [.folder, Self.calendarKind], authorizer: authorizer,
            quotaBytes: quotaBytes, clock: clock)
        let routes = Routes(stores: [
            (names: [Name("cal")!, Name("files")!], backend: memory),
            (names: [Name("principals")!], backend: PrincipalsBackend(directory: directory)),
        ])
        var facts = ServerFacts(principals: directory)
        facts.kinds = [.folder, Self.calendarKind]
        var rules = ShareRules(mode: mode, hidesUnknown: hidesUnknown)
        adjust(&rules)
        facts.sharing = rules
        facts.push = memory.pushRegistry.map { PushOffer(registry: $0, transports: [PaperTransport()]) }
        let notifications = LiveProperty.notificationURLs { principal in
            principal.kind == .individual ? DAVPath([Name("cal")!, principal.id.name, Name("notifications")!]) : nil
        }
        handler = DAVHandler(
            backend: routes, authorizer: authorizer, facts: facts,
            properties: PropertyTable(PropertyTable.standard.rows + notifications), clock: clock)
        let made = try await send("MKCOL", Self.calendar, ["Content-Type": "text/xml"], as: Self.olga, Self.mkcol)
        try #require(made.status == 201, "\(made.text)")
    }

    static let mkcol =
        "<mkcol xmlns='DAV:'><set><prop><resourcetype><collection/><C:calendar xmlns:C='urn:ietf:params:xml:ns:caldav'/></resourcetype><displayname>Team</displayname></prop></set></mkcol>"

    static let lockBody =
        "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>"

    /// Who acts for whom, who is in the group, who is gone, and what time it is.
    final class Society: Memberships {
        let now = Mutex<Int64>(1_000_000_000)
        let proxies = Mutex<[PrincipalID: Set<PrincipalID>]>([:])
        let members = Mutex<[PrincipalID]>(["sam", "sue", "olga"].map { PrincipalID(Name($0)!) })
        let gone = Mutex<Set<PrincipalID>>([])

        func groups(of principal: PrincipalID) -> Set<PrincipalID> { proxies.withLock { $0[principal] ?? [] } }

        func allow(_ person: Caller, actFor other: Caller, as group: ProxyGroup) throws {
            let (person, other) = (try #require(person.principal), try #require(other.principal))
            proxies.withLock { _ = $0[person, default: []].insert(PrincipalID(other.name, group)) }
        }
    }

    struct Directory: PrincipalDirectory {
        let society: Society
        var path: DAVPath { DAVPath([Name("principals")!]) }
        let people = ["olga", "sam", "sue", "xena"].map {
            Principal(id: PrincipalID(Name($0)!), displayName: $0, addresses: ["\($0)@example.org"])
        }
        let group = Principal(id: PrincipalID(Name("team")!), displayName: "Team", kind: .group)

        private var present: [Principal] {
            society.gone.withLock { gone in (people + [group]).filter { !gone.contains($0.id) } }
        }

        func principal(_ id: PrincipalID) async throws -> Principal? { present.first { $0.id == id } }
        func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
            Array(present.filter { one in after.map { $0 < one.id } ?? true }.prefix(limit))
        }
        func members(of group: PrincipalID) async throws -> [PrincipalID] {
            group == self.group.id ? society.members.withLock { $0 } : []
        }
    }

    /// Who is in the group now.
    var roster: ShareRoster {
        ShareRoster(direct: [PrincipalID(Name("team")!): society.members.withLock { $0 }])
    }

    // MARK: What people do

    static func sharee(_ href: String, _ level: String, _ more: String = "") -> String {
        "<D:sharee><D:href>\(href)</D:href><D:share-access><D:\(level)/></D:share-access>\(more)</D:sharee>"
    }

    func post(
        _ sharees: String, to target: String = calendar, as caller: Caller = olga,
        type: String? = "application/davsharing+xml; charset=\"utf-8\"", _ headers: [String: String] = [:]
    ) async throws -> Answer {
        var headers = headers
        headers["Content-Type"] = type
        return try await send(
            "POST", target, headers, as: caller,
            "<D:share-resource xmlns:D='DAV:' xmlns:x='urn:x'>\(sharees)</D:share-resource>")
    }

    func share(_ href: String = "mailto:sam@example.org", _ level: String = "read-write") async throws {
        let answer = try await post(Self.sharee(href, level))
        try #require(answer.status == 204, "\(answer.text)")
    }

    func apple(_ content: String, to target: String = calendar, as caller: Caller = olga, root: String = "share")
        async throws -> Answer
    {
        try await send(
            "POST", target, ["Content-Type": "text/xml; charset=utf-8"], as: caller,
            "<CS:\(root) xmlns:D='DAV:' xmlns:CS='http://calendarserver.org/ns/'>\(content)</CS:\(root)>")
    }

    func propfind(_ target: String, depth: String = "0", _ properties: String, as caller: Caller = olga) async throws
        -> Multistatus
    {
        let body =
            "<propfind xmlns='DAV:' xmlns:CS='http://calendarserver.org/ns/'><prop>\(properties)</prop></propfind>"
        return try Multistatus(await send("PROPFIND", target, ["Depth": depth], as: caller, body))
    }

    /// The instances in somebody's home.
    func instances(in home: String = home, of caller: Caller = sam) async throws -> [String] {
        try await propfind(home, depth: "1", "<share-access/>", as: caller).responses.filter {
            $0.property("share-access") != nil
        }.map(\.href)
    }

    func instance(in home: String = home, of caller: Caller = sam) async throws -> String {
        try #require(try await instances(in: home, of: caller).first)
    }

    func put(_ target: String, _ text: String = "x", as caller: Caller, _ headers: [String: String] = [:]) async throws
        -> Int
    {
        var headers = headers
        headers["Content-Type"] = "text/plain"
        return try await send("PUT", target, headers, as: caller, text).status
    }

    func access(_ target: String, as caller: Caller) async throws -> XMLName? {
        try await propfind(target, "<share-access/>", as: caller)[target]?.property("share-access")?.elements.first?
            .name
    }

    /// Where somebody is told of news, and what is there: the hrefs of the members.
    static func notifications(_ name: String) -> String { "/cal/\(name)/notifications/" }
    func notices(of name: String, as caller: Caller) async throws -> [String] {
        let place = Self.notifications(name)
        return try await propfind(place, depth: "1", "<resourcetype/>", as: caller).hrefs.filter { $0 != place }
    }

    /// What `DAV:invite` says: who, how far, and what became of it.
    func invite(_ target: String = calendar, as caller: Caller = olga) async throws -> [String] {
        let found = try await propfind(target, "<invite/>", as: caller)[target]?.property("invite")
        return (found?.elements ?? []).map { sharee in
            let words = sharee.elements.compactMap { element -> String? in
                switch element.name {
                case .dav("href"): element.text
                case .dav("share-access"): element.elements.first?.name.local
                case let name where name.local.hasPrefix("invite-"): name.local
                default: nil
                }
            }
            return words.joined(separator: " ")
        }
    }
}

import DAV
import DAVGroupware
import DAVTesting
import HTTPTypes
import Testing

/// A calendar server over the Memory back-end, spoken to as a client would: `/calendars/alice/` is a home with the calendar
/// `work`, `inbox/` and `outbox/`.
struct CalendarWire: HandlerClient {
    let calendars: CalDAV
    let memory: MemoryBackend
    let handler: DAVHandler

    init(
        limits: CalendarLimits = CalendarLimits(), sharing: ShareRules? = nil, scheduling: SchedulingRules? = nil,
        authorizer: any Authorizer = OwnerAuthorizer()
    ) {
        let clock: @Sendable () -> Timestamp = { Timestamp(seconds: 1_700_000_000) }
        calendars = CalDAV(limits: limits, scheduling: scheduling)
        let kinds = [.folder] + calendars.kinds
        let homes = HomeTemplate(
            root: DAVPath([Name("calendars")!]), kind: calendars.home,
            children: [
                .init(Name("work")!, calendars.calendar), .init(Name("inbox")!, calendars.inbox),
                .init(Name("outbox")!, calendars.outbox),
            ])
        memory = MemoryBackend(
            templates: [homes, .files], homes: [CalendarWire.alice, CalendarWire.bob], kinds: kinds,
            authorizer: authorizer, clock: clock)
        let directory = GroupwareWire.People(roots: [homes.root])
        var facts = ServerFacts(principals: directory)
        facts.kinds = kinds
        facts.sharing = sharing
        let routes = Routes([
            (Name("calendars")!, memory), (Name("files")!, memory),
            (Name("principals")!, PrincipalsBackend(directory: directory, prefix: "")),
        ])
        handler = DAVHandler(
            backend: routes, authorizer: authorizer, facts: facts,
            methods: MethodTable(MethodTable.standard.rows + calendars.methods), clock: clock)
    }

    /// One on which people schedule.
    static func scheduling(
        limits: CalendarLimits = CalendarLimits(), delivery: SchedulingRules.Delivery = .everybody
    ) -> CalendarWire {
        CalendarWire(
            limits: limits, scheduling: SchedulingRules(calendars: DAVPath([Name("calendars")!]), delivery: delivery),
            authorizer: GrantAuthorizer(memberships: NoMemberships()))
    }

    /// Puts a message into an inbox, as only the server does.
    func deliver(_ text: String, to person: PrincipalID = Self.alice, as name: String) async throws {
        let path = DAVPath([Name("calendars")!, person.name, PrincipalServices.inbox])
        let inbox = try #require(await memory.collection(at: path, for: .principal(person))?.writing)
        let upload = Upload(contentType: "text/calendar", body: BodyStream(of: Array(text.utf8)))
        _ = try await inbox.put(
            try #require(Name(name)), upload, if: Condition(caller: .principal(person), now: Timestamp(seconds: 1)))
    }

    /// A PROPFIND of one resource.
    func properties(_ target: String, _ names: String) async throws -> Multistatus.Response {
        try #require(await propfind(target, names).responses.first)
    }

    func proppatch(_ target: String, set: String) async throws -> Multistatus.Response {
        let body =
            "<D:propertyupdate \(CalendarWire.namespaces)><D:set><D:prop>\(set)</D:prop></D:set></D:propertyupdate>"
        return try #require(try Multistatus(await send("PROPPATCH", target, [:], body)).responses.first)
    }

    @discardableResult
    func put(_ target: String, _ text: String, _ headers: [String: String] = [:]) async throws -> Answer {
        var headers = headers
        headers["Content-Type"] = headers["Content-Type"] ?? "text/calendar; charset=utf-8"
        return try await send("PUT", target, headers, text)
    }
}

import HTTPTypes

/// Resources found by one of the reports above, with the properties it asks for.
struct PrincipalResults {
    static let pageSize = 200
    /// Most resources looked at, and most found; beyond either the answer says that there is more.
    static let mostExamined = 10_000
    static let mostFound = 1000

    private let exchange: Exchange
    private var plan: PropertyPlan
    private var out: Multistatus
    private var found = 0
    private(set) var isFull = false
    /// The most the request wants, and never more than ``mostFound``.
    private let limit: Int
    private var known: Set<DAVPath> = []

    /// - Throws: 400 for a property list that is not one. None at all asks for no properties.
    init(_ report: ReportRequest, limit: Int = mostFound) throws {
        self.limit = min(limit, Self.mostFound)
        exchange = report.exchange
        let request = try report.body.first(.dav("prop")).map { try PropertyRequest(names: $0) } ?? .names([])
        plan = try PropertyPlan(
            request, table: exchange.handler.properties, kind: .principal,
            isMinimal: exchange.preferences.return == .minimal)
        out = Multistatus(HrefSpelling(exchange))
    }

    mutating func add(_ path: DAVPath) async throws {
        guard known.insert(path).inserted else { return }
        guard found < limit, out.xml.count < PropertyExpansion.mostBytes else {
            isFull = true
            return
        }
        guard let located = try await exchange.locate(path, fields: plan.fields), let entry = located.entry else {
            return
        }
        found += 1
        out.resource(at: path, &plan, PropertySubject(entry: entry, at: located, exchange: exchange))
    }

    /// Members at any depth whose `property` holds the URL of `principal`.
    mutating func addMembers(of located: Located, naming principal: PrincipalID, in property: XMLName) async throws {
        let fields = exchange.handler.properties.row(property, kind: .principal)?.fields ?? []
        let href = exchange.href(exchange.facts.principals.path(of: principal), isCollection: true)
        var pending: [(path: DAVPath, after: Name?)] = [(located.path, nil)]
        var examined = 0
        while let (path, after) = pending.popLast() {
            guard let collection = try await exchange.handler.backend.collection(at: path, for: exchange.caller) else {
                continue
            }
            let page = try await collection.entries(.all(after: after, limit: Self.pageSize), fields: fields)
            if page.count == Self.pageSize { pending.append((path, page.last?.name)) }
            for entry in page {
                let info = entry.collection ?? collection.info
                let privileges = exchange.privileges(on: info)
                guard privileges.contains(.read) else { continue }
                let subject = PropertySubject(
                    entry: entry, path: path.appending(entry.name), collection: info, privileges: privileges,
                    exchange: exchange)
                if case .hrefs(let hrefs)? = exchange.handler.properties.row(property, kind: info.kind)?.value(subject),
                    hrefs.contains(href)
                {
                    try await add(subject.path)
                }
                if entry.isCollection { pending.append((subject.path, nil)) }
            }
            examined += page.count
            if examined > Self.mostExamined { isFull = true }
            if isFull { return }
        }
    }

    func response() -> DAVResponse {
        var out = out
        if isFull { out.requestURI(.insufficientStorage, .dav("number-of-matches-within-limits")) }
        out.finish()
        return DAVResponse(.multiStatus, headers: .multistatus(applied: exchange.preferences), body: .bytes(out.take()))
    }
}

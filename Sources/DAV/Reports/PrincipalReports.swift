import HTTPTypes

extension Report {
    /// principal-match (RFC 3744 §9.3): the members that are the caller, or that name the caller in a property.
    static let principalMatch = Report(.dav("principal-match"), isOffered: { _, isCollection in isCollection }) {
        report in
        try report.demandDepthZero()
        var results = try PrincipalResults(report)
        guard let me = report.exchange.caller.principal else { return results.response() }
        let directory = report.exchange.facts.principals
        if report.body.first(.dav("self")) != nil {
            let path = directory.path(of: me)
            if path.isWithin(report.located.path) { try await results.add(path) }
        } else if let property = report.body.first(.dav("principal-property"))?.elements.first?.name {
            try await results.addMembers(of: report.located, naming: me, in: property)
        } else {
            throw DAVError.badRequest("principal-match needs DAV:self or DAV:principal-property.")
        }
        return results.response()
    }

    /// principal-property-search (RFC 3744 §9.4): principals whose properties contain a text.
    static let principalPropertySearch = Report(
        .dav("principal-property-search"), isOffered: { _, isCollection in isCollection },
        run: { report in
            try report.demandDepthZero()
            let search = try PrincipalSearch(report.body)
            var results = try PrincipalResults(report)
            let directory = report.exchange.facts.principals
            let isEverywhere = report.body.first(.dav("apply-to-principal-collection-set")) != nil
            guard isEverywhere || directory.path.isWithin(report.located.path) else { return results.response() }
            var after: PrincipalID?
            var seen = 0
            while !results.isFull, seen < PrincipalResults.mostExamined {
                let page = try await directory.principals(
                    after: after, limit: PrincipalResults.pageSize, visibleTo: report.exchange.caller)
                for principal in page where search.matches(principal) {
                    try await results.add(directory.path(of: principal.id))
                }
                guard page.count == PrincipalResults.pageSize, let last = page.last else { break }
                after = last.id
                seen += page.count
            }
            return results.response()
        })

    /// principal-search-property-set (RFC 3744 §9.5): what ``principalPropertySearch`` can search.
    static let principalSearchPropertySet = Report(
        .dav("principal-search-property-set"), isOffered: { _, isCollection in isCollection },
        run: { report in
            try report.demandDepthZero()
            var xml = XMLWriter()
            xml.declaration()
            xml.start(.dav("principal-search-property-set"))
            xml.start(.dav("principal-search-property"))
            xml.start(.dav("prop"))
            xml.empty(.dav("displayname"))
            xml.end()
            xml.start(.dav("description"), attributes: ["xml:lang": "en"])
            xml.text("Name")
            xml.end()
            xml.end()
            xml.end()
            return DAVResponse(
                .ok, headers: [.contentType: "application/xml; charset=utf-8"], body: .bytes(xml.take()))
        })

    /// acl-principal-prop-set (RFC 3744 §9.2): properties of the principals that `DAV:acl` names.
    static let aclPrincipalPropSet = Report(.dav("acl-principal-prop-set"), isOffered: { _, _ in true }) { report in
        try report.demandDepthZero()
        let (exchange, located) = (report.exchange, report.located)
        try exchange.demand([.readACL], of: located)
        var results = try PrincipalResults(report)
        var named: Set<PrincipalID> = []
        let info = located.entry?.collection ?? located.collection.info
        for entry in exchange.handler.authorizer.accessControl(of: info) {
            switch entry.subject {
            case .owner: if let owner = info.owner { named.insert(owner) }
            case .principal(let id): named.insert(id)
            case .authenticated, .everyone: break
            }
        }
        for id in named.sorted() { try await results.add(exchange.facts.principals.path(of: id)) }
        return results.response()
    }
}

/// What a principal-property-search looks for (RFC 3744 §9.4), with the attributes clients have come to expect.
private struct PrincipalSearch {
    private var terms: [Term] = []
    private var isAny: Bool

    private struct Term {
        /// Only the display name can be searched; nothing is found in any other property.
        var isSearchable: Bool
        var text: String
        var kind: String
    }

    init(_ body: XMLElement) throws {
        isAny = body.attribute("test") == "anyof"
        for search in body.elements where search.name == .dav("property-search") {
            guard let properties = search.first(.dav("prop"))?.elements, let match = search.first(.dav("match")) else {
                throw DAVError.badRequest("DAV:property-search needs DAV:prop and DAV:match.")
            }
            terms.append(
                Term(
                    isSearchable: properties.contains { $0.name == .dav("displayname") },
                    text: match.text.trimmingXMLSpace.lowercased(), kind: match.attribute("match-type") ?? "contains"))
        }
        guard !terms.isEmpty else { throw DAVError.badRequest("DAV:property-search is missing.") }
    }

    func matches(_ principal: Principal) -> Bool {
        let name = principal.displayName.lowercased()
        return isAny ? terms.contains { matches(name, $0) } : terms.allSatisfy { matches(name, $0) }
    }

    private func matches(_ name: String, _ term: Term) -> Bool {
        guard term.isSearchable else { return false }
        return switch term.kind {
        case "equals": name == term.text
        case "starts-with": name.hasPrefix(term.text)
        case "ends-with": name.hasSuffix(term.text)
        default: term.text.isEmpty || name.contains(term.text)
        }
    }
}

/// Resources found by one of the reports above, with the properties it asks for.
private struct PrincipalResults {
    static let pageSize = 200
    /// Most resources looked at, and most found; beyond either the answer says that there is more.
    static let mostExamined = 10_000
    private static let mostFound = 1000

    private let exchange: Exchange
    private var plan: PropertyPlan
    private var out: Multistatus
    private var found = 0
    private(set) var isFull = false

    /// - Throws: 400 for a property list that is not one. None at all asks for no properties.
    init(_ report: ReportRequest) throws {
        exchange = report.exchange
        let request = try report.body.first(.dav("prop")).map { try PropertyRequest(names: $0) } ?? .names([])
        plan = try PropertyPlan(
            request, table: exchange.handler.properties, kind: .principal,
            isMinimal: exchange.preferences.return == .minimal)
        out = Multistatus(HrefSpelling(exchange))
    }

    mutating func add(_ path: DAVPath) async throws {
        guard found < PrincipalResults.mostFound, out.xml.count < PropertyExpansion.mostBytes else {
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
        let fields = exchange.handler.properties.row(property)?.fields ?? []
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

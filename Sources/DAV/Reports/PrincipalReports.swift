import HTTPTypes

extension Report {
    /// principal-match (RFC 3744 §9.3): the members that are the caller or a group the caller is in, or that name them in a
    /// property.
    static let principalMatch = Report(.dav("principal-match"), isOffered: { _, isCollection in isCollection }) {
        report in
        try report.demandDepthZero()
        var results = try PrincipalResults(report)
        guard let me = report.exchange.caller.principal else { return results.response() }
        let directory = report.exchange.facts.principals
        if report.body.first(.dav("self")) != nil {
            for id in try await directory.allGroups(of: me, upTo: PrincipalResults.mostFound) {
                let path = directory.path(of: id)
                if path.isWithin(report.located.path) { try await results.add(path) }
            }
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
            let search = try PrincipalSearch(propertySearch: report.body)
            let isEverywhere = report.body.first(.dav("apply-to-principal-collection-set")) != nil
            return try await report.principals(matching: search, isEverywhere: isEverywhere)
        })

    /// calendarserver-principal-search: every token occurs in one of the properties that say who somebody is. Clients complete
    /// the names of attendees with it as people type.
    static let calendarServerPrincipalSearch = Report(
        .calendarServer("calendarserver-principal-search"),
        isOffered: { collection, isCollection in isCollection && collection.kind === CollectionKind.system },
        run: { report in
            try report.demandDepthZero()
            let search = try PrincipalSearch(tokens: report.body)
            return try await report.principals(matching: search, isEverywhere: true)
        })

    /// principal-search-property-set (RFC 3744 §9.5): what ``principalPropertySearch`` can search.
    static let principalSearchPropertySet = Report(
        .dav("principal-search-property-set"), isOffered: { _, isCollection in isCollection },
        run: { report in
            try report.demandDepthZero()
            var xml = XMLWriter()
            xml.declaration()
            xml.start(.dav("principal-search-property-set"))
            for row in SearchableProperty.all {
                xml.start(.dav("principal-search-property"))
                xml.start(.dav("prop"))
                xml.empty(row.name)
                xml.end()
                xml.start(.dav("description"), attributes: ["xml:lang": "en"])
                xml.text(row.summary)
                xml.end()
                xml.end()
            }
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

extension ReportRequest {
    /// The principals the caller may find, as far as the search fits.
    fileprivate func principals(matching search: PrincipalSearch, isEverywhere: Bool) async throws -> DAVResponse {
        var results = try PrincipalResults(self, limit: search.limit ?? PrincipalResults.mostFound)
        let (directory, caller) = (exchange.facts.principals, exchange.caller)
        guard isEverywhere || directory.path.isWithin(located.path) else { return results.response() }
        for text in search.texts {
            for principal in try await directory.principals(named: text, visibleTo: caller)
            where search.matches(principal) { try await results.add(directory.path(of: principal.id)) }
        }
        var after: PrincipalID?
        var seen = 0
        while !results.isFull, seen < PrincipalResults.mostExamined {
            let page = try await directory.principals(after: after, limit: PrincipalResults.pageSize, visibleTo: caller)
            for principal in page where search.matches(principal) {
                try await results.add(directory.path(of: principal.id))
            }
            guard page.count == PrincipalResults.pageSize, let last = page.last else { break }
            after = last.id
            seen += page.count
        }
        return results.response()
    }
}

extension PrincipalDirectory {
    /// The principal, and the groups it is in, directly or through other groups; each once, so that circles end.
    fileprivate func allGroups(of principal: PrincipalID, upTo most: Int) async throws -> [PrincipalID] {
        var found = [principal]
        var known: Set = [principal]
        var next = 0
        while next < found.count, found.count < most {
            for group in try await groups(of: found[next]) where known.insert(group).inserted { found.append(group) }
            next += 1
        }
        return found
    }
}

import DAV

extension Report {
    /// addressbook-query (RFC 6352 §8.6): the cards a filter finds, with the properties asked for.
    static func addressBookQuery(_ limits: CardDAV.Limits) -> Report {
        Report(.cardDAV("addressbook-query"), isOffered: { _, _ in true }) { report in
            let body = report.body
            guard let filter = body.first(.cardDAV("filter")) else {
                throw DAVError.badRequest("CARDDAV:filter is missing; it may be empty.")
            }
            let query = try CardFilter(filter)
            let most = try AddressBookQuery.limit(body.first(.cardDAV("limit")), atMost: limits.maxMatches)
            let answer = try MemberMultistatus(report, try PropertyRequest(of: body))
            let names = try await AddressBookQuery.candidates(query, report)
            return try await answer.response(
                AddressBookQuery(filter: query, report: report, names: names[...], matchesLeft: most))
        }
    }
}

extension Report {
    /// addressbook-multiget (RFC 6352 §8.7): the cards a client names.
    static let addressBookMultiget = Report(.cardDAV("addressbook-multiget"), isOffered: { _, _ in true }) { report in
        try await Multiget.run(report) { $0.id == report.located.collection.info.kind.id }
    }
}

/// The work of one query: candidates are opened a few at a time, and judged by the filter.
private struct AddressBookQuery: MemberReport {
    /// Cards that are fetched together; long ones are opened one by one.
    private static let batch = 50

    let filter: CardFilter
    let report: ReportRequest
    /// Those still to be looked at.
    var names: ArraySlice<Name>
    var matchesLeft: Int
    /// Fetched, and not looked at yet.
    var entries: ArraySlice<Entry> = []

    mutating func step(_ out: inout MemberMultistatus) async throws -> Bool {
        let located = report.located
        let collection = located.collection
        let fields = filter.properties.isEmpty ? out.fields : out.fields.union(.content)
        if entries.isEmpty {
            entries = try await collection.entries(.named(Array(names.prefix(Self.batch))), fields: fields)[...]
            names = names.dropFirst(Self.batch)
        }
        while !out.isFull, let entry = entries.popFirst() {
            guard !entry.isCollection, let card = try await matching(entry, in: collection, fields) else { continue }
            guard matchesLeft > 0 else {
                out.addTruncation()
                return false
            }
            matchesLeft -= 1
            try await out.add(card, in: collection, privileges: located.privileges)
        }
        return !entries.isEmpty || !names.isEmpty
    }

    /// The entry with its body, if the filter finds it. A stored body that cannot be read matches an empty filter only.
    private func matching(_ entry: Entry, in collection: any DAVCollection, _ fields: Fields) async throws -> Entry? {
        if filter.properties.isEmpty { return entry }
        guard let filled = try await collection.filled(entry, named: entry.name, fields: fields),
            let card = try? ContentText.components(of: filled.content ?? []).first, filter.matches(card)
        else { return nil }
        return filled
    }

    /// The members a query is about: the card it was sent to, or those in the address book, unless `Depth: 0` says that the
    /// collection alone is meant, which is no card. Without `Depth`, which §8.6 demands, the cards are meant.
    static func candidates(_ filter: CardFilter, _ report: ReportRequest) async throws -> [Name] {
        switch report.located.target {
        case .member(let name): [name]
        case .itself where report.depth == .zero: []
        case .itself: try await report.located.collection.names(matching: filter.query)
        }
    }

    /// `CARDDAV:limit` (§10.6): a count of cards; zero is none (E-07).
    static func limit(_ element: XMLElement?, atMost most: Int) throws(DAVError) -> Int {
        guard let element else { return most }
        guard case .atMost(let wanted) = ResultLimit(element.first(.cardDAV("nresults"))) else {
            throw .badRequest("CARDDAV:nresults must be a number above zero.")
        }
        return min(wanted, most)
    }
}

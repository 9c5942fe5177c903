/// What a search for principals looks for (RFC 3744 §9.4), with the attributes clients have come to expect.
struct PrincipalSearch: Sendable {
    private var terms: [Term] = []
    private var isAny = false
    private var kinds: Set<PrincipalKind>?
    /// The most the client wants.
    private(set) var limit: Int?

    private struct Term: Sendable {
        /// Nothing is found in properties that cannot be searched. Several in one term: all of them must match.
        var properties: [SearchableProperty?]
        var isAny = false
        var text: String
        var kind: String
    }

    /// - Throws: 400 for no term at all, or one without its properties or its text.
    init(propertySearch body: XMLElement) throws(DAVError) {
        isAny = body.attribute("test") == "anyof"
        kinds = body.attribute("type").flatMap { PrincipalKind(rawValue: $0.lowercased()) }.map { [$0] }
        for search in body.elements where search.name == .dav("property-search") {
            guard let properties = search.first(.dav("prop"))?.elements, let match = search.first(.dav("match")) else {
                throw .badRequest("DAV:property-search needs DAV:prop and DAV:match.")
            }
            terms.append(
                Term(
                    properties: properties.map { SearchableProperty.named($0.name) },
                    text: match.text.trimmingXMLSpace.lowercased(), kind: match.attribute("match-type") ?? "contains"))
        }
        try demandTerms("DAV:property-search")
        limit = PrincipalSearch.limit(body)
    }

    /// - Throws: 400 without a token.
    init(tokens body: XMLElement) throws(DAVError) {
        for token in body.elements where token.name == .calendarServer("search-token") {
            let text = token.text.trimmingXMLSpace.lowercased()
            if text.isEmpty { continue }
            terms.append(Term(properties: SearchableProperty.identifying, isAny: true, text: text, kind: "contains"))
        }
        try demandTerms("CS:search-token")
        kinds = PrincipalSearch.kinds(context: body.attribute("context"))
        limit = PrincipalSearch.limit(body)
    }

    private func demandTerms(_ element: String) throws(DAVError) {
        guard !terms.isEmpty else { throw .badRequest("\(element) is missing.") }
        guard terms.count <= 20 else { throw .badRequest("There are more than 20 \(element).") }
    }

    /// What the texts are: for directories that give away no more than what is asked for exactly.
    var texts: [String] { terms.map { $0.text.hasPrefix("mailto:") ? String($0.text.dropFirst(7)) : $0.text } }

    /// Who can be meant where a client looks; an unknown context leaves it open.
    private static func kinds(context: String?) -> Set<PrincipalKind>? {
        switch context {
        case "user": [.individual]
        case "group": [.group]
        case "location": [.room]
        case "resource": [.resource]
        case "attendee": [.individual, .group, .resource]
        default: nil
        }
    }

    /// `CS:limit` or `DAV:limit`: a number above zero; anything else is no limit.
    private static func limit(_ body: XMLElement) -> Int? {
        let elements = [body.first(.calendarServer("limit")), body.first(.dav("limit"))].compactMap { $0 }
        let counts = elements.flatMap(\.elements).filter { $0.name.local == "nresults" }
        guard case .atMost(let most) = ResultLimit(counts.first) else { return nil }
        return most
    }

    func matches(_ principal: Principal) -> Bool {
        if let kinds, !kinds.contains(principal.kind) { return false }
        return isAny ? terms.contains { matches(principal, $0) } : terms.allSatisfy { matches(principal, $0) }
    }

    private func matches(_ principal: Principal, _ term: Term) -> Bool {
        func fits(_ property: SearchableProperty?) -> Bool {
            property?.values(principal).contains { matches($0.lowercased(), term) } ?? false
        }
        if term.properties.isEmpty { return false }
        return term.isAny ? term.properties.contains(where: fits) : term.properties.allSatisfy(fits)
    }

    private func matches(_ value: String, _ term: Term) -> Bool {
        switch term.kind {
        case "equals": value == term.text
        case "starts-with": value.hasPrefix(term.text)
        case "ends-with": value.hasSuffix(term.text)
        default: term.text.isEmpty || value.contains(term.text)
        }
    }
}

/// A property of principals that can be searched (RFC 3744 §9.5).
struct SearchableProperty: Sendable {
    var name: XMLName
    var summary: String
    var values: @Sendable (Principal) -> [String]

    static func named(_ name: XMLName) -> SearchableProperty? { all.first { $0.name == name } }

    static let all = [
        SearchableProperty(name: .dav("displayname"), summary: "Name") {
            [$0.displayName.isEmpty ? $0.id.description : $0.displayName]
        },
        SearchableProperty(name: .calendarServer("email-address-set"), summary: "E-mail address", values: \.addresses),
        SearchableProperty(name: .calDAV("calendar-user-address-set"), summary: "Calendar user address") {
            $0.addresses.map { "mailto:" + $0 } + ($0.uuid.map { ["urn:uuid:" + $0.uuidString] } ?? [])
        },
        SearchableProperty(name: .calDAV("calendar-user-type"), summary: "Person, group, room or thing") {
            [$0.kind.rawValue]
        },
        SearchableProperty(name: .calendarServer("first-name"), summary: "First name") {
            $0.personName.map { [$0.first] } ?? []
        },
        SearchableProperty(name: .calendarServer("last-name"), summary: "Last name") {
            $0.personName.map { [$0.last] } ?? []
        },
    ]

    /// Those that say who somebody is; what a token of calendarserver-principal-search may occur in.
    static var identifying: [SearchableProperty?] { [all[0], all[1]] }
}

import DAV
import HTTPTypes

extension CardFilter {
    /// Most tests one filter may hold, and the longest text one may look for: together they bound what a card costs.
    static let mostConditions = 200
    static let mostTextBytes = 4096
    /// The longest value that is looked into.
    static let mostSearchedBytes = 64 << 10

    /// Reads `CARDDAV:filter`.
    ///
    /// - Throws: 403 `supported-filter` for an element nobody defined, or more than the limits; 403 `supported-collation`; 400
    ///   for one that is not as RFC 6352 §10.5 says.
    init(_ element: XMLElement) throws(DAVError) {
        test = try Test(element)
        properties = []
        var budget = CardFilter.mostConditions
        for child in element.elements {
            guard child.name == .cardDAV("prop-filter") else { throw .unknownInFilter(child) }
            properties.append(try Property(child, &budget))
        }
    }

    fileprivate static func spend(_ budget: inout Int) throws(DAVError) {
        guard budget > 0 else { throw .supportedFilter("A filter may make \(mostConditions) tests at most.") }
        budget -= 1
    }
}

extension CardFilter.Test {
    fileprivate init(_ element: XMLElement) throws(DAVError) {
        guard let name = element[attribute: "test"] else {
            self = .anyof
            return
        }
        guard let test = CardFilter.Test(rawValue: name) else { throw .badRequest("test is anyof or allof.") }
        self = test
    }
}

extension CardFilter.Property {
    fileprivate init(_ element: XMLElement, _ budget: inout Int) throws(DAVError) {
        try CardFilter.spend(&budget)
        let name = try element.filteredName()
        // A property name holds no dot, so what stands before one is the group (RFC 6350 §3.3).
        if let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) {
            group = String(name[..<dot])
            self.name = String(name[name.utf8.index(after: dot)...]).uppercased()
        } else {
            self.name = name.uppercased()
        }
        let elements = element.elements
        if elements.contains(where: { $0.name == .cardDAV("is-not-defined") }) {
            guard elements.count == 1 else { throw .badRequest("is-not-defined stands alone.") }
            rule = .isNotDefined
            return
        }
        let test = try CardFilter.Test(element)
        var conditions: [CardFilter.Condition] = []
        for child in elements {
            try CardFilter.spend(&budget)
            conditions.append(try CardFilter.Condition(child))
        }
        rule = .passes(test, conditions)
    }
}

extension CardFilter.Condition {
    fileprivate init(_ element: XMLElement) throws(DAVError) {
        switch element.name {
        case .cardDAV("text-match"): self = .text(try TextMatch(ofCards: element))
        case .cardDAV("param-filter"): self = .parameter(try CardFilter.Parameter(element))
        default: throw .unknownInFilter(element)
        }
    }
}

extension CardFilter.Parameter {
    fileprivate init(_ element: XMLElement) throws(DAVError) {
        name = try element.filteredName()
        let elements = element.elements
        guard elements.count <= 1 else { throw .badRequest("A param-filter makes one test at most.") }
        switch elements.first?.name {
        case nil: rule = .isDefined
        case .cardDAV("is-not-defined"): rule = .isNotDefined
        case .cardDAV("text-match"): rule = .matches(try TextMatch(ofCards: elements[0]))
        default: throw .unknownInFilter(elements[0])
        }
    }
}

extension TextMatch {
    /// RFC 6352 §10.5.4: the collation is `i;unicode-casemap` unless another is named.
    fileprivate init(ofCards element: XMLElement) throws(DAVError) {
        guard element.text.utf8.count <= CardFilter.mostTextBytes else {
            throw .supportedFilter("A text to look for may have \(CardFilter.mostTextBytes) bytes at most.")
        }
        try self.init(element, default: .unicodeCasemap, unsupported: .supportedCollation)
    }
}

extension XMLElement {
    fileprivate func filteredName() throws(DAVError) -> String {
        guard let name = self[attribute: "name"], !name.isEmpty else { throw .badRequest("A filter needs a name.") }
        return name
    }
}

extension DAVError {
    /// To leave out a test would find what was not asked for (RFC 6352 §8.6.2).
    fileprivate static func unknownInFilter(_ element: XMLElement) -> DAVError {
        DAVError(
            .forbidden, Condition(.cardDAV("supported-filter"), details: [XMLElement(name: element.name)]),
            "This filter holds what the server does not know.")
    }
}

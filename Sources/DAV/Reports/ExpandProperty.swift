import HTTPTypes

extension Report {
    /// expand-property (RFC 3253 §3.8): properties, and in place of each href in them the properties of what it refers to.
    ///
    /// How deep it goes is written in the request, so cycles end by themselves; how many resources it may visit is bounded.
    static let expandProperty = Report(.dav("expand-property"), isOffered: { _, _ in true }) { report in
        let items = try PropertyExpansion.Item.read(report.body)
        let exchange = report.exchange
        var expansion = PropertyExpansion(exchange: exchange)
        var out = Multistatus(HrefSpelling(exchange))
        var located = [report.located]
        if report.depth ?? .zero != .zero { located += try await expansion.members(of: report.located) }
        for located in located {
            try await expansion.write(located.path, items, to: &out.xml, spelling: out.hrefs)
        }
        if expansion.isExhausted { out.requestURI(.insufficientStorage, .dav("number-of-matches-within-limits")) }
        out.finish()
        return DAVResponse(
            .multiStatus, headers: .multistatus(applied: Preferences()), body: .bytes(out.take()))
    }
}

/// Follows hrefs from property to property.
struct PropertyExpansion: Sendable {
    /// Most resources one request may visit.
    private static let mostVisits = 1000
    /// The size beyond which an answer is not extended: expansions are not streamed.
    static let mostBytes = 8 << 20

    let exchange: Exchange
    private var visitsLeft = PropertyExpansion.mostVisits
    /// Not everything asked for is in the answer.
    private(set) var isExhausted = false

    init(exchange: Exchange) { self.exchange = exchange }

    /// `DAV:property` (RFC 3253 §3.8): a name, and what to ask of the resources its value refers to.
    struct Item: Sendable {
        var name: XMLName
        var nested: [Item]

        /// Recursion is bounded by the depth of the document.
        static func read(_ parent: XMLElement) throws(DAVError) -> [Item] {
            var items: [Item] = []
            for element in parent.elements where element.name == .dav("property") {
                guard let local = element.attribute("name"), !local.isEmpty, items.count < PropertyRequest.maxNames
                else {
                    throw .badRequest(
                        "DAV:property needs a name, and there may be \(PropertyRequest.maxNames) at most.")
                }
                let namespace = element.attribute("namespace") ?? XMLName.davNamespace
                items.append(Item(name: XMLName(namespace, local), nested: try read(element)))
            }
            return items
        }
    }

    /// The members of a collection, for `Depth: 1`.
    func members(of located: Located) async throws -> [Located] {
        guard located.target == .itself else { return [] }
        let page = try await located.collection.entries(
            .all(after: nil, limit: PropertyExpansion.mostVisits), fields: [])
        let visible = page.filter { entry in
            entry.collection.map { exchange.privileges(on: $0).contains(.read) } ?? true
        }
        return visible.map { entry in
            Located(
                path: located.path.appending(entry.name),
                resolution: Resolution(collection: located.collection, target: .member(entry.name), entry: entry),
                privileges: located.privileges)
        }
    }

    /// One `DAV:response`: the resource, or why there is nothing to say about it.
    mutating func write(
        _ path: DAVPath, _ items: [Item], to xml: inout XMLWriter, spelling: HrefSpelling
    ) async throws {
        guard visitsLeft > 0, xml.count < PropertyExpansion.mostBytes else {
            isExhausted = true
            return
        }
        visitsLeft -= 1
        // What is asked of the resources an href leads to is mostly asked of principals.
        let rows = items.map { exchange.handler.properties.row($0.name, kind: .principal) }
        let fields = rows.reduce(into: Fields.deadProperties) { $0.formUnion($1?.fields ?? []) }
        let located = try await exchange.locate(path, fields: fields)
        xml.start(.dav("response"))
        xml.start(.dav("href"))
        spelling.append(path, isCollection: located?.shape == .collection, to: &xml)
        xml.end()
        if let located, let entry = located.entry {
            var subject = PropertySubject(entry: entry, at: located, exchange: exchange)
            try await lookUp(items, &subject)
            try await write(items, of: subject, to: &xml, spelling: spelling)
        } else {
            xml.status(.notFound)
        }
        xml.end()
    }

    private func lookUp(_ items: [Item], _ subject: inout PropertySubject) async throws {
        for item in items {
            let row = exchange.handler.properties.row(item.name, kind: subject.collection.kind)
            guard subject.isCollection, let lookup = row?.lookup else { continue }
            let value = try await lookup.value(subject)
            subject.found = subject.found ?? [:]
            subject.found?[item.name] = value
        }
    }

    private mutating func write(
        _ items: [Item], of subject: PropertySubject, to xml: inout XMLWriter, spelling: HrefSpelling
    ) async throws {
        var found = PropstatWriter()
        var (absent, denied): ([XMLName], [XMLName]) = ([], [])
        for item in items {
            let row = exchange.handler.properties.row(item.name, kind: subject.collection.kind)
            if let privilege = row?.privilege, !subject.privileges.contains(privilege) {
                denied.append(item.name)
            } else if !item.nested.isEmpty, case .hrefs(let hrefs)? = row?.told(of: subject) {
                found.open(&xml)
                xml.start(item.name)
                for href in hrefs { try await follow(href, item.nested, to: &xml, spelling: spelling) }
                xml.end()
            } else if !found.write(
                PropertyPlan.Step(name: item.name, live: row, isNamed: true), of: subject, isNamesOnly: false, to: &xml)
            {
                absent.append(item.name)
            }
        }
        if found.isOpen || denied.isEmpty && absent.isEmpty { found.close(.ok, to: &xml) }
        if !denied.isEmpty { PropstatWriter.write(denied, .forbidden, to: &xml) }
        if !absent.isEmpty { PropstatWriter.write(absent, .notFound, to: &xml) }
    }

    private mutating func follow(
        _ href: String, _ items: [Item], to xml: inout XMLWriter, spelling: HrefSpelling
    ) async throws {
        guard let origin = exchange.request.origin,
            case .path(let path, _) = ResourceReference(
                parsing: href, relativeTo: origin, prefix: exchange.facts.prefix)
        else { return xml.element(.dav("href"), text: href) }
        try await write(path, items, to: &xml, spelling: spelling)
    }
}

extension XMLElement {
    /// The value of an attribute in no namespace.
    func attribute(_ local: String) -> String? {
        attributes.first { $0.name == XMLName("", local) }?.value
    }
}

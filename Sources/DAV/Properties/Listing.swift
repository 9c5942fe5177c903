import HTTPTypes

/// Writes the properties of a collection and of what lies below it, page by page, so that memory stays flat (W-15).
struct Listing: Sendable {
    /// Members fetched by one query: fewer where each may bring stored values or its body along, so that a page stays small.
    private var pageSize: Int {
        plan.fields.contains(.content) ? 50 : plan.fields.contains(.deadProperties) ? 250 : 1000
    }

    let exchange: Exchange
    let located: Located
    /// The target's own entry, with the fields the plan asks for.
    let target: Entry
    var plan: PropertyPlan
    var out: Multistatus

    init(_ exchange: Exchange, _ located: Located, _ target: Entry, _ plan: PropertyPlan) {
        self.exchange = exchange
        self.located = located
        self.target = target
        self.plan = plan
        out = Multistatus(HrefSpelling(exchange))
    }

    /// The request-URI's own response.
    mutating func writeTarget() async throws {
        var subject = PropertySubject(entry: target, at: located, exchange: exchange)
        if plan.needsHolder {
            subject.holder =
                target.isCollection ? try await exchange.holder(of: located.path) : located.collection.info.capabilities
        }
        try await plan.lookUp(&subject)
        out.resource([], isCollection: target.isCollection, &plan, subject)
    }

    /// One page of members.
    ///
    /// - Returns: the name after which the next page begins; `nil`: that was the last.
    mutating func writeMembers(
        of collection: any DAVCollection, after: Name?, relative: [Name], privileges: Privileges
    ) async throws -> (next: Name?, collections: [Entry]) {
        let page = try await collection.entries(.all(after: after, limit: pageSize), fields: plan.fields)
        var collections: [Entry] = []
        guard let first = page.first else { return (nil, []) }
        // One subject for the whole page: making one costs more than filling it in.
        var subject = PropertySubject(
            entry: first, path: collection.info.path, collection: collection.info, holder: collection.info.capabilities,
            privileges: privileges, exchange: exchange)
        for entry in page {
            subject.privileges = entry.collection.map(exchange.privileges) ?? privileges
            // W-13: what the caller may not read is not mentioned.
            guard subject.privileges.contains(.read) else { continue }
            subject.entry = entry
            subject.path = collection.info.path.appending(entry.name)
            subject.collection = entry.collection ?? collection.info
            if entry.isCollection { try await plan.lookUp(&subject) } else { subject.found = nil }
            let names = relative.isEmpty ? [entry.name] : relative + [entry.name]
            out.resource(names[...], isCollection: entry.isCollection, &plan, subject)
            if entry.isCollection { collections.append(entry) }
        }
        return (page.count < pageSize ? nil : page.last?.name, collections)
    }
}

import HTTPTypes

/// Writes the properties of a collection and of what lies below it, page by page, so that memory stays flat (W-15).
struct Listing: Sendable {
    /// Members fetched by one query.
    static let pageSize = 1000

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
        out.resource([], isCollection: target.isCollection, &plan, subject)
    }

    /// One page of members.
    ///
    /// - Returns: the name after which the next page begins; `nil`: that was the last.
    mutating func writeMembers(
        of collection: any DAVCollection, after: Name?, relative: [Name], privileges: Privileges
    ) async throws -> (next: Name?, collections: [Entry]) {
        let page = try await collection.entries(.all(after: after, limit: Listing.pageSize), fields: plan.fields)
        var collections: [Entry] = []
        for entry in page where write(entry, in: collection.info, relative: relative, privileges: privileges) {
            if entry.isCollection { collections.append(entry) }
        }
        return (page.count < Listing.pageSize ? nil : page.last?.name, collections)
    }

    /// - Returns: whether the caller may see it (W-13).
    private mutating func write(
        _ entry: Entry, in holder: CollectionInfo, relative: [Name], privileges: Privileges
    ) -> Bool {
        var privileges = privileges
        if let info = entry.collection {
            privileges = exchange.privileges(on: info)
            guard privileges.contains(.read) else { return false }
        }
        let subject = PropertySubject(
            entry: entry, path: holder.path.appending(entry.name), collection: entry.collection ?? holder,
            holder: holder.capabilities, privileges: privileges, exchange: exchange)
        let names = relative.isEmpty ? [entry.name] : relative + [entry.name]
        out.resource(names[...], isCollection: entry.isCollection, &plan, subject)
        return true
    }
}

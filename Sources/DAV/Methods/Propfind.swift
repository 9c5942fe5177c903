import HTTPTypes

extension HTTPRequest.Method {
    static let propfind = known("PROPFIND")
    static let proppatch = known("PROPPATCH")
    static let report = known("REPORT")

    private static func known(_ name: String) -> HTTPRequest.Method {
        guard let method = HTTPRequest.Method(name) else { preconditionFailure("“\(name)” is not a method name") }
        return method
    }
}

extension Method {
    /// PROPFIND (RFC 4918 §9.1): properties of a resource and, with Depth 1, of a collection's members.
    static let propfind = Method(.propfind, on: .mapped, needs: [.read]) { exchange, located in
        let depth = try exchange.depth() ?? .infinity
        let request = try PropertyRequest(propfind: try await exchange.xmlBody())
        try await exchange.checkForReading(located)
        let isCollection = located.target == .itself
        if isCollection, depth == .infinity, !exchange.facts.options.allowsInfinitePropfind {
            throw DAVError.propfindFiniteDepth
        }
        let preferences = exchange.preferences
        let plan = try PropertyPlan(
            request, table: exchange.handler.properties, kind: located.collection.info.kind,
            isMinimal: preferences.return == .minimal)
        guard let target = try await exchange.entry(at: located, fields: plan.fields) else { throw DAVError.notFound }
        var listing = Listing(exchange, located, target, plan)
        let omitsRoot = preferences.depthNoroot && depth != .zero && isCollection
        if !omitsRoot { try await listing.writeTarget() }
        let headers = HTTPFields.multistatus(applied: preferences, omittedRoot: omitsRoot)
        guard isCollection, depth != .zero else {
            listing.out.finish()
            return DAVResponse(.multiStatus, headers: headers, body: .bytes(listing.out.take()))
        }
        return try await listing.response(headers, descends: depth == .infinity)
    }
}

extension Exchange {
    /// The located resource's entry with more of its fields.
    func entry(at located: Located, fields: Fields) async throws -> Entry? {
        if fields.isEmpty { return located.entry }
        switch located.target {
        case .itself: return try await located.collection.entries(.itself, fields: fields).first
        case .member(let name): return try await located.collection.entries(.named([name]), fields: fields).first
        }
    }
}

extension HTTPFields {
    /// The fields of a multistatus answer, naming the preferences that were honoured (P-05).
    static func multistatus(applied preferences: Preferences, omittedRoot: Bool = false) -> HTTPFields {
        var fields: HTTPFields = [
            .contentType: "application/xml; charset=utf-8", .cacheControl: "no-store", .vary: "Prefer, Brief",
        ]
        var applied: [String] = []
        if preferences.return == .minimal { applied.append("return=minimal") }
        if omittedRoot { applied.append("depth-noroot") }
        if !applied.isEmpty { fields[.preferenceApplied] = applied.joined(separator: ", ") }
        return fields
    }
}

extension Listing {
    /// The members, after what is written already. The first page is read before the answer begins, so that what fails
    /// fails with a status; a listing that ends there is sent whole.
    func response(_ headers: HTTPFields, descends: Bool) async throws -> DAVResponse {
        var walk = ListingWalk(self, descends: descends)
        try await walk.step()
        if walk.isDone {
            walk.listing.out.finish()
            return DAVResponse(.multiStatus, headers: headers, body: .bytes(walk.listing.out.take()))
        }
        let begun = walk
        return DAVResponse(
            .multiStatus, headers: headers,
            body: .stream(length: nil) { writer in
                var walk = begun
                while !walk.isDone {
                    if walk.listing.out.isChunkFull { try await writer.write(walk.listing.out.take()) }
                    try await walk.step()
                }
                walk.listing.out.finish()
                try await writer.write(walk.listing.out.take())
            })
    }
}

/// A walk through a tree, a page of members at a time, without recursion.
private struct ListingWalk: Sendable {
    var listing: Listing
    private let descends: Bool
    /// Collections still to be listed, and how far each has been.
    private var pending: [(path: [Name], after: Name?)] = [([], nil)]

    init(_ listing: Listing, descends: Bool) {
        self.listing = listing
        self.descends = descends
    }

    var isDone: Bool { pending.isEmpty }

    mutating func step() async throws {
        guard let (relative, after) = pending.popLast() else { return }
        let (exchange, located) = (listing.exchange, listing.located)
        var collection = located.collection
        if !relative.isEmpty {
            // Gone since its parent was listed: nothing to say about it.
            let path = located.path.appending(relative)
            guard let found = try await exchange.handler.backend.collection(at: path, for: exchange.caller) else {
                return
            }
            collection = found
        }
        let (next, collections) = try await listing.writeMembers(
            of: collection, after: after, relative: relative,
            privileges: exchange.memberPrivileges(in: collection.info))
        if let next { pending.append((relative, next)) }
        if descends { pending += collections.reversed().map { (relative + [$0.name], nil) } }
    }
}

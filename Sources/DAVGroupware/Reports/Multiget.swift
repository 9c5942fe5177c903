package import DAV
import HTTPTypes

/// A multiget: the members a client names, with the properties it wants (RFC 4791 §7.9, RFC 6352 §8.7).
///
/// Every reference is answered once, however often and in whatever spelling it was given: with properties, or with 404 if
/// it leads nowhere, to another server, out of the request's collection, or to what the caller may not see; with 403 if
/// it names a collection. `Depth` does not matter. The answer is streamed, so there is no limit on references but that of
/// the body. Cost: one query for each hundred of them in a collection.
package struct Multiget: MemberReport {
    private static let pageSize = 100
    private let exchange: Exchange
    private let holds: @Sendable (CollectionKind) -> Bool
    private let surroundings: Surroundings?

    /// What a collection says for the pseudo-properties of its members (``PropertySubject/surroundings``).
    package typealias Surroundings = @Sendable (any DAVCollection) async throws -> (any Sendable)?

    /// References that name nothing on this server.
    private var foreign: ArraySlice<String> = []
    /// What is named, by the collection that would hold it, in the order it was first met.
    private var groups: ArraySlice<Group> = []
    /// Of the first group, fetched and not yet answered.
    private var page: ArraySlice<Item> = []
    /// Those spelled as a collection's URL is: the answer spells them so too.
    private var slashed: Set<DAVPath> = []
    /// The collection of the first group, once it is needed.
    private var open: OpenCollection?

    private struct Group: Sendable {
        var holder: DAVPath
        var names: ArraySlice<Name>
    }

    private struct Item: Sendable {
        var name: Name
        /// `nil`: there is nothing to see.
        var entry: Entry?
    }

    private struct OpenCollection: Sendable {
        /// `nil`: there is nothing to see.
        var collection: (any DAVCollection)?
        var privileges: Privileges
        var surroundings: (any Sendable)?
    }

    /// The whole report.
    ///
    /// - Parameters:
    ///   - holds: whether members of such a collection can be asked for.
    ///   - surroundings: asked of each collection once; `nil` if nothing depends on it.
    package static func run(
        _ report: ReportRequest, holds: @escaping @Sendable (CollectionKind) -> Bool, surroundings: Surroundings? = nil
    ) async throws -> DAVResponse {
        let multiget = try Multiget(report, holds: holds, surroundings)
        return try await MemberMultistatus(report, PropertyRequest(of: report.body)).response(multiget)
    }

    /// - Throws: 400 if there is no reference.
    private init(
        _ report: ReportRequest, holds: @escaping @Sendable (CollectionKind) -> Bool, _ surroundings: Surroundings?
    ) throws(DAVError) {
        exchange = report.exchange
        self.holds = holds
        self.surroundings = surroundings
        let hrefs = report.body.elements.filter { $0.name == .dav("href") }.map { $0.text.trimmingXMLSpace }
        guard !hrefs.isEmpty else { throw .badRequest("A multiget names resources by DAV:href.") }
        var (seen, seenForeign): (Set<DAVPath>, Set<String>) = ([], [])
        var indexes: [DAVPath: Int] = [:]
        for href in hrefs {
            guard let (path, isSlashed) = path(href), let name = path.last, isInScope(path, of: report.located) else {
                if seenForeign.insert(href).inserted { foreign.append(href) }
                continue
            }
            if isSlashed { slashed.insert(path) }
            guard seen.insert(path).inserted else { continue }
            if let index = indexes[path.parent] {
                groups[index].names.append(name)
            } else {
                indexes[path.parent] = groups.count
                groups.append(Group(holder: path.parent, names: [name]))
            }
        }
    }

    package mutating func step(_ out: inout MemberMultistatus) async throws -> Bool {
        if !foreign.isEmpty {
            for href in foreign.prefix(Multiget.pageSize) { out.add(href: href, .notFound) }
            foreign = foreign.dropFirst(Multiget.pageSize)
        } else if let group = groups.first {
            if page.isEmpty {
                page = try await fetch(group.names.prefix(Multiget.pageSize), in: group.holder, out.fields)
                groups[groups.startIndex].names = group.names.dropFirst(Multiget.pageSize)
            }
            try await answer(in: group.holder, &out)
            if page.isEmpty, groups[groups.startIndex].names.isEmpty {
                groups.removeFirst()
                open = nil
            }
        }
        return !foreign.isEmpty || !groups.isEmpty
    }

    private mutating func fetch(
        _ names: ArraySlice<Name>, in holder: DAVPath, _ fields: Fields
    ) async throws -> ArraySlice<Item> {
        let open = try await opened(holder)
        self.open = open
        var found: [Name: Entry] = [:]
        if let collection = open.collection {
            for entry in try await collection.entries(.named(Array(names)), fields: fields) {
                found[entry.name] = entry
            }
        }
        return names.map { Item(name: $0, entry: found[$0]) }[...]
    }

    /// Goes on with the page until there is enough to send: bodies of megabytes are not gathered.
    private mutating func answer(in holder: DAVPath, _ out: inout MemberMultistatus) async throws {
        guard let open else { return }
        while !out.isFull, let item = page.popFirst() {
            let name = item.name
            if let entry = item.entry, let collection = open.collection {
                if entry.isCollection {
                    out.add(holder.appending(name), isCollection: true, .forbidden, .dav("supported-report"))
                } else {
                    try await out.add(
                        entry, in: collection, privileges: open.privileges, surroundings: open.surroundings)
                }
            } else {
                let path = holder.appending(name)
                out.add(path, isCollection: slashed.contains(path), .notFound)
            }
        }
    }

    private func opened(_ path: DAVPath) async throws -> OpenCollection {
        if let open { return open }
        guard let collection = try await exchange.handler.backend.collection(at: path, for: exchange.caller) else {
            return OpenCollection(collection: nil, privileges: .none)
        }
        let privileges = exchange.memberPrivileges(in: collection.info)
        let isReadable = privileges.contains(.read) && holds(collection.info.kind)
        return OpenCollection(
            collection: isReadable ? collection : nil, privileges: privileges,
            surroundings: isReadable ? try await surroundings?(collection) : nil)
    }

    private func path(_ href: String) -> (DAVPath, isSlashed: Bool)? {
        guard let origin = exchange.request.origin,
            case .path(let path, let isSlashed) = ResourceReference(
                parsing: href, relativeTo: origin, prefix: exchange.facts.prefix)
        else { return nil }
        return (path, isSlashed)
    }

    /// RFC 4791 §7.9: below the collection asked, or the member asked itself.
    private func isInScope(_ path: DAVPath, of located: Located) -> Bool {
        switch located.target {
        case .itself: path.isWithin(located.path) && path != located.path
        case .member: path == located.path
        }
    }
}

extension PropertyRequest {
    /// What a report's body asks for; nothing, if it does not say (RFC 4791 §9.5: all three forms are optional).
    ///
    /// - Throws: 400 for more than one of them.
    package init(of body: XMLElement) throws(DAVError) {
        let forms: [XMLName] = [.dav("prop"), .dav("allprop"), .dav("propname")]
        if body.elements.contains(where: { forms.contains($0.name) }) {
            try self.init(in: body)
        } else {
            self = .names([])
        }
    }
}

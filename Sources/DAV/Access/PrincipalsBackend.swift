/// Serves the principals of a directory as collections (RFC 3744 §2): `/principals/`, `/principals/NAME/`, and below each
/// person the two groups of those who act for them (calendar-proxy §5.2).
///
/// Who signed in reads those the directory lets them know of. Nobody writes here, except that people say who acts for them.
public struct PrincipalsBackend: Backend {
    let directory: any PrincipalDirectory
    let prefix: String
    private let since: Timestamp

    /// - Parameters:
    ///   - prefix: ``ServerFacts/prefix``, for the hrefs of homes.
    ///   - since: what the collections say they were created at.
    public init(directory: any PrincipalDirectory, prefix: String = "", since: Timestamp = Timestamp(seconds: 0)) {
        self.directory = directory
        self.prefix = prefix
        self.since = since
    }

    public func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        if path == directory.path { return PrincipalList(backend: self, caller: caller) }
        guard let id = directory.identity(at: path), id.proxies == nil || directory.groupWriting != nil,
            let principal = try await directory.principal(id, visibleTo: caller)
        else { return nil }
        return PrincipalCollection(backend: self, principal: principal, caller: caller)
    }

    func info(of principal: Principal) -> CollectionInfo {
        var info = CollectionInfo(
            path: directory.path(of: principal.id), kind: .principal, owner: nil, capabilities: [])
        guard let proxies = principal.id.proxies else { return info }
        info.kind = .proxies(proxies)
        if directory.groupWriting != nil {
            info.capabilities = [.writing]
            let person = PrincipalID(principal.id.name)
            info.grants = [AccessControlEntry(.principal(person), granted: [.writeProperties], source: .server)]
        }
        return info
    }

    func entry(of principal: Principal, fields: Fields, for caller: Caller) async throws -> Entry {
        var principal = principal
        if fields.contains(.memberships) { principal.relations = try await relations(of: principal, for: caller) }
        let info = info(of: principal)
        var entry = Entry(
            name: info.path.last ?? .root, collection: info, created: since, modified: since, resourceID: principal.uuid
        )
        entry.deadProperties = [displayName(of: principal), homeSet(of: principal)]
        entry.principal = principal
        return entry
    }

    /// Who acts for somebody is told to the two of them only.
    private func relations(of principal: Principal, for caller: Caller) async throws -> Principal.Relations {
        let id = principal.id
        var relations = Principal.Relations(
            members: try await directory.members(of: id), groups: try await directory.groups(of: id))
        let isMine = caller.principal?.name == id.name
        if id.proxies != nil, !isMine { relations.members.removeAll { $0 != caller.principal } }
        guard id.proxies == nil, directory.groupWriting != nil else { return relations }
        if !isMine { relations.groups.removeAll { $0.proxies != nil && $0.name != caller.principal?.name } }
        if isMine {
            relations.readsFor = try await directory.principals(actedForBy: id, as: .read)
            relations.writesFor = try await directory.principals(actedForBy: id, as: .write)
        }
        return relations
    }

    private func displayName(of principal: Principal) -> DeadProperty {
        stored(.dav("displayname")) {
            $0.text(principal.displayName.isEmpty ? principal.id.description : principal.displayName)
        }
    }

    /// Where a principal's own collections are. No RFC has a name for it as long as they are neither calendars nor address
    /// books.
    private func homeSet(of principal: Principal) -> DeadProperty {
        stored(.martlet("home-set")) { xml in
            for home in principal.homes {
                xml.element(.dav("href"), text: Href.encode(path: home, isCollection: true, prefix: prefix))
            }
        }
    }

    private func stored(_ name: XMLName, _ content: (inout XMLWriter) -> Void) -> DeadProperty {
        var xml = XMLWriter()
        xml.start(name)
        content(&xml)
        xml.end()
        return DeadProperty(name: name, xml: xml.take())
    }

    /// The collection of all principals.
    private struct PrincipalList: DAVCollection {
        let backend: PrincipalsBackend
        let caller: Caller

        var info: CollectionInfo {
            CollectionInfo(path: backend.directory.path, kind: .system, owner: nil, capabilities: [])
        }

        func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
            let directory = backend.directory
            var found: [Principal] = []
            switch members {
            case .itself:
                let name = directory.path.last ?? .root
                return [Entry(name: name, collection: info, created: backend.since, modified: backend.since)]
            case .named(let names):
                for name in names {
                    if let principal = try await directory.principal(PrincipalID(name), visibleTo: caller) {
                        found.append(principal)
                    }
                }
            case .all(let after, let limit):
                found = try await directory.principals(
                    after: after.map(PrincipalID.init), limit: limit, visibleTo: caller)
            }
            var entries: [Entry] = []
            for principal in found {
                entries.append(try await backend.entry(of: principal, fields: fields, for: caller))
            }
            return entries
        }
    }
}

/// One principal: a collection whose only members can be the groups of those who act for it.
struct PrincipalCollection: DAVCollection {
    let backend: PrincipalsBackend
    let principal: Principal
    let caller: Caller

    var info: CollectionInfo { backend.info(of: principal) }
    var writing: (any Writing)? { info.capabilities.contains(.writing) ? self : nil }

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        if members == .itself { return [try await backend.entry(of: principal, fields: fields, for: caller)] }
        guard principal.id.proxies == nil, principal.kind != .group, backend.directory.groupWriting != nil else {
            return []
        }
        var entries: [Entry] = []
        for proxies in ProxyGroup.allCases where members.includes(proxies) {
            let id = PrincipalID(principal.id.name, proxies)
            if let group = try await backend.directory.principal(id, visibleTo: caller) {
                entries.append(try await backend.entry(of: group, fields: fields, for: caller))
            }
        }
        if case .all(_, let limit) = members { return Array(entries.prefix(max(0, limit))) }
        return entries
    }
}

extension Members {
    fileprivate func includes(_ proxies: ProxyGroup) -> Bool {
        let name = Name(unchecked: proxies.rawValue)
        return switch self {
        case .itself: false
        case .named(let names): names.contains(name)
        case .all(let after, _): after.map { $0 < name } ?? true
        }
    }
}

extension PrincipalCollection: Writing {
    /// Only who is in the group can be set.
    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {
        let path = info.path
        try condition.check(.write, at: path) { ResourceState(isMapped: $0 == path) }
        guard target == .itself, let groups = backend.directory.groupWriting else { throw refusal }
        var members: [PrincipalID]?
        for change in changes {
            switch change {
            case .set(let property) where property.name == .groupMemberSet:
                members = try XMLElement.parse(property.xml).elements.filter { $0.name == .dav("href") }.map(identity)
            case .remove(.groupMemberSet): members = []
            default: throw refusal
            }
        }
        guard let members else { return }
        guard members.count <= PrincipalCollection.mostMembers else {
            throw DAVError(.insufficientStorage, nil, "A group has \(PrincipalCollection.mostMembers) members at most.")
        }
        try await groups.setMembers(members, of: principal.id)
    }

    private static let mostMembers = 1000

    /// Hrefs are path-absolute here; see ``Exchange/spelledLocally(_:)``.
    private func identity(_ href: XMLElement) throws -> PrincipalID {
        guard let path = try? ParsedPath(parsing: href.text.trimmingXMLSpace).below(backend.prefix)?.path,
            let id = backend.directory.identity(at: path), id.proxies == nil
        else { throw DAVError.noSuchMember }
        return id
    }

    private var refusal: DAVError { .forbidden("Only who is in the group can be changed here.") }

    func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult { throw refusal }
    func makeCollection(_ name: Name, kind: CollectionKind, properties: [PropertyChange], if condition: Condition)
        async throws
    { throw refusal }
    func delete(_ name: Name, if condition: Condition) async throws { throw refusal }
    func copy(_ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition)
        async throws -> WriteResult
    { throw refusal }
    func move(_ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition) async throws
        -> WriteResult
    { throw refusal }
}

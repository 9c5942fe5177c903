/// Serves the principals of a directory as collections (RFC 3744 §2): `/principals/` and `/principals/NAME/`.
///
/// Everybody who signed in may read them, and nobody writes them here.
public struct PrincipalsBackend: Backend {
    private let directory: any PrincipalDirectory
    private let prefix: String
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
        guard let name = path.last, path.parent == directory.path,
            let principal = try await directory.principal(PrincipalID(name))
        else { return nil }
        return PrincipalCollection(entry: entry(of: principal), path: path)
    }

    private func entry(of principal: Principal) -> Entry {
        let info = CollectionInfo(
            path: directory.path(of: principal.id), kind: .principal, owner: nil, capabilities: [])
        var entry = Entry(name: principal.id.name, collection: info, created: since, modified: since)
        entry.principal = principal
        entry.deadProperties = [displayName(of: principal), homeSet(of: principal)]
        return entry
    }

    private func displayName(of principal: Principal) -> DeadProperty {
        stored(.dav("displayname")) {
            $0.text(principal.displayName.isEmpty ? principal.id.description : principal.displayName)
        }
    }

    /// Where a principal's own collections are. No RFC has a name for it as long as they are neither calendars nor address
    /// books.
    private func homeSet(of principal: Principal) -> DeadProperty {
        stored(XMLName("http://martlet.invalid/ns/", "home-set")) { xml in
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
            switch members {
            case .itself:
                let name = directory.path.last ?? .root
                return [Entry(name: name, collection: info, created: backend.since, modified: backend.since)]
            case .named(let names):
                var entries: [Entry] = []
                for name in names {
                    if let principal = try await directory.principal(PrincipalID(name)) {
                        entries.append(backend.entry(of: principal))
                    }
                }
                return entries
            case .all(let after, let limit):
                let page = try await directory.principals(
                    after: after.map(PrincipalID.init), limit: limit, visibleTo: caller)
                return page.map(backend.entry)
            }
        }
    }

    /// One principal: a collection without members.
    private struct PrincipalCollection: DAVCollection {
        let entry: Entry
        let path: DAVPath

        var info: CollectionInfo { CollectionInfo(path: path, kind: .principal, owner: nil, capabilities: []) }

        func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
            members == .itself ? [entry] : []
        }
    }
}

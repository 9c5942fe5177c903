import DAV

/// Asking the server what is different.
extension WatchSession {
    /// Larger collections are not listed to compare the properties of each member.
    private static let mostComparedMembers = 1000
    /// A server that always knows more ends somewhere.
    private static let mostPages = 10_000

    /// Why one looks.
    enum Occasion {
        /// For the first time: what there is, is not told.
        case first
        case contentUpdate
        case propertyUpdate
        /// Without having been told.
        case poll
    }

    /// Asks what is different, and tells it.
    ///
    /// After a content update the properties are looked at only where members are new, to know them, or are named without a
    /// change of content.
    func look(_ occasion: Occasion) async throws {
        guard let resource, var changes = try await resource.isSyncable ? report() : list(resource) else { return }
        if occasion != .contentUpdate || changes.contains(where: { $0.kind == .properties || $0.kind == .added }) {
            let found = try await differentProperties()
            let hrefs = Set(found.map(\.href))
            changes.removeAll { change in
                switch change.kind {
                // What was looked at and is the same is not worth a line.
                case .properties: hrefs.contains(change.href) || properties?.resources[change.href] != nil
                // Collections have no ETag by which to tell one change from the other.
                case .changed: change.href.hasSuffix("/") && hrefs.contains(change.href)
                case .added, .removed: false
                }
            }
            changes += found
        }
        changes = WatchedChange.withoutEchoes(changes)
        if occasion != .first { await tell(changes) }
        if occasion == .propertyUpdate, changes.isEmpty { note("Properties changed, but none that is looked at here.") }
        // Afterwards: whoever is stopped in between is told twice rather than never.
        keep()
    }

    /// - Returns: `nil` if the server could not tell.
    private func report() async throws -> [WatchedChange]? {
        var changes: [WatchedChange] = []
        var token = state.syncToken ?? ""
        let isWhole = token.isEmpty
        var listed: [(href: String, member: SyncAnswer.Member)] = []
        for _ in 0..<Self.mostPages {
            let request = SyncAnswer.request(from: token, level: level)
            let answer = try await client.send("REPORT", url, depth: .zero, xml: request)
            switch (answer.status, answer.condition) {
            case (207, _): break
            case (404, _), (410, _):
                await gone()
                return nil
            case (403, XMLName.dav("sync-traversal-supported")) where level == .infinite:
                // The tree cannot be followed as one (RFC 6578 §3.3); the members of the collection can.
                level = .one
                continue
            case (403, XMLName.dav("valid-sync-token")) where !token.isEmpty, (409, _) where !token.isEmpty:
                note("The server has forgotten how far we were; comparing everything.")
                state.syncToken = nil
                return try await report()
            default:
                note("REPORT \(url) answers \(answer.status)")
                return nil
            }
            guard let page = client.document(answer).flatMap({ SyncAnswer($0, of: url.path) }) else {
                note("REPORT \(url) answers something that cannot be read")
                return nil
            }
            if isWhole { listed += page.members } else { changes += state.members.apply(page.members) }
            let isStuck = page.token == token
            token = page.token
            guard page.isTruncated, !isStuck else { break }
        }
        state.syncToken = token
        return isWhole ? state.members.replace(with: listed) : changes
    }

    /// What there is, by its ETags.
    private func list(_ resource: WatchedResource) async throws -> [WatchedChange]? {
        let request = Examination.propfindBody("<D:getetag/>")
        let depth: Depth = resource.isCollection ? .one : .zero
        let answer = try await client.send("PROPFIND", url, depth: depth, xml: Array(request.utf8))
        if answer.status == 404 || answer.status == 410 {
            await gone()
            return nil
        }
        guard answer.status == 207, let root = client.document(answer) else {
            note("PROPFIND \(url) answers \(answer.status)")
            return nil
        }
        var members: [(href: String, member: SyncAnswer.Member)] = []
        for response in root.elements where response.name == .dav("response") {
            guard let href = response.first(.dav("href")).map({ SyncAnswer.path(of: $0.text) }),
                href != url.path || !resource.isCollection
            else { continue }
            members.append((href, .present(etag: response.foundProperties[.dav("getetag")]?.text.trimmingXMLSpace)))
        }
        return state.members.replace(with: members)
    }

    /// Which properties are different from when they were last looked at.
    private func differentProperties() async throws -> [WatchedChange] {
        guard let resource, let offered = resource.support.property else { return [] }
        let isDeep = resource.isCollection && offered != .zero && state.members.etags.count <= Self.mostComparedMembers
        let answer = try await client.send(
            "PROPFIND", url, depth: isDeep ? .one : .zero, xml: Array(PropertySnapshot.request.utf8))
        guard answer.status == 207, let later = client.document(answer).flatMap({ PropertySnapshot($0) }) else {
            if answer.status != 404 { note("PROPFIND \(url) answers \(answer.status)") }
            return []
        }
        let changes = properties?.changes(to: later) ?? []
        properties = later
        return changes
    }
}

import HTTPTypes

/// A page of changes as the multistatus of RFC 6578 §3.4 to §3.6.
///
/// | change | response |
/// |---|---|
/// | changed | `propstat`s, as PROPFIND would give them; never a bare status (Y-13) |
/// | removed | `status` 404 (Y-15) |
/// | barred | `status` 403 and the reason (Y-16) |
/// | more is known | `status` 507 for the request-URI, spelled as the client did (Y-46) |
///
/// and, last and exactly once, the `DAV:sync-token`.
struct SyncMultistatus: Sendable {
    let page: ChangePage
    let plan: PropertyPlan
    let located: Located
    let exchange: Exchange

    /// Pages up to this many changes are sent whole; longer ones in chunks.
    private static let wholePage = 128

    func response(_ headers: HTTPFields) async throws -> DAVResponse {
        var out = Multistatus(HrefSpelling(exchange))
        let wantsContent = plan.fields.contains(.content)
        guard page.changes.count > (wantsContent ? 0 : SyncMultistatus.wholePage) else {
            var (plan, subject) = (plan, firstSubject)
            for change in page.changes { write(change, &plan, &subject, to: &out) }
            finish(&out)
            return DAVResponse(.multiStatus, headers: headers, body: .bytes(out.take()))
        }
        let begun = out
        return DAVResponse(
            .multiStatus, headers: headers,
            body: .stream(length: nil) { writer in
                var (out, plan, subject) = (begun, plan, firstSubject)
                for change in page.changes {
                    write(wantsContent ? try await filled(change) : change, &plan, &subject, to: &out)
                    if out.isChunkFull { try await writer.write(out.take()) }
                }
                finish(&out)
                try await writer.write(out.take())
            })
    }

    /// The change with the member's body, if that was too long to come along.
    private func filled(_ change: Change) async throws -> Change {
        guard case .changed(let path, let entry) = change, entry.lacksContent, let name = path.last else {
            return change
        }
        var collection: (any DAVCollection)? = located.collection
        if path.count > 1 {
            let holder = located.path.appending(path.dropLast())
            collection = try await exchange.handler.backend.collection(at: holder, for: exchange.caller)
        }
        // Gone since the page was read: the next report says so.
        guard let collection, let filled = try await collection.filled(entry, named: name) else { return change }
        return .changed(path: path, filled)
    }

    private func write(
        _ change: Change, _ plan: inout PropertyPlan, _ subject: inout PropertySubject?, to out: inout Multistatus
    ) {
        switch change {
        case .changed(let path, let entry):
            subject?.turn(to: entry, at: path, in: located)
            if let subject { out.resource(path[...], isCollection: entry.isCollection, &plan, subject) }
        case .removed(let path, let wasCollection):
            out.status(path[...], isCollection: wasCollection, .notFound)
        case .barred(let path, let entry):
            let isSyncable = entry.collection.map {
                $0.kind.isSyncable && $0.capabilities.contains(.syncing)
            }
            let reason = isSyncable == true ? "sync-traversal-supported" : "supported-report"
            out.status(path[...], isCollection: true, .forbidden, .dav(reason))
        }
    }

    private func finish(_ out: inout Multistatus) {
        if !page.isComplete { out.requestURI(.insufficientStorage, .dav("number-of-matches-within-limits")) }
        out.finish(syncToken: page.token)
    }

    /// One subject for all changes, since making one costs more than filling it in; `nil` if nothing changed.
    private var firstSubject: PropertySubject? {
        for case .changed(_, let entry) in page.changes {
            let info = located.collection.info
            return PropertySubject(
                entry: entry, path: info.path, collection: info, holder: info.capabilities,
                privileges: located.privileges, exchange: exchange)
        }
        return nil
    }
}

extension PropertySubject {
    /// Speaks of another resource below the collection that is reported on.
    ///
    /// A member deep below brings the collection that holds it; without one it counts as held by that collection.
    fileprivate mutating func turn(to entry: Entry, at names: [Name], in located: Located) {
        let info = located.collection.info
        self.entry = entry
        path = info.path.appending(names)
        if let own = entry.collection {
            collection = own
            privileges = exchange.privileges(on: own)
        } else if let holder = entry.holder {
            collection = holder
            privileges = exchange.privileges(on: holder)
        } else {
            collection = info
            if names.count > 1 { collection.path = path.parent }
            privileges = located.privileges
        }
    }
}

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
    /// Bodies are fetched for this many changes at a time.
    private static let batch = 100

    func response(_ headers: HTTPFields) async throws -> DAVResponse {
        // The commonest answer of all names nothing.
        if page.changes.isEmpty, page.isComplete {
            return DAVResponse(.multiStatus, headers: headers, body: .bytes(Multistatus.only(page.token)))
        }
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
                for start in stride(from: 0, to: page.changes.count, by: SyncMultistatus.batch) {
                    var changes = page.changes[start..<min(start + SyncMultistatus.batch, page.changes.count)]
                    if wantsContent { changes = try await fill(changes) }
                    for change in changes {
                        write(wantsContent ? try await opened(change) : change, &plan, &subject, to: &out)
                        if out.isChunkFull { try await writer.write(out.take()) }
                    }
                }
                finish(&out)
                try await writer.write(out.take())
            })
    }

    /// The changes with the members' bodies, fetched by one query for each collection that holds some of them.
    ///
    /// What was replaced since the page was read is told as it is now, and what is gone keeps its place without a body: the
    /// next report says more.
    private func fill(_ changes: ArraySlice<Change>) async throws -> ArraySlice<Change> {
        var holders: [[Name]: [Name]] = [:]
        for case .changed(let path, let entry) in changes where !entry.isCollection {
            if let name = path.last { holders[Array(path.dropLast()), default: []].append(name) }
        }
        var filled: [[Name]: Entry] = [:]
        for (path, names) in holders {
            guard let collection = try await collection(below: path) else { continue }
            for entry in try await collection.entries(.named(names), fields: plan.fields) {
                filled[path + [entry.name]] = entry
            }
        }
        return ArraySlice(
            changes.map { change in
                guard case .changed(let path, let old) = change, var entry = filled[path] else { return change }
                entry.holder = old.holder
                return .changed(path: path, entry)
            })
    }

    /// The change with a body that was too long to come along with the others.
    private func opened(_ change: Change) async throws -> Change {
        guard case .changed(let path, let old) = change, old.lacksContent, let name = path.last,
            var entry = try await collection(below: path.dropLast())?.filled(old, named: name, fields: plan.fields)
        else { return change }
        entry.holder = old.holder
        return .changed(path: path, entry)
    }

    private func collection(below path: [Name]) async throws -> (any DAVCollection)? {
        if path.isEmpty { return located.collection }
        return try await exchange.handler.backend.collection(at: located.path.appending(path), for: exchange.caller)
    }

    private func write(
        _ change: Change, _ plan: inout PropertyPlan, _ subject: inout PropertySubject?, to out: inout Multistatus
    ) {
        switch change {
        case .changed(_, let entry) where isHidden(entry), .barred(_, let entry) where isHidden(entry): break
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

    /// In a home that others may read stands what is not for them: an instance is its sharee's alone.
    private func isHidden(_ entry: Entry) -> Bool {
        guard let info = entry.collection else { return false }
        return !exchange.privileges(on: info).revealExistence
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
            privileges = exchange.memberPrivileges(in: holder)
        } else {
            collection = info
            if names.count > 1 { collection.path = path.parent }
            privileges = exchange.memberPrivileges(in: info)
        }
    }
}

import DAV

extension StoreCollection: Writing {
    // MARK: PUT

    func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult {
        try await put(name, upload, .untouched, if: condition)
    }

    func put(_ name: Name, _ upload: Upload, _ own: WriteStep.OwnPart, if condition: Condition) async throws
        -> WriteResult
    {
        let target = path.appending(name)
        let (most, judge) =
            isJudgedOnce(upload) ? (nil, try judge(ofReplacing: name)) : try preview(upload, at: target, condition)
        let received = try await receive(upload, judge, atMost: most)
        return try await store.blobs.settling([received]) {
            try await store.commits.write { try $0.put(received, own, at: target, of: holder, if: condition) }
        }
    }

    /// Takes a body to its end and has it judged.
    func receive(_ upload: Upload, as name: Name) async throws -> ReceivedBody {
        try await receive(upload, judge(ofReplacing: name), atMost: nil)
    }

    private func receive(_ upload: Upload, _ judge: ContentJudge?, atMost most: Int64?) async throws -> ReceivedBody {
        var upload = upload
        let admitted = try await admit(&upload, judge, atMost: most)
        return ReceivedBody(
            body: try await receive(upload, atMost: most), admitted: admitted,
            type: admitted?.contentType ?? upload.contentType, language: upload.contentLanguage)
    }

    /// Whether conditions, locks and quota can be left to the transaction: a short body that is coming anyway.
    private func isJudgedOnce(_ upload: Upload) -> Bool {
        guard upload.isOnItsWay, let length = upload.declaredLength else { return false }
        return length <= SQLiteStore.maxInlineBytes
    }

    /// Who is to judge the body that `name` is to have; `nil`: nobody. No snapshot is needed for what it goes by: the UID is
    /// judged in the transaction.
    private func judge(ofReplacing name: Name) throws -> ContentJudge? {
        guard info.kind.content != nil else { return nil }
        return try store.connections.readOnce { sql in
            var judge = try ContentJudge(row, store.facts, sql)
            judge?.storedUID = try ContentTable(sql: sql).uid(of: name, in: row.content)
            return judge
        }
    }

    /// A transaction's rules applied to a snapshot, before the client is told to send the body. Nothing is written.
    ///
    /// - Returns: how many bytes the quota leaves for the body, and who is to judge it.
    private func preview(_ upload: Upload, at target: DAVPath, _ condition: Condition) throws -> (
        most: Int64?, judge: ContentJudge?
    ) {
        try store.connections.read { sql in
            let preview = try Transaction(sql: sql, facts: store.facts, now: condition.now)
            let place = try preview.locateMember(target, of: holder)
            try preview.mayPut(place, condition)
            let present = place.entry?.member?.size ?? 0
            try preview.room.demand((upload.declaredLength ?? 0) - present, in: place.parents)
            return (
                try preview.room.left(in: place.parents).map { $0 + present },
                try target.last.flatMap { try judge(ofReplacing: $0) }
            )
        }
    }

    /// Takes the body whole and has it judged, where the kind of the collection does; leaves in its place what is to be stored.
    private func admit(_ upload: inout Upload, _ judge: ContentJudge?, atMost most: Int64?) async throws
        -> AdmittedContent?
    {
        guard let judge else { return nil }
        var bytes: [UInt8] = []
        for try await chunk in upload.body {
            if let most, Int64(bytes.count + chunk.count) > most { throw DAVError.quotaNotExceeded }
            guard bytes.count + chunk.count <= judge.policy.maxBytes else { throw judge.policy.tooLarge }
            bytes += chunk
        }
        let admitted = try judge.policy.admit(
            bytes, contentType: upload.contentType, settings: judge.settings, storedUID: judge.storedUID)
        upload.body = BodyStream(of: admitted.replacement ?? bytes)
        return admitted
    }

    /// Takes the body: small ones in memory, large ones into a file that is durable when this returns.
    ///
    /// - Parameter most: what the quota leaves for it; a longer body is not taken to its end.
    private func receive(_ upload: Upload, atMost most: Int64?) async throws -> StoredBody {
        var bytes: [UInt8] = []
        var file: BlobFolder.Draft?
        var size: Int64 = 0
        for try await chunk in upload.body {
            size += Int64(chunk.count)
            if let most, size > most { throw DAVError.quotaNotExceeded }
            bytes += chunk
            if bytes.count > SQLiteStore.maxInlineBytes {
                let draft: BlobFolder.Draft
                if let file { draft = file } else { draft = try await store.blobs.begin() }
                file = draft
                try await store.blobs.append(bytes, to: draft)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        guard let file else { return .bytes(bytes) }
        if !bytes.isEmpty { try await store.blobs.append(bytes, to: file) }
        try await store.blobs.finish(file)
        return .file(name: file.name, size: size)
    }

    // MARK: MKCOL, DELETE, PROPPATCH

    func makeCollection(_ name: Name, kind: CollectionKind, properties: [PropertyChange], if condition: Condition)
        async throws
    {
        let target = path.appending(name)
        guard store.facts.kinds[kind.id] === kind, kind !== CollectionKind.system else {
            throw DAVError.validResourceType
        }
        try await store.commits.write { transaction in
            try transaction.makeCollection(kind, properties, at: target, of: holder, if: condition)
        }
    }

    func delete(_ name: Name, if condition: Condition) async throws {
        let target = path.appending(name)
        try await store.commits.write { try $0.delete(target, of: holder, if: condition) }
    }

    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {
        let path = path(of: target)
        try await store.commits.write { try $0.patch(path, changes, self.identity(of: target), if: condition) }
    }

    // MARK: COPY, MOVE

    func copy(
        _ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        let path = path(of: source)
        return try await withAdmission(of: path, at: destination) { admission in
            try await store.commits.write {
                try $0.copy(
                    path, self.identity(of: source), to: destination, admission, depth: depth, overwrite: overwrite,
                    if: condition)
            }
        }
    }

    func move(_ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition) async throws
        -> WriteResult
    {
        let source = path.appending(name)
        return try await withAdmission(of: source, at: destination) { admission in
            try await store.commits.write {
                try $0.move(source, of: holder, to: destination, admission, overwrite: overwrite, if: condition)
            }
        }
    }

    func path(of target: Target) -> DAVPath {
        switch target {
        case .itself: path
        case .member(let name): path.appending(name)
        }
    }

    /// What must still stand where the request found it.
    func identity(of target: Target) -> Identity {
        switch target {
        case .itself: .collection(holder)
        case .member: .memberOf(holder)
        }
    }

    var holder: Holder { Holder(path: path, binding: row.id, collection: row.content, view: view) }
}

/// A body that was taken to its end, and is ready to be referred to.
struct ReceivedBody: Sendable {
    var body: StoredBody
    /// `nil`: nobody judges it.
    var admitted: AdmittedContent?
    var type: String?
    var language: String?
}

extension BlobFolder {
    /// Runs what is to refer to the files of `bodies`: if it fails, they go.
    func settling<T>(_ bodies: [ReceivedBody], _ commit: () async throws -> T) async throws -> T {
        do {
            let result = try await commit()
            settle(bodies, keep: true)
            return result
        } catch {
            settle(bodies, keep: false)
            throw error
        }
    }

    func settle(_ bodies: [ReceivedBody], keep: Bool) {
        for received in bodies {
            if case .file(let name, _) = received.body { settle(name, keep: keep) }
        }
    }
}

/// Ties a write to the collection that the request was authorised for: a path may have come to mean another one since.
enum Identity: Sendable {
    case collection(Holder)
    case memberOf(Holder)

    var holder: Holder {
        switch self {
        case .collection(let holder), .memberOf(let holder): holder
        }
    }
}

/// The collection a request was authorised for.
struct Holder: Sendable {
    var path: DAVPath
    /// What its name is bound to.
    var binding: Int64
    /// Where its members are.
    var collection: Int64
    /// The instance by which the caller came, with the grant they had then.
    var view: FacadeView?
}

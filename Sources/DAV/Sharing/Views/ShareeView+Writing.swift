import HTTPTypes

/// A member that a write was computed from. It is judged with the request's own conditions, in the transaction that writes: if the
/// member is another one by then, the answer is computed again.
package struct Standing: Sendable, Hashable {
    package var path: DAVPath
    /// As the condition's caller is shown it at that path; `nil`: unmapped.
    package var etag: ETag?
    /// Of a collection whose members all count.
    package var syncToken: SyncToken?

    package init(path: DAVPath, etag: ETag? = nil, syncToken: SyncToken? = nil) {
        self.path = path
        self.etag = etag
        self.syncToken = syncToken
    }

    func holds(in state: ResourceState) -> Bool {
        state.etag == etag && (syncToken == nil || state.syncToken == syncToken)
    }
}

extension DAVError {
    /// A ``Standing`` does not hold any more (503, where it never comes to hold).
    package static let changedMeanwhile = DAVError(
        .serviceUnavailable, nil, "The resource changes too often; try again.")
}

/// Writing through an instance: what is one's own is kept apart from what is everybody's, and what is hidden stays as it is.
struct ShareeWriting: Writing {
    let view: ShareeView
    let base: any Writing

    func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult {
        let path = view.info.path.appending(name)
        try await refuseEarly(condition, at: path, name)
        let most = view.policy.maxBytes
        if let declared = upload.declaredLength, declared > Int64(most) { throw view.policy.tooLarge }
        var sent: [UInt8] = []
        for try await chunk in upload.body {
            guard chunk.count <= most - sent.count else { throw view.policy.tooLarge }
            sent += chunk
        }
        return try await view.repeating(name, condition) { [sent] stored, condition in
            try await put(name, sent, upload, over: stored, condition)
        }
    }

    /// What can be refused before a client was told to send its body.
    private func refuseEarly(_ condition: Condition, at path: DAVPath, _ name: Name) async throws {
        // What `If` says of other resources is for the back-end to judge.
        guard condition.ifHeader == nil else { return }
        let entry = try await view.base.entries(.named([name]), fields: []).first
        let state = entry.map { ResourceState(isMapped: true, etag: $0.etag, modified: $0.modified) } ?? .unmapped
        try condition.check(.write, at: path) { _ in state }
    }

    private func put(
        _ name: Name, _ sent: [UInt8], _ upload: Upload, over stored: StoredMember?, _ condition: Condition
    ) async throws -> WriteResult {
        try view.demandUnmasked(stored)
        let settings = try await view.base.entries(.itself, fields: .deadProperties).first?.deadProperties ?? []
        let uid = stored.flatMap {
            try? view.policy.admit($0.octets, contentType: $0.entry.contentType, settings: settings).index.uid
        }
        let admitted = try view.policy.admit(
            sent, contentType: upload.contentType, settings: settings, storedUID: uid)
        let divided = try view.content.divided(admitted.replacement ?? sent, over: stored?.octets)
        if divided.shared != nil || view.base.personalizing == nil, !view.grant.allowsWriting {
            let path = view.info.path.appending(name)
            throw DAVError.needPrivileges([.init(resource: path, privilege: .writeContent)])
        }
        let body = divided.shared ?? stored?.octets ?? []
        var changed = upload
        changed.contentType = admitted.contentType
        changed.declaredLength = Int64(body.count)
        changed.body = BodyStream(of: body)
        var result: WriteResult
        if let personalizing = view.base.personalizing {
            result = try await personalizing.put(
                name, divided.shared == nil ? nil : changed, own: divided.own, if: condition)
        } else {
            result = try await base.put(name, changed, if: condition)
        }
        // Whoever is told an ETag may keep what they sent (RFC 4791 §5.3.4).
        let own = view.base.personalizing == nil ? nil : divided.own
        if view.content.shown(body, with: own, to: view.sight).octets != sent { result.etag = nil }
        return result
    }

    func makeCollection(
        _ name: Name, kind: CollectionKind, properties: [PropertyChange], if condition: Condition
    ) async throws {
        try await base.makeCollection(name, kind: kind, properties: properties, if: condition)
    }

    func delete(_ name: Name, if condition: Condition) async throws {
        try await view.demandingUnmasked(name, condition) { try await base.delete(name, if: $0) }
    }

    func move(
        _ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        try await view.demandingUnmasked(name, condition) {
            try await base.move(name, to: destination, overwrite: overwrite, if: $0)
        }
    }

    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {
        guard case .member(let name) = target else {
            return try await base.patchProperties(of: target, changes, if: condition)
        }
        try await view.demandingUnmasked(name, condition) {
            try await base.patchProperties(of: target, changes, if: $0)
        }
    }

    func copy(
        _ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        try await ShareeCopying(view: view, base: base).copy(
            source, to: destination, depth: depth, overwrite: overwrite, if: condition)
    }
}

/// A copy has the octets of what is stored, so there is none of what is hidden.
struct ShareeCopying: Copying {
    let view: ShareeView
    let base: any Copying

    func copy(
        _ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        switch source {
        case .member(let name):
            return try await view.demandingUnmasked(name, condition) {
                try await base.copy(source, to: destination, depth: depth, overwrite: overwrite, if: $0)
            }
        case .itself:
            guard view.sight == .everything || depth == .zero else { throw ShareeView.hidden }
            return try await base.copy(source, to: destination, depth: depth, overwrite: overwrite, if: condition)
        }
    }
}

/// A member as it is stored.
struct StoredMember: Sendable {
    var entry: Entry
    var octets: [UInt8]
}

extension ShareeView {
    static let hidden = DAVError.forbidden("What is hidden can be neither changed nor copied.")

    /// - Throws: 403 for what the grant hides.
    func demandUnmasked(_ stored: StoredMember?) throws(DAVError) {
        guard let stored, sight != .everything else { return }
        if content.shown(stored.octets, with: nil, to: sight).isMasked { throw ShareeView.hidden }
    }

    /// Does what is allowed only with a member that is seen as it is.
    ///
    /// - Throws: 403 for what the grant hides.
    func demandingUnmasked<T: Sendable>(
        _ name: Name, _ condition: Condition, _ act: (Condition) async throws -> T
    ) async throws -> T {
        guard sight != .everything else { return try await act(condition) }
        return try await repeating(name, condition) { stored, condition in
            try demandUnmasked(stored)
            return try await act(condition)
        }
    }

    /// What a write that replaces the member depends on; `nil`: nothing.
    ///
    /// - Throws: 403 for what the grant hides.
    func standingOfUnmasked(_ name: Name) async throws -> Standing? {
        guard sight != .everything else { return nil }
        let stored = try await stored(name)
        try demandUnmasked(stored)
        return Standing(path: info.path.appending(name), etag: stored?.entry.etag)
    }

    /// Runs `act` with the member as it is, and with a condition that it still is: again if it is not.
    fileprivate func repeating<T: Sendable>(
        _ name: Name, _ condition: Condition, _ act: (StoredMember?, Condition) async throws -> T
    ) async throws -> T {
        var condition = condition
        let before = condition.standings
        for _ in 0..<8 {
            let stored = try await stored(name)
            condition.standings = before + [Standing(path: info.path.appending(name), etag: stored?.entry.etag)]
            do {
                return try await act(stored, condition)
            } catch let error as DAVError where error == .changedMeanwhile {}
        }
        throw DAVError.changedMeanwhile
    }

    private func stored(_ name: Name) async throws -> StoredMember? {
        guard let member = try await base.open(name, fields: []) else { return nil }
        return StoredMember(entry: member.entry, octets: try await member.octets())
    }
}

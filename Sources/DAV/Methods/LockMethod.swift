import HTTPTypes

extension Method {
    /// LOCK (RFC 4918 §9.10): takes a lock; without a body, refreshes one.
    static let lock = Method(.lock, on: .any, requires: .locking, needs: [.writeContent], toCreate: [.bind]) {
        exchange, located in
        guard let locking = located.collection.locking else { throw DAVError.methodNotAllowed }
        let wishes = try exchange.request.headers[.timeout].map { try LockTimeout.parse($0) } ?? []
        let seconds = LockTimeout.granted(wishes, most: exchange.facts.options.maxLockSeconds)
        guard let body = try await exchange.xmlBody() else {
            return try await exchange.refreshLock(locking, located, seconds)
        }
        let depth = try exchange.depth() ?? .infinity
        guard depth != .one else { throw DAVError.badRequest("Depth of LOCK must be 0 or infinity.") }
        if located.entry == nil {
            try located.collection.info.kind.demandTakesMembers()
            try exchange.refuseCollectionURL()
        }
        let request = try LockRequest(
            lockinfo: body, depth: depth, timeoutSeconds: seconds,
            maxOwnerBytes: exchange.facts.options.maxPropertyBytes)
        let result: LockResult
        do {
            result = try await locking.lock(located.target, request, if: try exchange.condition())
        } catch let error as DAVError where error.isConflictBelow(located.path) {
            return try await exchange.lockConflicts(error, below: located)
        }
        var response = exchange.lockDiscovery(result.lock, of: located, result.created ? .created : .ok)
        // Only a new lock is announced here, not a refreshed one (§9.10.1, W-52).
        response.headers[.lockToken] = "<\(result.lock.token.uri)>"
        return response
    }

    /// UNLOCK (RFC 4918 §9.11)
    static let unlock = Method(.unlock, on: .mapped, requires: .locking, needs: [.read]) { exchange, located in
        guard let locking = located.collection.locking else { throw DAVError.methodNotAllowed }
        guard let field = exchange.request.headers[.lockToken] else {
            throw DAVError.badRequest("The Lock-Token header is missing.")
        }
        let token = try LockToken.parse(field)
        try await exchange.refuseBody()
        let mayBreak = located.privileges.contains(.unlock)
        try await locking.unlock(located.target, token, mayBreak: mayBreak, if: try exchange.condition())
        return DAVResponse(.noContent)
    }
}

extension DAVError {
    /// Whether it speaks of locks that stand only below `path`: the resource itself could have been locked.
    fileprivate func isConflictBelow(_ path: DAVPath) -> Bool {
        guard let condition, condition.name == .dav("no-conflicting-lock"), !condition.resources.isEmpty else {
            return false
        }
        return condition.resources.allSatisfy { $0 != path && $0.isWithin(path) }
    }
}

extension Exchange {
    /// 207: the locks in the way of a deep one, and the collection that therefore was not locked (§9.10.3, §9.10.9, W-51).
    fileprivate func lockConflicts(_ error: DAVError, below located: Located) async throws -> DAVResponse {
        var out = Multistatus(HrefSpelling(self))
        for path in Set(error.condition?.resources ?? []).sorted(by: { $0.names.lexicographicallyPrecedes($1.names) }) {
            let isCollection = try await locate(path, fields: [])?.shape == .collection
            let names = path.relative(to: located.path) ?? []
            out.status(names[...], isCollection: isCollection, error.status, error.condition?.name)
        }
        out.requestURI(.failedDependency)
        out.finish()
        let headers: HTTPFields = [.contentType: "application/xml; charset=utf-8", .cacheControl: "no-store"]
        return DAVResponse(.multiStatus, headers: headers, body: .bytes(out.take()))
    }
}

extension LockRequest {
    /// Reads `DAV:lockinfo` (RFC 4918 §14.11).
    ///
    /// - Throws: 400 if it is something else, or asks for another type of lock than `write`; 413 for an owner beyond the limit.
    init(lockinfo: XMLElement, depth: Depth, timeoutSeconds: Int64?, maxOwnerBytes: Int) throws(DAVError) {
        guard lockinfo.name == .dav("lockinfo"), let scopes = lockinfo.first(.dav("lockscope"))?.elements,
            scopes.count == 1, scopes[0].name.namespace == XMLName.davNamespace,
            let scope = Lock.Scope(rawValue: scopes[0].name.local)
        else { throw .badRequest("The body of LOCK is not a DAV:lockinfo with one scope.") }
        guard lockinfo.first(.dav("locktype"))?.first(.dav("write")) != nil else {
            throw .badRequest("Only write locks are offered.")
        }
        let owner = lockinfo.first(.dav("owner"))?.serialized()
        if let owner, owner.count > maxOwnerBytes { throw .contentTooLarge }
        self.init(scope: scope, depth: depth, owner: owner, timeoutSeconds: timeoutSeconds)
    }
}

extension Exchange {
    /// §9.10.2: the lock is named by `If`; its Depth stays what it was.
    fileprivate func refreshLock(_ locking: any Locking, _ located: Located, _ seconds: Int64) async throws
        -> DAVResponse
    {
        let condition = try await condition()
        guard !condition.submittedTokens.isEmpty else {
            throw DAVError.badRequest("LOCK without a body refreshes a lock, which the If header must name.")
        }
        return lockDiscovery(
            try await locking.refresh(located.target, timeoutSeconds: seconds, if: condition), of: located, .ok)
    }

    /// `DAV:prop` with the lock (§9.10.1).
    fileprivate func lockDiscovery(_ lock: Lock, of located: Located, _ status: HTTPResponse.Status) -> DAVResponse {
        let isCollection = lock.isOnCollection(asSeenFrom: located.path, isCollection: located.target == .itself)
        var xml = XMLWriter()
        xml.declaration()
        xml.start(.dav("prop"))
        xml.start(.dav("lockdiscovery"))
        xml.activeLock(lock, isOnCollection: isCollection, now: now, prefix: facts.prefix)
        xml.end()
        xml.end()
        let headers: HTTPFields = [.contentType: "application/xml; charset=utf-8", .cacheControl: "no-store"]
        return DAVResponse(status, headers: headers, body: .bytes(xml.take()))
    }
}

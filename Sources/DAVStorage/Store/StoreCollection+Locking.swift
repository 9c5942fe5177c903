import DAV

extension StoreCollection: Locking {
    func lock(_ target: Target, _ request: LockRequest, if condition: Condition) async throws -> LockResult {
        let path = path(of: target)
        let identity = identity(of: target)
        return try await store.commits.write { try $0.lock(path, identity, request, if: condition) }
    }

    func refresh(_ target: Target, timeoutSeconds: Int64?, if condition: Condition) async throws -> Lock {
        let path = path(of: target)
        return try await store.commits.write { try $0.refresh(path, timeoutSeconds: timeoutSeconds, if: condition) }
    }

    func unlock(_ target: Target, _ token: LockToken, mayBreak: Bool, if condition: Condition) async throws {
        let path = path(of: target)
        try await store.commits.write { try $0.unlock(path, token, mayBreak: mayBreak, if: condition) }
    }
}

extension Transaction {
    fileprivate func lock(_ path: DAVPath, _ identity: Identity, _ request: LockRequest, if condition: Condition) throws
        -> LockResult
    {
        guard let place = try tree.locate(path), place.stands(identity) else { throw DAVError.conflict }
        try check(condition, at: path)
        let around = try locks.around(path)
        try condition.mayLock(path, request.scope, depth: request.depth, under: around)
        let created = !place.isMapped
        if created {
            try condition.mayBind(into: path.parent, under: around)
            try addEmpty(at: place, condition)
        }
        // Only an unlocked resource of this caller's stands in the way of nobody: expired locks go when they are met.
        for lock in around where lock.isExpired(at: condition.now) { try locks.remove(lock.token) }
        let lock = Lock(
            token: .random(), root: path, scope: request.scope, depth: request.depth, owner: request.owner,
            holder: condition.caller, expires: request.timeoutSeconds.map { condition.now.adding(seconds: $0) })
        try locks.insert(lock)
        return LockResult(lock: lock, created: created)
    }

    fileprivate func refresh(_ path: DAVPath, timeoutSeconds: Int64?, if condition: Condition) throws -> Lock {
        try check(condition, at: path)
        let tokens = condition.submittedTokens
        let candidates = try locks.covering(path).filter {
            $0.covers(path) && !$0.isExpired(at: condition.now) && tokens.contains($0.token.uri)
                && $0.holder == condition.caller
        }
        guard candidates.count == 1, var lock = candidates.first else { throw DAVError.preconditionFailed }
        lock.expires = timeoutSeconds.map { condition.now.adding(seconds: $0) }
        try locks.setExpiry(of: lock.token, lock.expires)
        return lock
    }

    fileprivate func unlock(_ path: DAVPath, _ token: LockToken, mayBreak: Bool, if condition: Condition) throws {
        try check(condition, at: path)
        guard let lock = try locks.find(token), lock.covers(path), !lock.isExpired(at: condition.now) else {
            throw DAVError.lockTokenMatchesRequestURI
        }
        guard lock.holder == condition.caller || mayBreak else {
            throw DAVError.forbidden("The lock belongs to somebody else.")
        }
        try locks.remove(token)
    }
}

extension Place {
    /// Whether the path still means the collection the request was authorised for.
    func stands(_ identity: Identity) -> Bool {
        switch identity {
        case .collection(let id): collection?.id == id
        case .memberOf(let id): parents.last?.id == id
        }
    }
}

import DAV

extension StoreCollection: Locking {
    func lock(_ target: Target, _ request: LockRequest, if condition: Condition) async throws -> LockResult {
        let path = path(of: target)
        let identity = identity(of: target)
        return try await store.commits.write { try $0.lock(path, identity, request, if: condition) }
    }

    func refresh(_ target: Target, timeoutSeconds: Int64?, if condition: Condition) async throws -> Lock {
        let path = path(of: target)
        return try await store.commits.write {
            try $0.refresh(path, holder, timeoutSeconds: timeoutSeconds, if: condition)
        }
    }

    func unlock(_ target: Target, _ token: LockToken, mayBreak: Bool, if condition: Condition) async throws {
        let path = path(of: target)
        try await store.commits.write { try $0.unlock(path, holder, token, mayBreak: mayBreak, if: condition) }
    }
}

extension Transaction {
    fileprivate func lock(_ path: DAVPath, _ identity: Identity, _ request: LockRequest, if condition: Condition) throws
        -> LockResult
    {
        guard let place = try standing(path, identity.holder), place.stands(identity) else { throw DAVError.conflict }
        try check(condition, at: path)
        let root = place.content
        let around = try locks.around(root)
        let created = !place.isMapped
        try place.spelled {
            try condition.mayLock(root, request.scope, depth: request.depth, under: around)
            if created { try condition.mayBind(into: root.parent, under: around) }
        }
        if created { try addEmpty(at: place, condition) }
        // Only an unlocked resource of this caller's stands in the way of nobody: expired locks go when they are met.
        for lock in around where lock.isExpired(at: condition.now) { try locks.remove(lock.token) }
        let lock = Lock(
            token: .random(), root: root, scope: request.scope, depth: request.depth, owner: request.owner,
            holder: condition.caller, expires: request.timeoutSeconds.map { condition.now.adding(seconds: $0) })
        try locks.insert(lock)
        return LockResult(lock: place.view?.paths.visible(lock) ?? lock, created: created)
    }

    fileprivate func refresh(_ path: DAVPath, _ holder: Holder, timeoutSeconds: Int64?, if condition: Condition) throws
        -> Lock
    {
        let place = try standing(path, holder)
        try check(condition, at: path)
        let tokens = condition.submittedTokens
        let locked = place?.content ?? path
        let candidates = try locks.covering(locked).filter {
            $0.covers(locked) && !$0.isExpired(at: condition.now) && tokens.contains($0.token.uri)
                && $0.holder == condition.caller
        }
        guard candidates.count == 1, var lock = candidates.first else { throw DAVError.preconditionFailed }
        lock.expires = timeoutSeconds.map { condition.now.adding(seconds: $0) }
        try locks.setExpiry(of: lock.token, lock.expires)
        return place?.view?.paths.visible(lock) ?? lock
    }

    fileprivate func unlock(
        _ path: DAVPath, _ holder: Holder, _ token: LockToken, mayBreak: Bool, if condition: Condition
    ) throws {
        let locked = try standing(path, holder)?.content ?? path
        try check(condition, at: path)
        guard let lock = try locks.find(token), lock.covers(locked), !lock.isExpired(at: condition.now) else {
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
        case .collection(let holder): collection?.id == holder.binding
        case .memberOf(let holder): parents.last?.id == holder.collection
        }
    }
}

extension MemoryCollection: Locking {
    func lock(_ target: Target, _ request: LockRequest, if condition: Condition) async throws -> LockResult {
        let path = path(of: target)
        return try transaction(condition) { tree in
            let view = tree.view(of: path)
            let visible = path
            let path = tree.base(path)
            let isMapped = tree[path] != nil
            if !isMapped { guard tree.collection(at: path.parent) != nil else { throw DAVError.conflict } }
            try store.judge(condition, at: visible, in: tree)
            if !isMapped {
                try condition.mayBind(into: path.parent, under: tree.locks)
                try tree.demandMayBeEmpty(path)
            }
            try condition.mayLock(path, request.scope, depth: request.depth, under: tree.locks)
            if !isMapped { tree.makeEmptyFile(at: path, now: condition.now) }
            let lock = Lock(
                token: .random(), root: path, scope: request.scope, depth: request.depth, owner: request.owner,
                holder: condition.caller, expires: request.timeoutSeconds.map(condition.now.adding))
            tree.locks.removeAll { $0.isExpired(at: condition.now) }
            tree.locks.append(lock)
            return LockResult(lock: view?.visible(lock) ?? lock, created: !isMapped)
        }
    }

    func refresh(_ target: Target, timeoutSeconds: Int64?, if condition: Condition) async throws -> Lock {
        let path = path(of: target)
        return try transaction(condition) { tree in
            try store.judge(condition, at: path, in: tree)
            let view = tree.view(of: path)
            let path = tree.base(path)
            let submitted = condition.submittedTokens
            let named = tree.locks.indices.filter { index in
                let lock = tree.locks[index]
                return submitted.contains(lock.token.uri) && lock.covers(path) && !lock.isExpired(at: condition.now)
                    && lock.holder == condition.caller
            }
            guard named.count == 1 else { throw DAVError.preconditionFailed }
            tree.locks[named[0]].expires = timeoutSeconds.map(condition.now.adding)
            return view?.visible(tree.locks[named[0]]) ?? tree.locks[named[0]]
        }
    }

    func unlock(_ target: Target, _ token: LockToken, mayBreak: Bool, if condition: Condition) async throws {
        let path = path(of: target)
        try transaction(condition) { tree in
            try store.judge(condition, at: path, in: tree)
            let path = tree.base(path)
            let found = tree.locks.firstIndex {
                $0.token == token && $0.covers(path) && !$0.isExpired(at: condition.now)
            }
            guard let found else { throw DAVError.lockTokenMatchesRequestURI }
            guard mayBreak || tree.locks[found].holder == condition.caller else {
                throw DAVError.forbidden("The lock belongs to somebody else.")
            }
            tree.locks.remove(at: found)
        }
    }
}

extension MemoryTree {
    /// What LOCK leaves at an unmapped URL: an ordinary member without content (RFC 4918 §7.3).
    fileprivate mutating func makeEmptyFile(at path: DAVPath, now: Timestamp) {
        advance()
        bind(MemoryNode(.file(.init(etag: nextETag(), body: [])), at: clock, now: now), at: path)
    }
}

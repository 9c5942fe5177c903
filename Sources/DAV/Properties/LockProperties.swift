extension LiveProperty {
    /// RFC 4918 §15.8, §15.10
    static let locks: [LiveProperty] = [
        LiveProperty(.dav("lockdiscovery"), isInAllprop: true, fields: .locks) { subject in
            let locks = subject.entry.locks.filter { !$0.isExpired(at: subject.exchange.now) }
            if locks.isEmpty { return .empty }
            let (now, prefix) = (subject.exchange.now, subject.server.prefix)
            let (path, isCollection) = (subject.path, subject.isCollection)
            return .xml { xml in
                for lock in locks {
                    let isOnCollection = lock.isOnCollection(asSeenFrom: path, isCollection: isCollection)
                    xml.activeLock(lock, isOnCollection: isOnCollection, now: now, prefix: prefix)
                }
            }
        },
        LiveProperty(.dav("supportedlock"), isInAllprop: true) { subject in
            guard subject.collection.capabilities.contains(.locking) else { return .empty }
            return .xml { xml in
                for scope in [Lock.Scope.exclusive, .shared] { xml.lockEntry(scope) }
            }
        },
    ]
}

extension XMLWriter {
    /// `DAV:activelock` (RFC 4918 §14.1), also for the body that LOCK answers.
    ///
    /// - Parameter isOnCollection: whether the lock's root is a collection, whose URL ends in a slash.
    public mutating func activeLock(_ lock: Lock, isOnCollection: Bool, now: Timestamp, prefix: String) {
        start(.dav("activelock"))
        lockEntryContent(lock.scope)
        element(.dav("depth"), text: lock.depth.rawValue)
        if let owner = lock.owner { raw(owner) }
        element(.dav("timeout"), text: lock.remainingTimeout(at: now))
        start(.dav("locktoken"))
        element(.dav("href"), text: lock.token.uri)
        end()
        start(.dav("lockroot"))
        element(.dav("href"), text: Href.encode(path: lock.root, isCollection: isOnCollection, prefix: prefix))
        end()
        end()
    }

    fileprivate mutating func lockEntry(_ scope: Lock.Scope) {
        start(.dav("lockentry"))
        lockEntryContent(scope)
        end()
    }

    private mutating func lockEntryContent(_ scope: Lock.Scope) {
        start(.dav("lockscope"))
        empty(.dav(scope.rawValue))
        end()
        start(.dav("locktype"))
        empty(.dav("write"))
        end()
    }
}

extension Lock {
    /// Whether the root is a collection, as a resource in the lock's scope can tell: what has something below it is one.
    func isOnCollection(asSeenFrom path: DAVPath, isCollection: Bool) -> Bool { root != path || isCollection }

    /// `Second-n` or `Infinite` (RFC 4918 §14.29).
    public func remainingTimeout(at now: Timestamp) -> String {
        guard let expires else { return "Infinite" }
        return "Second-\(max(0, expires.seconds - now.seconds))"
    }
}

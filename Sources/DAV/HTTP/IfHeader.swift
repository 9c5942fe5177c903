/// The `If` header (RFC 4918 §10.4), parsed: a disjunction of lists, each a conjunction of conditions about one resource.
public struct IfHeader: Sendable, Hashable {
    public var lists: [List]

    public init(lists: [List]) { self.lists = lists }

    /// `( condition+ )`, with the resource it speaks about.
    public struct List: Sendable, Hashable {
        public var resource: Resource
        public var conditions: [Term]
        public init(resource: Resource, conditions: [Term]) {
            self.resource = resource
            self.conditions = conditions
        }
    }

    public enum Resource: Sendable, Hashable {
        /// An untagged list: the request-URI.
        case requestURI
        case path(DAVPath)
        /// Another server, not a path of ours, or nothing the caller may read: no state matches there.
        case elsewhere
    }

    public struct Term: Sendable, Hashable {
        public var negated: Bool
        public var state: State
        public init(negated: Bool, state: State) {
            self.negated = negated
            self.state = state
        }
    }

    public enum State: Sendable, Hashable {
        /// `<token>`: a lock token, a sync token, or something unknown, which never matches (`<DAV:no-lock>`).
        case token(String)
        case etag(ETag)
        /// `[W/"…"]`: never matches, since the comparison is strong.
        case weakETag(ETag)
    }

    /// Every state token, wherever it stands.
    public var stateTokens: Set<String> {
        var tokens: Set<String> = []
        for list in lists {
            for condition in list.conditions {
                if case .token(let token) = condition.state { tokens.insert(token) }
            }
        }
        return tokens
    }

    /// Whether at least one list is true.
    public func holds(at requestPath: DAVPath, in state: (DAVPath) throws -> ResourceState) rethrows -> Bool {
        for list in lists {
            let resource: ResourceState =
                switch list.resource {
                case .requestURI: try state(requestPath)
                case .path(let path): try state(path)
                case .elsewhere: .unmapped
                }
            if list.conditions.allSatisfy({ $0.negated != $0.state.matches(resource) }) { return true }
        }
        return false
    }
}

extension IfHeader.State {
    fileprivate func matches(_ resource: ResourceState) -> Bool {
        switch self {
        case .token(let token): resource.lockTokens.contains { $0.uri == token } || resource.syncToken?.uri == token
        case .etag(let etag): resource.etag == etag
        case .weakETag: false
        }
    }
}

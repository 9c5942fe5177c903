import HTTPTypes

extension Condition {
    /// What the request's headers demand.
    ///
    /// - Throws: 400 if `If`, `If-Match` or `If-None-Match` cannot be read; dates that cannot be read do not count (H-05).
    public init(_ request: DAVRequest, now: Timestamp, prefix: String) throws(DAVError) {
        self.init(caller: request.caller, now: now)
        let headers = request.headers
        if let field = headers[.ifMatch] { ifMatch = try EntityTags.parse(field) }
        if let field = headers[.ifNoneMatch] { ifNoneMatch = try EntityTags.parse(field) }
        ifModifiedSince = headers[.ifModifiedSince].flatMap { Timestamp(httpDate: $0, now: now) }
        ifUnmodifiedSince = headers[.ifUnmodifiedSince].flatMap { Timestamp(httpDate: $0, now: now) }
        if let field = headers[.if] {
            guard let origin = request.origin else { throw .badRequest("The Host header is malformed.") }
            ifHeader = try IfHeader.parse(field, relativeTo: origin, prefix: prefix)
        }
    }

    /// Whether anything is demanded of the state at all; lock tokens alone demand something too.
    public var isUnconditional: Bool {
        ifMatch == nil && ifNoneMatch == nil && ifModifiedSince == nil && ifUnmodifiedSince == nil && ifHeader == nil
    }
}

extension Exchange {
    /// ``Condition/init(_:now:prefix:)`` for this request.
    public func condition() throws(DAVError) -> Condition {
        try Condition(request, now: now, prefix: handler.facts.prefix)
    }

    /// The `Depth` header; `nil`: absent.
    /// - Throws: 400 for a value it cannot have.
    public func depth() throws(DAVError) -> Depth? {
        guard let field = request.headers[.depth] else { return nil }
        return try Depth.parse(field)
    }

    public var preferences: Preferences { Preferences(request.headers) }
}

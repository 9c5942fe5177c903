import HTTPTypes

extension Condition {
    /// What the request's headers demand.
    ///
    /// - Throws: 400 if `If`, `If-Match` or `If-None-Match` cannot be read; dates that cannot be read do not count (H-05).
    public init(_ request: DAVRequest, now: Timestamp, prefix: String) throws(DAVError) {
        self.init(caller: request.caller, now: now)
        let headers = request.headers
        if let field = headers.value(of: .ifMatch) { ifMatch = try EntityTags.parse(field) }
        if let field = headers.value(of: .ifNoneMatch) { ifNoneMatch = try EntityTags.parse(field) }
        ifModifiedSince = headers.value(of: .ifModifiedSince).flatMap { Timestamp(httpDate: $0, now: now) }
        ifUnmodifiedSince = headers.value(of: .ifUnmodifiedSince).flatMap { Timestamp(httpDate: $0, now: now) }
        if headers.contains(.pushDontNotify) { dontNotify = PushDontNotify(headers[.pushDontNotify]) }
        scheduling = try SchedulingHeaders(headers)
        if let field = headers.value(of: .if) {
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
    /// ``Condition/init(_:now:prefix:)`` for this request, without a word about what the caller may not read: a tag of `If` that
    /// names such a resource counts as that of another server, so no state matches there.
    ///
    /// An ETag that a member has in another form counts as that of what is stored.
    public func condition() async throws -> Condition {
        var condition = try await statedCondition()
        condition.ifMatch = condition.ifMatch?.withStored
        return condition
    }

    /// ``condition()`` in the client's own words.
    func statedCondition() async throws -> Condition {
        var condition = try Condition(request, now: now, prefix: handler.facts.prefix)
        guard var header = condition.ifHeader else { return condition }
        var isReadable: [DAVPath: Bool] = [path: true]
        for index in header.lists.indices {
            guard case .path(let tagged) = header.lists[index].resource else { continue }
            if isReadable[tagged] == nil {
                let located = try await locate(tagged, fields: [])
                isReadable[tagged] = located.map { !$0.isWithheld } ?? false
            }
            if isReadable[tagged] == false { header.lists[index].resource = .elsewhere }
        }
        condition.ifHeader = header
        return condition
    }

    /// The `Depth` header; `nil`: absent.
    /// - Throws: 400 for a value it cannot have.
    public func depth() throws(DAVError) -> Depth? {
        guard let field = request.headers.value(of: .depth) else { return nil }
        return try Depth.parse(field)
    }

    public var preferences: Preferences { Preferences(request.headers) }
}

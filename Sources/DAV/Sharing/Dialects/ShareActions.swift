import HTTPTypes

extension PostAction {
    /// Both dialects of sharing; none where ``ServerFacts/sharing`` is not set.
    static let sharing: [PostAction] = [
        // draft-pot-webdav-resource-sharing-04 §4.3
        share(.dav("share-resource"), mediaTypes: ["application/davsharing+xml"]) { exchange, located, sharing, body in
            let list = try await sharing.shareList()
            var changes: [ShareChange] = []
            for line in try ShareRequest(dav: body).lines {
                guard let address = line.address else { continue }
                changes += try await exchange.changes(line, of: address, in: list)
            }
            return try await exchange.share(changes, list, located.collection) ?? DAVResponse(.noContent)
        },
        // caldav-sharing §5.5.1
        share(.calendarServer("share"), mediaTypes: xmlTypes) { exchange, located, sharing, body in
            guard located.collection.info.kind.sharing?.calendarServerType != nil else {
                throw DAVError.validShareRequest("Apple's dialect shares calendars and address books only.")
            }
            let request = try ShareRequest(calendarServer: body)
            let list = try await sharing.shareList()
            var changes: [ShareChange] = []
            var bad: Set<String> = []
            for line in request.lines {
                guard let address = line.address else {
                    if line.grant != nil { bad.insert(line.href) }
                    continue
                }
                let wanted = try await exchange.changes(line, of: address, in: list)
                if wanted.contains(where: { exchange.refusesInAppleDialect($0, in: list) }) { bad.insert(line.href) }
                changes += wanted
            }
            guard bad.isEmpty else {
                try await exchange.checkForReading(exchange.resolve(exchange.path))
                return exchange.refusal(of: bad, in: request)
            }
            return try await exchange.share(changes, list, located.collection)
                ?? DAVResponse(.ok, headers: [.contentLength: "0"])
        },
    ]

    /// The caller must hold `share` (draft-pot-webdav-resource-sharing-04 §4.2): no sharee does.
    private static func share(
        _ root: XMLName, mediaTypes: Set<String>,
        run: @escaping @Sendable (Exchange, Located, any Sharing, XMLElement) async throws -> DAVResponse
    ) -> PostAction {
        var action = PostAction(root, mediaTypes: mediaTypes, maxBytes: ShareRequest.mostBytes) {
            exchange, located, body in
            guard let sharing = located.collection.sharing else {
                throw DAVError.forbidden("This collection cannot be shared.")
            }
            return try await run(exchange, located, sharing, body)
        }
        action.isOffered = { $0.sharing != nil }
        action.permit = { exchange, located in
            guard located.entry != nil else { throw DAVError.notFound }
            guard located.shape == .collection, located.collection.info.kind.sharing != nil else {
                throw DAVError.methodNotAllowed
            }
            try exchange.demand([.share], of: located)
        }
        return action
    }
}

extension Exchange {
    /// What a line asks for. Whom it names who is known to the list and, by now, to nobody else is taken back by the name they
    /// have there (U3): what they were invited as gives nothing to somebody new of the name.
    fileprivate func changes(_ line: ShareRequest.Line, of address: ShareeAddress, in list: ShareList) async throws
        -> [ShareChange]
    {
        let sharee = try await sharee(at: address)
        guard sharee.principal == nil, case .reference(let reference) = address, let path = path(named: reference),
            let id = facts.principals.identity(at: path),
            let known = list.invites.first(where: { $0.sharee.principal == id })
        else { return [line.change(of: sharee)] }
        if line.grant != nil, known.isInvalid { return [.revoke(known.sharee), line.change(of: sharee)] }
        return [line.change(of: known.sharee)]
    }

    /// Apple's dialect tells at once that somebody cannot be invited.
    fileprivate func refusesInAppleDialect(_ change: ShareChange, in list: ShareList) -> Bool {
        guard case .set(let sharee, _, _, _) = change else { return false }
        if let principal = sharee.principal { return principal == list.owner }
        return facts.sharing?.hidesUnknown == false
    }

    /// - Returns: an answer that refuses, or `nil` once it is done.
    fileprivate func share(_ changes: [ShareChange], _ list: ShareList, _ collection: any DAVCollection) async throws
        -> DAVResponse?
    {
        guard let rules = facts.sharing, let sharing = collection.sharing else { throw DAVError.methodNotAllowed }
        for case .set(_, let grant, _, _) in changes { try collection.info.kind.demandMayShow(grant.sight) }
        var groups: [PrincipalID] = []
        for change in changes { if case .set(.group(let id), _, _, _) = change { groups.append(id) } }
        for invite in list.invites { if case .group(let id) = invite.sharee { groups.append(id) } }
        let roster = try await roster(of: groups)
        if let refusal = refusal(of: changes, roster) { return refusal }
        do {
            try await sharing.share(changes, rules: rules, roster: roster, if: try condition())
        } catch let refusal as ShareRefusal { throw DAVError(refusal) }
        return nil
    }

    /// Who is in the groups, through whatever other groups.
    private func roster(of groups: [PrincipalID]) async throws -> ShareRoster {
        var direct: [PrincipalID: [PrincipalID]] = [:]
        var pending = groups
        while let group = pending.popLast() {
            guard direct[group] == nil, try await facts.principals.principal(group)?.kind == .group else { continue }
            let members = try await facts.principals.members(of: group)
            direct[group] = members
            pending += members
        }
        return ShareRoster(direct: direct)
    }

    /// Nothing was done: those who cannot be invited, and the others, who have to wait for that (caldav-sharing §5.5.1).
    fileprivate func refusal(of bad: Set<String>, in request: ShareRequest) -> DAVResponse {
        var xml = XMLWriter()
        xml.declaration()
        xml.start(.dav("multistatus"))
        for line in request.lines where line.grant != nil {
            xml.start(.dav("response"))
            xml.element(.dav("href"), text: line.href)
            let status: HTTPResponse.Status = bad.contains(line.href) ? .forbidden : .failedDependency
            xml.element(.dav("status"), text: "HTTP/1.1 \(status.code) \(status.reasonPhrase)")
            xml.end()
        }
        xml.end()
        return DAVResponse(
            .multiStatus, headers: [.contentType: "application/xml; charset=utf-8", .cacheControl: "no-store"],
            body: .bytes(xml.take()))
    }
}

extension DAVError {
    /// What a refusal of a ``ShareList`` is on the wire.
    public init(_ refusal: ShareRefusal) {
        switch refusal {
        case .isOwner: self = .forbidden("The owner cannot be invited to what is theirs.")
        case .tooManyInvites:
            self = DAVError(.insufficientStorage, nil, "No more people can be invited to one collection.")
        case .noSuchInvitation: self = .notFound
        case .noHome: self = .forbidden("You have no home in which this could stand.")
        }
    }
}

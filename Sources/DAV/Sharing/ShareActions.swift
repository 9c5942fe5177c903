import HTTPTypes

extension PostAction {
    /// Both dialects of sharing; none where ``ServerFacts/sharing`` is not set.
    static let sharing: [PostAction] = [
        // draft-pot-webdav-resource-sharing-04 §4.3
        share(.dav("share-resource"), mediaTypes: ["application/davsharing+xml"]) { exchange, sharing, body in
            let request = try ShareRequest(dav: body)
            var changes: [ShareChange] = []
            for line in request.lines {
                guard let address = line.address else { continue }
                changes.append(line.change(of: try await exchange.sharee(at: address)))
            }
            try await exchange.share(changes, sharing)
            return DAVResponse(.noContent)
        },
        // caldav-sharing §5.5.1
        share(.calendarServer("share"), mediaTypes: xmlTypes) { exchange, sharing, body in
            let request = try ShareRequest(calendarServer: body)
            let owner = try await sharing.shareList().owner
            var changes: [ShareChange] = []
            var bad: Set<String> = []
            for line in request.lines {
                guard let address = line.address else {
                    if line.grant != nil { bad.insert(line.href) }
                    continue
                }
                let sharee = try await exchange.sharee(at: address)
                let isUnknown = sharee.principal == nil && exchange.facts.sharing?.hidesUnknown == false
                if line.grant != nil, isUnknown || sharee.principal == owner { bad.insert(line.href) }
                changes.append(line.change(of: sharee))
            }
            guard bad.isEmpty else {
                try await exchange.checkForReading(exchange.resolve(exchange.path))
                return exchange.refusal(of: bad, in: request)
            }
            try await exchange.share(changes, sharing)
            return DAVResponse(.ok, headers: [.contentLength: "0"])
        },
    ]

    /// The caller must hold `share` (draft-pot-webdav-resource-sharing-04 §4.2): no sharee does.
    private static func share(
        _ root: XMLName, mediaTypes: Set<String>,
        run: @escaping @Sendable (Exchange, any Sharing, XMLElement) async throws -> DAVResponse
    ) -> PostAction {
        var action = PostAction(root, mediaTypes: mediaTypes, maxBytes: PostTable.mostBytes) {
            exchange, located, body in
            guard located.shape == .collection, located.collection.info.kind.sharing != nil else {
                throw DAVError.methodNotAllowed
            }
            try exchange.demand([.share], of: located)
            guard let sharing = located.collection.sharing else {
                throw DAVError.forbidden("This collection cannot be shared.")
            }
            return try await run(exchange, sharing, body)
        }
        action.isOffered = { $0.sharing != nil }
        return action
    }
}

extension Exchange {
    fileprivate func share(_ changes: [ShareChange], _ sharing: any Sharing) async throws {
        guard let rules = facts.sharing else { throw DAVError.methodNotAllowed }
        var groups: [PrincipalID] = []
        for change in changes { if case .set(.group(let id), _, _, _) = change { groups.append(id) } }
        for invite in try await sharing.shareList().invites {
            if case .group(let id) = invite.sharee { groups.append(id) }
        }
        do {
            try await sharing.share(
                changes, rules: rules, roster: try await roster(of: groups), if: try condition())
        } catch let refusal as ShareRefusal { throw DAVError(refusal) }
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

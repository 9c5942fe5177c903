import HTTPTypes

extension PostAction {
    /// Answers to invitations, in both dialects.
    static let shareReplies: [PostAction] = [
        // draft-pot-webdav-resource-sharing-04 §4.7.1: to the notification, which is named after its invitation. That it is gone
        // with the first answer does not make the second one another (N7).
        reply(.dav("invite-reply"), mediaTypes: ["application/davsharing+xml"], isForNotifications: true) {
            exchange, located, body in
            let reply = try ShareReply(dav: body)
            guard located.isNotification, let key = located.path.last.flatMap({ ShareNotice.Key($0) }), !key.isReply
            else { throw DAVError.notFound }
            let instance: DAVPath?
            do {
                instance = try await exchange.answer(reply, to: key.seat)
            } catch let refusal as ShareRefusal { throw DAVError(refusal) }
            guard let instance else { return DAVResponse(.noContent) }
            let location = exchange.absolute(exchange.href(instance, isCollection: true))
            return DAVResponse(.created, headers: [.location: location, .contentLength: "0"])
        },
        // caldav-sharing §5.5.3: to a home of one's own; the body says to which invitation.
        reply(.calendarServer("invite-reply"), mediaTypes: xmlTypes) { exchange, located, body in
            let reply = try ShareReply(calendarServer: body)
            guard try await exchange.isOwnHome(located) else {
                throw DAVError.validShareRequest("Invitations are answered at a home of one's own.")
            }
            guard let id = reply.inReplyTo.flatMap({ ResourceID(uuidString: $0) }) else { throw DAVError.invalidShare }
            let instance: DAVPath?
            do {
                instance = try await exchange.answer(reply, to: id)
            } catch ShareRefusal.noSuchInvitation {
                throw DAVError.invalidShare
            } catch let refusal as ShareRefusal { throw DAVError(refusal) }
            guard let instance else { return DAVResponse(.noContent) }
            var xml = XMLWriter()
            xml.declaration()
            xml.start(.calendarServer("shared-as"))
            xml.element(.dav("href"), text: exchange.href(instance, isCollection: true))
            xml.end()
            return DAVResponse(
                .ok, headers: [.contentType: "application/xml; charset=utf-8", .cacheControl: "no-store"],
                body: .bytes(xml.take()))
        },
    ]

    private static func reply(
        _ root: XMLName, mediaTypes: Set<String>, isForNotifications: Bool = false,
        run: @escaping @Sendable (Exchange, Located, XMLElement) async throws -> DAVResponse
    ) -> PostAction {
        var action = PostAction(root, mediaTypes: mediaTypes, run: run)
        action.isOffered = { $0.sharing != nil }
        action.isForNotifications = isForNotifications
        return action
    }
}

extension Exchange {
    /// Whether what was located is a home of the caller: a collection of theirs in one of the server's.
    fileprivate func isOwnHome(_ located: Located) async throws -> Bool {
        let info = located.collection.info
        guard located.target == .itself, !info.path.isRoot, let person = caller.principal, info.owner == person,
            let holder = try await handler.backend.collection(at: info.path.parent, for: caller)
        else { return false }
        return holder.info.owner == nil
    }

    /// Answers for the caller; the back-end knows no invitation of theirs by another's identity.
    fileprivate func answer(_ reply: ShareReply, to id: ResourceID) async throws -> DAVPath? {
        guard let person = caller.principal, let invitations = handler.backend.invitations else {
            throw ShareRefusal.noSuchInvitation
        }
        var placing = SharePlacement(displayName: reply.displayName)
        if let wanted = reply.createIn {
            guard let home = path(named: wanted) else {
                throw DAVError.forbidden("DAV:create-in names no collection of this server.")
            }
            placing.home = home
        }
        return try await invitations.answer(
            reply.answer, to: id, by: person, placing: placing, if: try condition())
    }
}

extension Located {
    /// Whether it is a member of a collection of notifications, or was one.
    var isNotification: Bool {
        guard case .member = target, shape != .collection else { return false }
        return collection.info.kind.id == CollectionKind.notifications.id
    }
}

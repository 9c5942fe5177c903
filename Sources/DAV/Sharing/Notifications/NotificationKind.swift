import HTTPTypes

extension CollectionKind {
    /// Where people find what the server has to tell them, such as invitations to share (draft-pot-webdav-notifications-03 §4).
    ///
    /// A store that shares puts a ``ShareNoticeRecord`` into the collection of this kind that a person owns. Clients see documents.
    public static let notifications = CollectionKind(
        id: "notifications",
        // Apple's texts disagree on the name of theirs; its clients look for the singular.
        resourceTypes: [.dav("collection"), .dav("notifications"), .calendarServer("notification")],
        properties: LiveProperty.notifications,
        placement: Placement(
            holders: [], children: [], holdsMembers: false,
            refusal: .forbidden("Only the server itself puts something here.")),
        presentation: .notifications, push: PushSupport(content: .one, property: .zero), isFilledByServer: true)
}

extension LiveProperty {
    /// A principal's: where its notifications are, in both dialects (draft-pot-webdav-notifications-03 §4.2.1, caldav-sharing
    /// §5.2).
    ///
    /// - Parameter place: the collection of kind ``CollectionKind/notifications``; `nil`: the principal gets none.
    public static func notificationURLs(_ place: @escaping @Sendable (Principal) -> DAVPath?) -> [LiveProperty] {
        [XMLName.dav("notification-URL"), .calendarServer("notification-URL")].map { name in
            LiveProperty(name) { subject in
                guard let path = subject.entry.principal.flatMap(place) else { return nil }
                return .hrefs([subject.exchange.href(path, isCollection: true)])
            }
        }
    }

    /// What is said of a notification in the form that GET with the same `Accept` answers.
    fileprivate static let notifications: [LiveProperty] = [
        LiveProperty(.dav("getetag"), isInAllprop: true, fields: .content) { subject in
            (subject.notice?.etag ?? subject.entry.etag).map { .text($0.description) }
        },
        LiveProperty(.dav("getcontenttype"), isInAllprop: true, fields: .content) { subject in
            subject.notice.map { .text($0.form.contentType) }
        },
        LiveProperty(.dav("getcontentlength"), isInAllprop: true, fields: .content) { subject in
            subject.notice.map { .text(String($0.octets.count)) }
        },
        // draft-pot-webdav-notifications-03 §4.3.1
        LiveProperty(.dav("notificationtype"), fields: .content) { subject in
            guard let record = subject.notice?.record else { return nil }
            let type = record.notice.key.isReply ? "share-reply-notification" : "share-invite-notification"
            return .xml { $0.empty(.dav(type)) }
        },
        LiveProperty(.calendarServer("notificationtype"), fields: .content) { subject in
            guard let record = subject.notice?.record, let shared = subject.exchange.sharedType(of: record) else {
                return nil
            }
            let type = record.notice.key.isReply ? "invite-reply" : "invite-notification"
            return .xml { $0.empty(.calendarServer(type), attributes: ["shared-type": shared]) }
        },
    ]
}

extension PropertySubject {
    /// Of a member whose content came along.
    fileprivate var notice: ShareNoticeDocument? {
        guard !isCollection, let content = entry.content else { return nil }
        if let document = try? exchange.notice(content, of: entry) { return document }
        // Of a PROPFIND the header speaks of its own answer, which no notification has the form of.
        var exchange = exchange
        exchange.request.headers[.accept] = nil
        return try? exchange.notice(content, of: entry)
    }
}

extension Presentation {
    /// The document of the dialect that `Accept` asks for.
    fileprivate static let notifications = Presentation(member: { exchange, member in
        let octets = try await member.body.read(at: 0, count: mostBytes)
        guard let notice = try exchange.notice(octets, of: member.entry) else { throw DAVError.notFound }
        var headers: HTTPFields = [
            .contentType: notice.form.contentType, .cacheControl: "private, no-cache, no-transform",
            .xContentTypeOptions: "nosniff",
        ]
        headers[.eTag] = notice.etag?.description
        headers[.lastModified] = member.entry.modified.httpDate
        return DAVResponse(.ok, headers: headers, body: .bytes(notice.octets))
    })

    /// No record is longer.
    private static let mostBytes = 64 << 10
}

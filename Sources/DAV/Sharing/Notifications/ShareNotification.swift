/// A notice as a document, in either dialect. Hrefs are as the answer is to spell them.
struct ShareNotification: Sendable {
    var notice: ShareNotice
    var at: Timestamp
    /// Who the notification is for, and what they are called.
    var recipient: Person
    /// The owner of what is shared.
    var sharer: Person
    /// `DAV:share-resource-uri`
    var shareURI: String
    /// The owner's collection.
    var source: String
    /// What the owner calls it, or what the sharee does once they have it.
    var title: String?
    var resourceTypes: [XMLName]
    /// `calendar` or `addressbook`: what Apple's dialect calls the kind.
    var sharedType: String?
    /// The components a calendar takes.
    var components: [String] = []

    struct Person: Sendable, Hashable {
        var href: String
        var name: String?
    }

    /// Where an invitation is answered, as seen from the notification's own URL (draft-pot-webdav-resource-sharing-04 §4.6.1).
    static let replyReference = "?invite-reply"

    /// `application/davnotification+xml` (draft-pot-webdav-notifications-03 §5); `nil`: the notice says nothing.
    func davDocument() -> [UInt8]? {
        switch notice.content {
        case .withdrawn: return nil
        case .invitation(let grant, let comment):
            return davDocument { $0.davInvitation(self, .noResponse, grant, comment) }
        case .changed(let grant): return davDocument { $0.davInvitation(self, .accepted, grant, nil) }
        case .reply(_, let hasAccepted, let comment):
            return davDocument { xml in
                xml.start(.dav("share-reply-notification"))
                xml.start(.dav("sharee"))
                xml.element(.dav("href"), text: sharee.href)
                xml.empty(.dav((hasAccepted ? InviteStatus.accepted : .declined).rawValue))
                xml.end()
                xml.element(.dav("href"), text: source)
                if let comment { xml.element(.dav("comment"), text: comment) }
                xml.end()
            }
        }
    }

    /// Whoever answered; of an invitation whoever was asked.
    private var sharee: Person { replier ?? recipient }
    var replier: Person?

    private func davDocument(_ content: (inout XMLWriter) -> Void) -> [UInt8] {
        var xml = XMLWriter()
        xml.declaration()
        xml.start(.dav("notification"))
        xml.element(.dav("dtstamp"), text: at.rfc3339)
        content(&xml)
        xml.end()
        return xml.take()
    }

    /// Apple's form (caldav-sharing §4), served as `application/xml`; `nil`: the notice says nothing, or this kind of
    /// collection has no such form.
    func calendarServerDocument() -> [UInt8]? {
        guard let sharedType else { return nil }
        switch notice.content {
        case .withdrawn: return nil
        case .invitation(let grant, _):
            return calendarServerDocument {
                $0.calendarServerInvitation(self, sharedType, "invite-noresponse", grant)
            }
        case .changed(let grant):
            // There is a word of its own for what was taken back, and then a level all the same (caldav-sharing §6.4).
            return calendarServerDocument {
                $0.calendarServerInvitation(
                    self, sharedType, grant == nil ? "invite-deleted" : "invite-accepted", grant ?? .read)
            }
        case .reply(_, let hasAccepted, _):
            return calendarServerDocument { xml in
                xml.start(.calendarServer("invite-reply"), attributes: ["shared-type": sharedType])
                xml.element(.dav("href"), text: sharee.href)
                xml.empty(.calendarServer((hasAccepted ? InviteStatus.accepted : .declined).rawValue))
                xml.calendarServerHost(source)
                xml.element(.calendarServer("in-reply-to"), text: notice.key.seat.uuidString)
                if let title { xml.element(.calendarServer("summary"), text: title) }
                if let name = sharee.name { xml.element(.calendarServer("common-name"), text: name) }
                xml.end()
            }
        }
    }

    private func calendarServerDocument(_ content: (inout XMLWriter) -> Void) -> [UInt8] {
        var xml = XMLWriter()
        xml.declaration()
        xml.start(.calendarServer("notification"))
        // Calendar.app reads the moment without separators only.
        let compact = at.rfc3339.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
        xml.element(.calendarServer("dtstamp"), text: String(decoding: Array(compact), as: UTF8.self))
        content(&xml)
        xml.end()
        return xml.take()
    }
}

extension XMLWriter {
    fileprivate mutating func davInvitation(
        _ document: ShareNotification, _ status: InviteStatus, _ grant: ShareGrant?, _ comment: String?
    ) {
        start(.dav("share-invite-notification"))
        start(.dav("principal"))
        element(.dav("href"), text: document.sharer.href)
        if let name = document.sharer.name {
            start(.dav("prop"))
            element(.dav("displayname"), text: name)
            end()
        }
        end()
        empty(.dav(status.rawValue))
        start(.dav("sharer-resource-uri"))
        element(.dav("href"), text: document.shareURI)
        end()
        start(.dav("share-access"))
        if let grant { grant.write(to: &self, as: XMLName.dav) } else { empty(.dav("no-access")) }
        end()
        start(.dav("prop"))
        start(.dav("resourcetype"))
        for type in document.resourceTypes { empty(type) }
        end()
        if let title = document.title { element(.dav("displayname"), text: title) }
        calendarComponents(document.components)
        end()
        if status == .noResponse {
            start(.dav("reply-url"))
            element(.dav("href"), text: ShareNotification.replyReference)
            end()
        }
        if let comment { element(.dav("comment"), text: comment) }
        end()
    }

    fileprivate mutating func calendarServerInvitation(
        _ document: ShareNotification, _ sharedType: String, _ status: String, _ grant: ShareGrant
    ) {
        start(.calendarServer("invite-notification"), attributes: ["shared-type": sharedType])
        element(.calendarServer("uid"), text: document.notice.key.seat.uuidString)
        element(.dav("href"), text: document.recipient.href)
        empty(.calendarServer(status))
        start(.calendarServer("access"))
        grant.write(to: &self, as: XMLName.calendarServer)
        end()
        calendarServerHost(document.source)
        start(.calendarServer("organizer"))
        element(.dav("href"), text: document.sharer.href)
        if let name = document.sharer.name { element(.calendarServer("common-name"), text: name) }
        end()
        if let title = document.title { element(.calendarServer("summary"), text: title) }
        calendarComponents(document.components)
        end()
    }

    fileprivate mutating func calendarServerHost(_ source: String) {
        start(.calendarServer("hosturl"))
        element(.dav("href"), text: source)
        end()
    }

    private mutating func calendarComponents(_ names: [String]) {
        if names.isEmpty { return }
        start(.calDAV("supported-calendar-component-set"))
        for name in names { empty(.calDAV("comp"), attributes: ["name": name]) }
        end()
    }
}

import Testing

@testable import DAV

/// Notification documents, octet by octet (draft-pot-webdav-resource-sharing-04 §5.3, §5.4; caldav-sharing §4).
@Suite struct ShareNotificationTests {
    private static let declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    private static let namespaces =
        "xmlns:D=\"DAV:\" xmlns:CS=\"http://calendarserver.org/ns/\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:CARD=\"urn:ietf:params:xml:ns:carddav\""
    private static let id = ResourceID(high: 0x6B1E_0000_0000_4000, low: 0x8000_0000_0000_0001)
    private static let number = "6b1e0000-0000-4000-8000-000000000001"

    private func document(_ content: ShareNotice.Content) -> ShareNotification {
        let isReply = if case .reply = content { true } else { false }
        var document = ShareNotification(
            notice: ShareNotice(.init(seat: Self.id, isReply: isReply), content), at: Timestamp(seconds: 1_772_360_100),
            recipient: .init(href: "/principals/sam/", name: "Sam"),
            sharer: .init(href: "/principals/olga/", name: "Olga & Co"), shareURI: "urn:uuid:1",
            source: "/calendars/olga/team/", title: "Team",
            resourceTypes: [.dav("collection"), .calDAV("calendar")], sharedType: "calendar", components: ["VEVENT"])
        if isReply { document.replier = .init(href: "/principals/sam/", name: "Sam") }
        return document
    }

    private func text(_ bytes: [UInt8]?) throws -> String { String(decoding: try #require(bytes), as: UTF8.self) }

    private static let sharer =
        "<D:principal><D:href>/principals/olga/</D:href><D:prop><D:displayname>Olga &amp; Co</D:displayname></D:prop></D:principal>"
    private static let about =
        "<D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:displayname>Team</D:displayname><C:supported-calendar-component-set><C:comp name=\"VEVENT\"/></C:supported-calendar-component-set></D:prop>"

    static let davRows: [(ShareNotice.Content, String)] = [
        (
            .invitation(.readWrite, comment: "Rota <1>"),
            "<D:share-invite-notification>\(sharer)<D:invite-noresponse/><D:sharer-resource-uri><D:href>urn:uuid:1</D:href></D:sharer-resource-uri><D:share-access><D:read-write/></D:share-access>\(about)<D:reply-url><D:href>?invite-reply</D:href></D:reply-url><D:comment>Rota &lt;1&gt;</D:comment></D:share-invite-notification>"
        ),
        (
            .changed(.read),
            "<D:share-invite-notification>\(sharer)<D:invite-accepted/><D:sharer-resource-uri><D:href>urn:uuid:1</D:href></D:sharer-resource-uri><D:share-access><D:read/></D:share-access>\(about)</D:share-invite-notification>"
        ),
        (
            .changed(nil),
            "<D:share-invite-notification>\(sharer)<D:invite-accepted/><D:sharer-resource-uri><D:href>urn:uuid:1</D:href></D:sharer-resource-uri><D:share-access><D:no-access/></D:share-access>\(about)</D:share-invite-notification>"
        ),
        (
            .reply(from: ShareScene.sam, hasAccepted: true, comment: "Yes"),
            "<D:share-reply-notification><D:sharee><D:href>/principals/sam/</D:href><D:invite-accepted/></D:sharee><D:href>/calendars/olga/team/</D:href><D:comment>Yes</D:comment></D:share-reply-notification>"
        ),
    ]

    @Test(arguments: davRows) func theDocumentOfTheDraft(content: ShareNotice.Content, expected: String) throws {  // N1, N3, N10, N11
        #expect(
            try text(document(content).davDocument())
                == "\(Self.declaration)<D:notification \(Self.namespaces)><D:dtstamp>2026-03-01T10:15:00Z</D:dtstamp>\(expected)</D:notification>"
        )
    }

    static let calendarServerRows: [(ShareNotice.Content, String)] = [
        (.invitation(.readWrite, comment: nil), invitation("invite-noresponse", "read-write")),
        (.changed(.read), invitation("invite-accepted", "read")),
        (.changed(nil), invitation("invite-deleted", "read")),
        (
            .reply(from: ShareScene.sam, hasAccepted: false, comment: nil),
            "<CS:invite-reply shared-type=\"calendar\"><D:href>/principals/sam/</D:href><CS:invite-declined/><CS:hosturl><D:href>/calendars/olga/team/</D:href></CS:hosturl><CS:in-reply-to>\(number)</CS:in-reply-to><CS:summary>Team</CS:summary><CS:common-name>Sam</CS:common-name></CS:invite-reply>"
        ),
    ]

    private static func invitation(_ status: String, _ access: String) -> String {
        "<CS:invite-notification shared-type=\"calendar\"><CS:uid>\(number)</CS:uid><D:href>/principals/sam/</D:href><CS:\(status)/><CS:access><CS:\(access)/></CS:access><CS:hosturl><D:href>/calendars/olga/team/</D:href></CS:hosturl><CS:organizer><D:href>/principals/olga/</D:href><CS:common-name>Olga &amp; Co</CS:common-name></CS:organizer><CS:summary>Team</CS:summary><C:supported-calendar-component-set><C:comp name=\"VEVENT\"/></C:supported-calendar-component-set></CS:invite-notification>"
    }

    @Test(arguments: calendarServerRows)
    func theDocumentOfApple(content: ShareNotice.Content, expected: String) throws {  // N13
        #expect(
            try text(document(content).calendarServerDocument())
                == "\(Self.declaration)<CS:notification \(Self.namespaces)><CS:dtstamp>20260301T101500Z</CS:dtstamp>\(expected)</CS:notification>"
        )
    }

    @Test func whatIsWithdrawnSaysNothingAndFoldersHaveNoFormOfApples() throws {
        #expect(document(.withdrawn).davDocument() == nil)
        #expect(document(.withdrawn).calendarServerDocument() == nil)
        var folder = document(.changed(.read))
        folder.sharedType = nil
        #expect(folder.calendarServerDocument() == nil)
        #expect(folder.davDocument() != nil)
    }
}

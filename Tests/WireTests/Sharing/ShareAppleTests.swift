import DAV
import Testing

/// Rows L5 and L6 of sharing, and what macOS Calendar sends, as it stands in captures.
@Suite(.timeLimit(.minutes(5))) struct ShareAppleTests {
    private static func reply(_ answer: String, _ number: String, _ more: String = "") -> String {
        """
        <D:href>mailto:sam@example.org</D:href>\(answer)<CS:hosturl><D:href>\(ShareRow.calendar)</D:href></CS:hosturl>\
        <CS:in-reply-to>\(number)</CS:in-reply-to>\(more)
        """
    }

    @Test(arguments: ShareBacking.allCases)
    func theHomeTakesTheAnswer(_ backing: ShareBacking) async throws {  // L5
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            let number = try await ShareNotificationTests.number(row.sam, notice)
            let accepted = try await row.sam.apple(
                Self.reply("<CS:invite-accepted/>", number, "<CS:summary>Team (Olga)</CS:summary>"), to: row.sam.home,
                root: "invite-reply")
            #expect(accepted.status == 200, "\(accepted.status) \(accepted.text)")
            let root = try accepted.xml()
            let instance = try #require(try await row.sam.instances().first)
            #expect(root.name == .cs("shared-as") && root.first(.dav("href"))?.text == instance)
            #expect(try await row.sam.name(of: instance) == "Team (Olga)")
            #expect(try await row.olga.name(of: ShareRow.calendar) == "Team")
            #expect(try await row.olga.invite() == ["/principals/sam/ invite-accepted read-write"])
            let declined = try await row.sam.apple(
                Self.reply("<CS:invite-declined/>", number), to: row.sam.home, root: "invite-reply")
            #expect(declined.status == 204)
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.olga.invite() == ["/principals/sam/ invite-declined read-write"])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func answersToNothingAreRefused(_ backing: ShareBacking) async throws {  // L6
        try await ShareRow.run(backing, .invitation) { row in
            let notice = try await row.invited()
            let number = try await ShareNotificationTests.number(row.sam, notice)
            for other in ["", "x", "6b1e0000-0000-4000-8000-000000000001", number + "0"] {
                let reply = try await row.sam.apple(
                    Self.reply("<CS:invite-accepted/>", other), to: row.sam.home, root: "invite-reply")
                #expect(reply.status == 403 && reply.error == .cs("invalid-share"), "\(other) \(reply.text)")
            }
            for target in ["/calendars/sam/calendar/", ShareRow.calendar] {
                let reply = try await row.sam.apple(
                    Self.reply("<CS:invite-accepted/>", number), to: target, root: "invite-reply")
                #expect([403, 404, 501].contains(reply.status), "\(target) \(reply.status)")
            }
            let own = try await row.olga.apple(
                Self.reply("<CS:invite-accepted/>", number), to: ShareRow.calendar, root: "invite-reply")
            #expect([403, 501].contains(own.status), "\(own.status)")
            for body in [
                Self.reply("", number), Self.reply("<CS:invite-accepted/><CS:invite-declined/>", number),
                "<CS:invite-accepted/><CS:in-reply-to>\(number)</CS:in-reply-to>",
                "<CS:invite-accepted/><CS:hosturl><D:href>\(ShareRow.calendar)</D:href></CS:hosturl>",
            ] {
                let reply = try await row.sam.apple(body, to: row.sam.home, root: "invite-reply")
                #expect(reply.status == 403 && reply.error == .cs("valid-request"), "\(body) \(reply.text)")
            }
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.olga.invite() == ["/principals/sam/ invite-noresponse read-write"])
        }
    }

    /// Share, look at the notification, accept, decline, remove: the bodies as CalendarAgent writes them (macOS 10.12).
    @Test(arguments: ShareBacking.allCases)
    func calendarAgentSharesAcceptsDeclinesAndRemoves(_ backing: ShareBacking) async throws {  // L1, L5
        try await ShareRow.run(backing, .invitation) { row in
            let agent = ("User-Agent", "Mac+OS+X/10.12.5 (16F73) CalendarAgent/386")
            let olga = Transcript(as: row.olga)
            let sam = Transcript(as: row.sam)
            try await olga.play(
                """
                POST /calendars/olga/c/
                Content-Type: text/xml; charset=utf-8
                \(agent.0): \(agent.1)

                <CS:share xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/">
                  <CS:set><D:href>mailto:sam@example.org</D:href><CS:common-name>Sam</CS:common-name><CS:summary>Team</CS:summary><CS:read-write/></CS:set>
                  <CS:remove><D:href>urn:x-uid:0FD5</D:href><CS:summary>Team</CS:summary><CS:read-write/></CS:remove>
                </CS:share>
                """,
                answer: """
                    200

                    (empty)
                    """)
            let notice = try await row.notice(of: row.sam)
            try await sam.play(
                """
                GET \(notice)
                \(agent.0): \(agent.1)
                """,
                answer: """
                    200

                    <CS:notification xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/" xmlns:C="urn:ietf:params:xml:ns:caldav"><CS:dtstamp>{time}</CS:dtstamp>
                     <CS:invite-notification shared-type="calendar"><CS:uid>{uid}</CS:uid><D:href>{sharee}</D:href><CS:invite-noresponse/>
                      <CS:access><CS:read-write/></CS:access><CS:hosturl><D:href>/calendars/olga/c/</D:href></CS:hosturl>
                      <CS:organizer><D:href>/principals/olga/</D:href><CS:common-name>{}</CS:common-name></CS:organizer>
                      <CS:summary>Team</CS:summary><etc xmlns=""/>
                     </CS:invite-notification></CS:notification>
                    """)
            // Calendar takes no separators in it.
            let time = try #require(sam["time"])
            #expect(time.wholeMatch(of: /\d{8}T\d{6}Z/) != nil, "\(time)")
            func answer(_ kind: String) -> String {
                """
                POST /calendars/sam/
                Content-Type: text/xml
                \(agent.0): \(agent.1)

                <CS:invite-reply xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/"><D:href>mailto:sam@example.org</D:href><CS:\(kind)/><CS:hosturl><D:href>/calendars/olga/c</D:href></CS:hosturl>
                 <CS:in-reply-to>{uid}</CS:in-reply-to><CS:summary>Team (Olga)</CS:summary>
                 <CS:common-name>Sam</CS:common-name><CS:first-name>S</CS:first-name><CS:last-name>M</CS:last-name></CS:invite-reply>
                """
            }
            try await sam.play(
                answer("invite-accepted"),
                answer: """
                    200

                    <CS:shared-as xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/"><D:href>{instance}</D:href></CS:shared-as>
                    """)
            let instance = try #require(sam["instance"])
            #expect(try await row.sam.instances() == [instance])
            #expect(try await row.sam.name(of: instance) == "Team (Olga)")
            try await sam.play(answer("invite-declined"), answer: "204\n\n(empty)")
            #expect(try await row.sam.instances().isEmpty)
            try await sam.play(
                answer("invite-accepted"),
                answer: """
                    200

                    <CS:shared-as xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/"><D:href>{again}</D:href></CS:shared-as>
                    """)
            try await olga.play(
                """
                POST /calendars/olga/c/
                Content-Type: application/xml
                \(agent.0): \(agent.1)

                <CS:share xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/">
                  <CS:remove><D:href>mailto:sam@example.org</D:href><CS:summary>Team</CS:summary><CS:read-write/></CS:remove>
                </CS:share>
                """, answer: "200\n\n(empty)")
            #expect(try await row.sam.instances().isEmpty)
            #expect(try await row.olga.types(ShareRow.calendar) == ["collection", "calendar"])
        }
    }
}

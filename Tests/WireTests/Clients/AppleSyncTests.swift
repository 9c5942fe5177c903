import DAV
import Testing

/// Apple polls the home and looks into those children that moved (client-quirks 17, 2); PROPPATCH is how colours and orders
/// travel between devices (17, 3).
@Suite(.timeLimit(.minutes(5))) struct AppleHomeSync {
    private static let home = "/calendars/alice/"

    private static func sync(_ client: Client, from token: String) async throws -> Multistatus {
        try Multistatus(
            await client.send(
                "REPORT", home, [("Depth", "1"), ("Content-Type", "text/xml"), ("Brief", "t")], Apple.sync(token)))
    }

    @Test func theHomeReportsTheCalendarInWhichAnEventWasPut() async throws {
        try await Product.run { product in
            let (phone, desk) = (product.client("alice"), product.client("alice"))
            let before = try await Self.sync(phone, from: "")
            #expect(before.responses.count == 5)
            let token = try #require(before.syncToken)
            let quiet = try await Self.sync(phone, from: token)
            #expect(quiet.responses.isEmpty && quiet.syncToken == token)

            let put = try await desk.send(
                "PUT", Self.home + "calendar/A-1.ics", [("If-None-Match", "*"), ("Content-Type", "text/calendar")],
                Apple.event)
            #expect(put.status == 201)
            let after = try await Self.sync(phone, from: token)
            #expect(after.hrefs == [Self.home + "calendar/"])
            let child = try #require(after.responses.first)
            let old = before[Self.home + "calendar/"]?.property("sync-token")?.text
            #expect(child.property("sync-token")?.text != old)
            #expect(child.property(.calendarServer("getctag"))?.text == child.property("sync-token")?.text)

            #expect(try await desk.delete(Self.home + "calendar/A-1.ics").status == 204)
            let removed = try await Self.sync(phone, from: try #require(after.syncToken))
            #expect(removed.hrefs == [Self.home + "calendar/"])
            await phone.close()
            await desk.close()
        }
    }

    @Test func theHomeReportsTheCalendarWhoseColourChangedElsewhere() async throws {
        try await Product.run { product in
            let (phone, desk) = (product.client("alice"), product.client("alice"))
            let token = try #require(try await Self.sync(phone, from: "").syncToken)
            let patch = try await desk.send(
                "PROPPATCH", Self.home + "calendar/", [("Content-Type", "text/xml")],
                Apple.proppatch("<I:calendar-color symbolic-color=\"purple\">#CC73E1FF</I:calendar-color>"))
            #expect(try Multistatus(patch).responses.first?.status(of: .apple("calendar-color")) == 200)
            let after = try await Self.sync(phone, from: token)
            #expect(after.hrefs == [Self.home + "calendar/"])
            #expect(after.responses.first?.property(.apple("calendar-color"))?.text == "#CC73E1FF")
            await phone.close()
            await desk.close()
        }
    }

    /// Calendars that are made and removed elsewhere.
    @Test func theHomeReportsCalendarsThatComeAndGo() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            let token = try #require(try await Self.sync(alice, from: "").syncToken)
            #expect(try await alice.send("MKCALENDAR", Self.home + "new/").status == 201)
            let made = try await Self.sync(alice, from: token)
            #expect(made.hrefs == [Self.home + "new/"] && made.responses.first?.status == nil)
            #expect(try await alice.delete(Self.home + "new/").status == 204)
            let gone = try await Self.sync(alice, from: try #require(made.syncToken))
            #expect(gone.hrefs.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } == [Self.home + "new"])
            #expect(gone.responses.first?.status == 404)
            await alice.close()
        }
    }

    @Test func everythingAppleStoresIsTaken() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            let alarm = "BEGIN:VALARM&#13;\nACTION:DISPLAY&#13;\nTRIGGER:-PT15M&#13;\nEND:VALARM"
            for (target, properties) in [
                (
                    Self.home + "calendar/",
                    [
                        "<I:calendar-color symbolic-color=\"custom\">#1BADF8FF</I:calendar-color>",
                        "<I:calendar-order>7</I:calendar-order>", "<D:displayname>Home</D:displayname>",
                        "<C:calendar-description>mine</C:calendar-description>",
                        "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>",
                    ]
                ),
                (
                    Self.home,
                    [
                        "<C:default-alarm-vevent-datetime>\(alarm)</C:default-alarm-vevent-datetime>",
                        "<C:default-alarm-vevent-date>\(alarm)</C:default-alarm-vevent-date>",
                    ]
                ),
                (
                    "/contacts/alice/",
                    ["<CS:me-card><D:href>/contacts/alice/contacts/me.vcf</D:href></CS:me-card>"]
                ),
            ] {
                let reply = try await alice.send(
                    "PROPPATCH", target, [("Content-Type", "text/xml")],
                    Apple.proppatch(properties.joined()))
                let answer = try #require(try Multistatus(reply).responses.first)
                #expect(answer.propstats.map(\.status) == [200], "\(target)")
                #expect(answer.propstats.first?.properties.count == properties.count)
            }
            let listing = try await alice.send(
                "PROPFIND", Self.home + "calendar/", [("Depth", "0")],
                Apple.propfind(["I:calendar-color", "I:calendar-order", "D:displayname"]))
            let calendar = try #require(try Multistatus(listing).responses.first)
            let colour = try #require(calendar.property(.apple("calendar-color")))
            #expect(colour.text == "#1BADF8FF")
            #expect(colour.attributes.map(\.value) == ["custom"])
            #expect(calendar.property(.apple("calendar-order"))?.text == "7")
            #expect(calendar.property("displayname")?.text == "Home")
            await alice.close()
        }
    }
}

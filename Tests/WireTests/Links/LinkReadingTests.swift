import DAV
import Testing

@testable import DAVGroupware

/// What the bearer of a link gets.
@Suite(.timeLimit(.minutes(5))) struct LinkReadingTests {
    private static func zoned(_ uid: String) -> String {
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Replay//EN", "BEGIN:VTIMEZONE", "TZID:Europe/Vienna",
            "BEGIN:STANDARD", "DTSTART:19701025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT", "UID:\(uid)",
            "DTSTAMP:20260101T000000Z", "DTSTART;TZID=Europe/Vienna:20260102T090000", "SUMMARY:Tea", "BEGIN:VALARM",
            "ACTION:DISPLAY", "TRIGGER:-PT15M", "DESCRIPTION:Wake up", "END:VALARM", "END:VEVENT", "END:VCALENDAR", "",
        ].joined(separator: "\r\n")
    }

    @Test func aCalendarIsOneTextWithEachObjectOnce() async throws {
        try await LinkScene.run { scene in
            for index in 0..<120 {
                let text = index % 2 == 0 ? Self.zoned("u\(index)") : Groupware.event("u\(index)")
                #expect(try await scene.alice.putEvent(Groupware.calendar + "\(index).ics", text).status == 201)
            }
            let reply = try await scene.get(try await scene.link(to: Groupware.calendar))
            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == "text/calendar; charset=utf-8")
            #expect(reply["Cache-Control"]?.hasPrefix("private") == true)
            #expect(reply["X-Robots-Tag"]?.contains("noindex") == true)
            #expect(reply["Referrer-Policy"] == "no-referrer")
            #expect(reply["Content-Disposition"]?.contains("alice") == false)
            // As our own import reads it: it sets no object apart, and leaves none out.
            var text = CalendarImport()
            try text.add(reply.body)
            try text.finish()
            #expect(text.problemCount == 0)
            #expect(text.objects.count == 120)
            #expect(Set(text.objects.compactMap(\.uid)).count == 120)
            let calendar = try #require(try ContentText.components(of: reply.body).first)
            #expect(calendar.components.count { $0.name == "VTIMEZONE" } == 1)
            #expect(calendar["X-WR-CALNAME"]?.value == "Calendar")
            #expect(!reply.text.contains("VALARM"), "alarms are the owner's own")
        }
    }

    @Test func whoeverPollsIsToldWhenNothingChanged() async throws {
        try await LinkScene.run { scene in
            _ = try await scene.alice.putEvent(Groupware.calendar + "a.ics", Groupware.event("a"))
            let link = try await scene.link(to: Groupware.calendar)
            let tag = try #require(try await scene.get(link)["ETag"])
            for condition in [tag, "\"x\", \(tag)", "*", String(tag.dropFirst(2))] {
                let reply = try await scene.get(link, [("If-None-Match", condition)])
                #expect(reply.status == 304 && reply["ETag"] == tag && reply.body.isEmpty, "\(condition)")
            }
            #expect(try await scene.get(link, [("If-None-Match", "\"x\"")]).status == 200)
            #expect(try await scene.get(link, [("If-None-Match", "nonsense")]).status == 400)
            #expect(try await scene.get(link, [("If-Match", "\"x\"")]).status == 412)
            let head = try await scene.bearer.send("HEAD", link)
            #expect(head.status == 200 && head["ETag"] == tag && head.body.isEmpty)
            // It says nothing of the sync token: another link to the same calendar has another.
            #expect(try await scene.get(try await scene.link(to: Groupware.calendar))["ETag"] != tag)
            _ = try await scene.alice.putEvent(Groupware.calendar + "b.ics", Groupware.event("b"))
            let changed = try await scene.get(link, [("If-None-Match", tag)])
            #expect(changed.status == 200 && changed.text.contains("UID:b") && changed["ETag"] != tag)
            let update = """
                <D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><D:displayname>Tea times</D:displayname></D:prop></D:set>\
                </D:propertyupdate>
                """
            #expect(try await scene.alice.send("PROPPATCH", Groupware.calendar, [], update).status == 207)
            let renamed = try await scene.get(link, [("If-None-Match", changed["ETag"] ?? "")])
            #expect(renamed.status == 200 && renamed.text.contains("NAME:Tea times"))
        }
    }

    @Test func anAddressBookIsOneTextOfCards() async throws {
        try await LinkScene.run { scene in
            for name in ["a", "b"] {
                let card = Groupware.card(name, "Person \(name)")
                #expect(try await scene.alice.putCard(Groupware.book + "\(name).vcf", card).status == 201)
            }
            let link = try await scene.link(to: Groupware.book)
            let reply = try await scene.get(link, [("Accept", "application/vcard+json")])
            #expect(reply["Content-Type"]?.hasPrefix("text/vcard") == true)
            #expect(try ContentText.components(of: reply.body).map(\.name) == ["VCARD", "VCARD"])
            let again = try await scene.get(link, [("If-None-Match", reply["ETag"] ?? "")])
            #expect(again.status == 304)
        }
    }

    @Test func aFolderIsAPageAndATreeOfFiles() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            #expect(try await scene.alice.put(LinkScene.folder + "%3Cscript%3E%26%22'", "x").status == 201)
            let link = try await scene.link(to: LinkScene.folder)
            let page = try await scene.get(link)
            #expect(page.status == 200 && page["Content-Type"] == "text/html; charset=utf-8")
            #expect(page["Content-Security-Policy"]?.contains("default-src 'none'") == true)
            #expect(page.text.contains("<title>holiday</title>") && page.text.contains("href=\"\(link)a.txt\""))
            #expect(!page.text.contains("<script") && !page.text.contains("alice") && !page.text.contains("../"))
            #expect(try await scene.get(link + "sub/").text.contains("href=\"\(link)sub/b.txt\""))
            let file = try await scene.get(link + "sub/b.txt")
            #expect(file.status == 200 && file.text == "content of b.txt")
            #expect(file["Referrer-Policy"] == "no-referrer" && file["X-Robots-Tag"] != nil)
            let part = try await scene.get(link + "a.txt", [("Range", "bytes=0-6")])
            #expect(part.status == 206 && part.text == "content")
            let tag = try #require(file["ETag"])
            #expect(try await scene.get(link + "sub/b.txt", [("If-None-Match", tag)]).status == 304)
            #expect(try await scene.get(link + "none").status == 404)
        }
    }

    @Test func aFileManagerCanMountAFolder() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let link = try await scene.link(to: LinkScene.folder)
            let options = try await scene.bearer.send("OPTIONS", link)
            #expect(
                options.status == 200 && options["DAV"] == "1" && options["Allow"] == "OPTIONS, GET, HEAD, PROPFIND")
            let list = try Multistatus(try await scene.bearer.send("PROPFIND", link, [("Depth", "1")]))
            #expect(Set(list.hrefs) == [link, link + "a.txt", link + "sub/"])
            #expect(list[link + "a.txt"]?.property("getcontentlength")?.text == "16")
            #expect(list[link + "sub/"]?.property("resourcetype")?.elements.map(\.name) == [.dav("collection")])
            #expect(try Multistatus(try await scene.bearer.send("PROPFIND", link, [("Depth", "0")])).hrefs == [link])
            #expect(try await scene.bearer.send("PROPFIND", link, [("Depth", "infinity")]).status == 403)
        }
    }

    @Test func aFileIsServedAtTheLinkItself() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let link = try await scene.link(to: LinkScene.folder + "a.txt")
            let reply = try await scene.get(link)
            #expect(reply.status == 200 && reply.text == "content of a.txt")
            #expect(reply["Content-Disposition"] == "inline; filename*=UTF-8''a.txt")
            let part = try await scene.get(String(link.dropLast()), [("Range", "bytes=-5")])
            #expect(part.status == 206 && part.text == "a.txt")
            #expect(try await scene.get(link, [("If-None-Match", reply["ETag"] ?? "")]).status == 304)
            for path in ["a.txt", "sub/b.txt", "sub/"] { #expect(try await scene.get(link + path).status == 404) }
            #expect(try await scene.bearer.send("PROPFIND", link, [("Depth", "1")]).status == 405)
        }
    }

    /// Neither the owner nor where else it is, nor locks, nor what the owner noted for themselves.
    @Test func nothingIsToldBesideTheContent() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let update = """
                <D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><x:note xmlns:x='urn:x'>pr1vate</x:note></D:prop></D:set>\
                </D:propertyupdate>
                """
            for target in [LinkScene.folder, LinkScene.folder + "a.txt"] {
                #expect(try await scene.alice.send("PROPPATCH", target, [], update).status == 207)
            }
            _ = try await scene.alice.lock(LinkScene.folder)
            let link = try await scene.link(to: LinkScene.folder, "<L:label>for aunt Mary</L:label>")
            let everything = """
                <D:propfind xmlns:D='DAV:'><D:allprop/><D:include><D:owner/><D:acl/><D:lockdiscovery/><D:sync-token/>\
                <D:resource-id/><D:current-user-principal/><D:principal-collection-set/><D:quota-used-bytes/><D:invite/>\
                <D:supported-report-set/></D:include></D:propfind>
                """
            var told = ""
            for (method, depth, body) in [
                ("PROPFIND", "1", everything),
                ("PROPFIND", "0", "<D:propfind xmlns:D='DAV:'><D:propname/></D:propfind>"),
                ("GET", "0", ""), ("OPTIONS", "0", ""),
            ] {
                let reply = try await scene.bearer.send(method, link, [("Depth", depth)], body)
                #expect(reply.status < 300)
                told += reply.text + reply.headers.map { "\($0.name): \($0.value)\n" }.joined()
            }
            for secret in [
                "alice", "principals", "/files/", "pr1vate", "note", "opaquelocktoken", "aunt Mary", "urn:uuid",
                "sync/",
            ] { #expect(!told.contains(secret), "\(secret) is told") }
            let list = try Multistatus(try await scene.bearer.send("PROPFIND", link, [("Depth", "0")], everything))
            #expect(list[link]?.status(of: .dav("owner")) == 404)
            #expect(list[link]?.status(of: .dav("sync-token")) == 404)
        }
    }
}

import DAV
import DAVTesting
import HTTPTypes
import Testing

@testable import DAVGroupware

/// Grants that show less than everything: nothing of what they hide can be had in any way.
@Suite struct HiddenContentTests {
    private let wire: PersonalWire

    init() async throws {
        wire = try await PersonalWire()
        for (name, more) in [("open", "UID:open"), ("secret", "UID:secret\nCLASS:PRIVATE")] {
            let text = event("SUMMARY:Hush\nLOCATION:Lair\nCATEGORIES:Hush\n\(more)").text
                .replacing("UID:1\r\n", with: "")
            let made = try await wire.put("\(name).ics", Array(text.utf8), as: "olga")
            try #require(made.status == 201, "\(made.text)")
        }
        let property =
            "<D:propertyupdate xmlns:D='DAV:' xmlns:x='urn:x'><D:set><D:prop><x:note>Hush</x:note></D:prop></D:set></D:propertyupdate>"
        for name in ["open", "secret"] {
            let set = try await wire.send(
                "PROPPATCH", wire.url("olga", "\(name).ics"), as: PersonalWire.caller("olga"), property)
            try #require(set.text.contains("200 OK"))
        }
    }

    /// Who, what they may see, what they may not.
    static let views: [(name: String, seen: [String], hidden: [String])] = [
        ("ben", [], ["open", "secret"]), ("pia", ["open"], ["secret"]), ("sue", ["open", "secret"], []),
    ]

    @Test(arguments: views) func theMembersAreTheSame(name: String, seen: [String], hidden: [String]) async throws {
        let all = ["open.ics", "secret.ics"].map { wire.url(name, $0) }
        #expect(try await Set(wire.sync(nil, as: name).hrefs) == Set(all))
        #expect(
            try await Set(wire.propfind(wire.url(name), depth: "1", "<D:getetag/>", as: name).hrefs)
                == Set(all + [wire.url(name)]))
    }

    @Test(arguments: views) func whateverIsReadShowsWhatMayBeSeen(name: String, seen: [String], hidden: [String])
        async throws
    {
        let properties =
            "<D:prop><D:getetag/><D:getcontentlength/><D:displayname/><x:note xmlns:x='urn:x'/><C:calendar-data/></D:prop>"
        let hrefs = (seen + hidden).map { "<D:href>\(wire.url(name, $0)).ics</D:href>" }.joined()
        let everything = "<C:filter><C:comp-filter name='VCALENDAR'/></C:filter>"
        var answers: [Multistatus] = []
        answers.append(try Multistatus(await wire.report("C:calendar-multiget", properties + hrefs, as: name)))
        answers.append(try Multistatus(await wire.report("C:calendar-query", properties + everything, as: name)))
        answers.append(
            try await wire.sync(
                nil, as: name,
                properties: "<D:getcontentlength/><D:displayname/><x:note xmlns:x='urn:x'/><C:calendar-data/>"))
        for member in seen + hidden {
            let href = wire.url(name, "\(member).ics")
            let got = try await wire.get("\(member).ics", as: name)
            #expect(got.status == 200 && got.text.contains("Hush") == seen.contains(member))
            #expect(got.text.contains("SUMMARY:Busy") == hidden.contains(member))
            #expect(got.text.contains("DTSTART:20260101T100000Z"))
            for answer in answers {
                let found = try #require(answer[href])
                let data = try #require(found.value("calendar-data"))
                #expect(
                    data.contains("Hush") == seen.contains(member) && data.contains("Lair") == seen.contains(member))
                #expect(found.value("getcontentlength") == "\(got.text.utf8.count)")
                #expect(found.value("note") == (seen.contains(member) ? "Hush" : nil))
                #expect(found.value("displayname") != "Hush" || seen.contains(member))
            }
            let listed = try await wire.propfind(href, "<D:getcontentlength/><D:displayname/>", as: name)
            #expect(listed[href]?.value("getcontentlength") == "\(got.text.utf8.count)")
            #expect(listed[href]?.value("displayname") != "Hush" || seen.contains(member))
            let json = try await wire.get("\(member).ics", as: name, ["Accept": "application/calendar+json"])
            #expect(json.text.contains("Hush") == seen.contains(member))
            let part = try await wire.get("\(member).ics", as: name, ["Range": "bytes=0-100000"])
            #expect(part.text.contains("Hush") == seen.contains(member))
        }
        for accept in ["text/calendar", "application/calendar+json", "text/html"] {
            let whole = try await wire.send("GET", wire.url(name), ["Accept": accept], as: PersonalWire.caller(name))
            #expect(whole.text.contains("Lair") == (!seen.isEmpty && accept == "text/calendar"))
        }
        let all = try await wire.send(
            "PROPFIND", wire.url(name), ["Depth": "1"], as: PersonalWire.caller(name),
            "<D:propfind xmlns:D='DAV:'><D:allprop/></D:propfind>")
        #expect(all.text.contains("Hush") == !seen.isEmpty)
    }

    @Test(arguments: views) func nothingIsFoundByWhatIsHidden(name: String, seen: [String], hidden: [String])
        async throws
    {
        func found(_ property: String, _ test: String) async throws -> Set<String> {
            let filter =
                "<C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'><C:prop-filter name='\(property)'>\(test)</C:prop-filter></C:comp-filter></C:comp-filter></C:filter>"
            return try await Set(
                Multistatus(wire.report("C:calendar-query", "<D:prop><D:getetag/></D:prop>" + filter, as: name)).hrefs)
        }
        let open = Set(seen.map { wire.url(name, "\($0).ics") })
        let masked = Set(hidden.map { wire.url(name, "\($0).ics") })
        #expect(try await found("SUMMARY", "<C:text-match>hush</C:text-match>") == open)
        #expect(try await found("SUMMARY", "<C:text-match>busy</C:text-match>") == masked)
        #expect(try await found("LOCATION", "") == open)
        #expect(try await found("LOCATION", "<C:is-not-defined/>") == masked)
        #expect(try await found("CLASS", "") == (hidden.contains("secret") ? [] : [wire.url(name, "secret.ics")]))
        let busy = try await wire.report(
            "C:free-busy-query", "<C:time-range start='20260101T000000Z' end='20260102T000000Z'/>", as: name)
        #expect(busy.status == 200)
    }

    @Test func entryTagsDifferWithWhatIsSeen() async throws {
        var tags: Set<String> = []
        for name in ["olga", "sue", "pia", "ben"] {
            tags.insert(try #require(try await wire.etag("open.ics", as: name)))
        }
        #expect(tags.count == 3, "The owner and who sees everything see the same.")
    }

    @Test func whatIsHiddenIsNotWritten() async throws {
        let pia = PersonalWire.caller("pia")
        let secret = wire.url("pia", "secret.ics")
        let before = try await wire.get("secret.ics", as: "olga")
        let busy = try await wire.get("secret.ics", as: "pia")
        let text = event("SUMMARY:Overwritten").text.replacing("UID:1", with: "UID:secret")
        #expect(try await wire.put("secret.ics", Array(text.utf8), as: "pia").status == 403)
        #expect(try await wire.put("secret.ics", Array(busy.text.utf8), as: "pia").status == 403)
        #expect(try await wire.send("DELETE", secret, as: pia).status == 403)
        let target = ["Destination": "/calendars/pia/work/x.ics", "Overwrite": "T"]
        #expect(try await wire.send("MOVE", secret, target, as: pia).status == 403)
        #expect(try await wire.send("COPY", secret, target, as: pia).status == 403)
        #expect(
            try await wire.send("COPY", wire.url("pia"), ["Destination": "/calendars/pia/all/"], as: pia).status == 403)
        let patch =
            "<D:propertyupdate xmlns:D='DAV:' xmlns:x='urn:x'><D:set><D:prop><x:note>x</x:note></D:prop></D:set></D:propertyupdate>"
        #expect(try await wire.send("PROPPATCH", secret, as: pia, patch).text.contains("200 OK") == false)
        // Nor is it overwritten by what comes from elsewhere.
        let made = try await wire.send(
            "PUT", "/calendars/pia/work/own.ics", ["Content-Type": "text/calendar"], as: pia, text)
        #expect(made.status == 201)
        for method in ["COPY", "MOVE"] {
            let answer = try await wire.send(method, "/calendars/pia/work/own.ics", ["Destination": secret], as: pia)
            #expect(answer.status == 403)
        }
        let after = try await wire.get("secret.ics", as: "olga")
        #expect(after.text == before.text && after.headers[.eTag] == before.headers[.eTag])
        // The rest is theirs to change.
        let open = event("SUMMARY:Changed").text.replacing("UID:1", with: "UID:open")
        #expect(try await wire.put("open.ics", Array(open.utf8), as: "pia").status == 204)
        #expect(try await wire.send("COPY", wire.url("pia", "open.ics"), target, as: pia).status == 201)
        #expect(try await wire.send("DELETE", wire.url("pia", "open.ics"), as: pia).status == 204)
    }

    @Test func whoSeesBusyTimesWritesNothing() async throws {
        let ben = PersonalWire.caller("ben")
        let text = event("SUMMARY:x").text
        #expect(try await wire.put("open.ics", Array(text.utf8), as: "ben").status == 403)
        #expect(try await wire.put("new.ics", Array(text.utf8), as: "ben").status == 403)
        #expect(try await wire.send("DELETE", wire.url("ben", "open.ics"), as: ben).status == 403)
        for source in [wire.url("ben", "open.ics"), wire.url("ben")] {
            let target = ["Destination": "/calendars/ben/copied" + (source.hasSuffix("/") ? "/" : ".ics")]
            #expect(try await wire.send("COPY", source, target, as: ben).status == 403)
        }
    }

    @Test func whoeverComesToSeeMoreOrLessBeginsAnew() async throws {
        let tokens = [
            "sue": try await wire.sync(nil, as: "sue").syncToken, "sam": try await wire.sync(nil, as: "sam").syncToken,
        ]
        let home = try await wire.sync(nil, as: "sue", at: "/calendars/sue/")
        try await wire.share("sam", "<D:read/>")
        #expect(try await wire.sync(tokens["sam"] ?? "", as: "sam").responses.isEmpty, "They see what they saw.")
        try await wire.share("sue", "<D:read><M:busy/></D:read>")
        let body =
            "<D:sync-collection xmlns:D='DAV:'><D:sync-token>\((tokens["sue"] ?? "") ?? "")</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
        let old = try await wire.send("REPORT", wire.url("sue"), ["Depth": "0"], as: PersonalWire.caller("sue"), body)
        #expect(old.status == 403 && old.text.contains("valid-sync-token"))
        #expect(try await wire.sync(nil, as: "sue").hrefs.count == 2)
        #expect(try await !wire.get("open.ics", as: "sue").text.contains("Hush"))
        let news = try await wire.sync(home.syncToken, as: "sue", at: "/calendars/sue/")
        #expect(news.hrefs == [wire.url("sue")])
        try await wire.share("sue", "<D:read/>")
        #expect(try await wire.get("open.ics", as: "sue").text.contains("Hush"))
    }

    @Test func bothDialectsSayWhatIsGranted() async throws {
        let found = try await wire.propfind(PersonalWire.calendar, "<D:invite/><CS:invite/>", as: "olga")
        let text = found.responses.first?.property("invite")?.elements.map { sharee in
            sharee.first(.dav("share-access"))?.elements.first.map {
                $0.name.local + $0.elements.map { "/" + $0.name.description }.joined()
            } ?? ""
        }
        let own = "/{http://martlet.invalid/ns/}"
        #expect(text == ["read-write", "read", "read-write\(own)hide-private", "read\(own)busy"])
        let access = try await wire.propfind(wire.url("ben"), "<D:share-access/>", as: "ben")
        #expect(access.responses.first?.property("share-access")?.elements.first?.name == .dav("read"))
        let apple = try await wire.send(
            "POST", PersonalWire.calendar, ["Content-Type": "text/xml"], as: PersonalWire.caller("olga"),
            "<CS:share xmlns:D='DAV:' xmlns:CS='http://calendarserver.org/ns/' xmlns:M='http://martlet.invalid/ns/'><CS:set><D:href>mailto:sue@example.org</D:href><CS:read><M:hide-private/></CS:read></CS:set></CS:share>"
        )
        #expect(apple.status == 200, "\(apple.text)")
        #expect(try await !wire.get("secret.ics", as: "sue").text.contains("Hush"))
        #expect(try await wire.get("open.ics", as: "sue").text.contains("Hush"))
    }

    @Test func whereNothingCanBeHiddenNothingOfThatSortIsGranted() async throws {
        let olga = PersonalWire.caller("olga")
        _ = try await wire.send("MKCOL", "/files/olga/f/", as: olga)
        for level in ["<D:read><M:busy/></D:read>", "<D:read-write><M:hide-private/></D:read-write>"] {
            let sharee =
                "<D:sharee><D:href>mailto:sam@example.org</D:href><D:share-access>\(level)</D:share-access></D:sharee>"
            let answer = try await wire.send(
                "POST", "/files/olga/f/", ["Content-Type": "application/davsharing+xml"], as: olga,
                "<D:share-resource xmlns:D='DAV:' xmlns:M='http://martlet.invalid/ns/'>\(sharee)</D:share-resource>")
            #expect(answer.status == 403)
        }
        #expect(
            try await wire.propfind("/files/sam/", depth: "1", "<D:share-access/>", as: "sam").hrefs == ["/files/sam/"])
    }
}

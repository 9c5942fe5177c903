import DAV
import DAVTesting
import HTTPTypes
import Testing

@testable import DAVGroupware

/// What people who share a calendar have of their own in it. Row numbers are those of the scenarios of sharing.
@Suite struct OwnAlarmTests {
    private let wire: PersonalWire

    init() async throws {
        wire = try await PersonalWire()
        let made = try await wire.put("a.ics", event("SUMMARY:Rota\n" + Self.alarm("olga")), as: "olga")
        try #require(made.status == 201)
    }

    private static func alarm(_ text: String) -> String {
        "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:\(text)\nTRIGGER:-PT5M\nEND:VALARM"
    }

    private func body(_ member: String = "a.ics", as name: String) async throws -> String {
        try await wire.get(member, as: name).text
    }

    @Test(arguments: ["sam", "sue", "pia"]) func everybodyHasAlarmsOfTheirOwn(name: String) async throws {  // V9, Y13
        #expect(try await body(as: name) == event("SUMMARY:Rota").text)
        let before = try await wire.get("a.ics", as: "olga")
        let (olgas, own) = (try await wire.sync(nil, as: "olga"), try await wire.sync(nil, as: name))
        let others = try await wire.sync(nil, as: "ben")
        let home = try await wire.sync(nil, as: name, at: "/calendars/\(name)/")
        let olgasHome = try await wire.sync(nil, as: "olga", at: "/calendars/olga/")
        let known = try #require(try await wire.etag("a.ics", as: name))

        let sent = event("SUMMARY:Rota\nTRANSP:TRANSPARENT\n" + Self.alarm(name))
        let answer = try await wire.put("a.ics", sent, as: name, ["If-Match": known])
        #expect(answer.status == 204)
        #expect(try await body(as: name) == sent.text)
        let etag = try await wire.etag("a.ics", as: name)
        #expect(etag != known && answer.headers[.eTag] == etag, "What is there is what was sent.")

        let after = try await wire.get("a.ics", as: "olga")
        #expect(after.text == before.text && after.headers[.eTag] == before.headers[.eTag])
        #expect(after.headers[.lastModified] == before.headers[.lastModified])
        #expect(try await wire.sync(olgas.syncToken, as: "olga").responses.isEmpty)
        #expect(try await wire.sync(olgas.syncToken, as: "olga").syncToken == olgas.syncToken)
        #expect(try await wire.sync(olgasHome.syncToken, as: "olga", at: "/calendars/olga/").responses.isEmpty)
        #expect(try await wire.sync(others.syncToken, as: "ben").responses.isEmpty)
        let news = try await wire.sync(own.syncToken, as: name)
        #expect(news.hrefs == [wire.url(name, "a.ics")])
        #expect(news.responses.first?.value("getetag") == etag)
        #expect(try await wire.sync(news.syncToken, as: name).responses.isEmpty)
        let homeNews = try await wire.sync(home.syncToken, as: name, at: "/calendars/\(name)/")
        #expect(homeNews.hrefs == [wire.url(name)])
        #expect(try await wire.sync(nil, as: name).hrefs == [wire.url(name, "a.ics")])
    }

    @Test func theSameAgainIsNoChange() async throws {
        let sent = event("SUMMARY:Rota\n" + Self.alarm("sue"))
        _ = try await wire.put("a.ics", sent, as: "sue")
        let known = try await wire.sync(nil, as: "sue")
        #expect(try await wire.put("a.ics", sent, as: "sue").status == 204)
        #expect(try await wire.sync(known.syncToken, as: "sue").syncToken == known.syncToken)
    }

    @Test func anAlarmTakenAwayIsAChangeToo() async throws {
        let first = try await wire.etag("a.ics", as: "sue")
        _ = try await wire.put("a.ics", event("SUMMARY:Rota\n" + Self.alarm("sue")), as: "sue")
        let second = try await wire.etag("a.ics", as: "sue")
        let known = try await wire.sync(nil, as: "sue")
        #expect(try await wire.put("a.ics", event("SUMMARY:Rota"), as: "sue").status == 204)
        #expect(try await wire.sync(known.syncToken, as: "sue").hrefs == [wire.url("sue", "a.ics")])
        let third = try await wire.etag("a.ics", as: "sue")
        #expect(Set([first, second, third]).count == 3)
        #expect(try await body(as: "sue") == event("SUMMARY:Rota").text)
    }

    @Test func conditionsSpeakOfWhatOneSees() async throws {
        let olgas = try #require(try await wire.etag("a.ics", as: "olga"))
        let sent = event("SUMMARY:Rota\n" + Self.alarm("sue"))
        _ = try await wire.put("a.ics", sent, as: "sue")
        let own = try #require(try await wire.etag("a.ics", as: "sue"))
        #expect(own != olgas)
        let other = event("SUMMARY:Rota\n" + Self.alarm("again"))
        #expect(try await wire.put("a.ics", other, as: "sue", ["If-Match": olgas]).status == 412)
        #expect(try await wire.put("a.ics", other, as: "sue", ["If-None-Match": "*"]).status == 412)
        #expect(try await wire.put("a.ics", other, as: "sue", ["If": "([\(olgas)])"]).status == 412)
        #expect(try await wire.get("a.ics", as: "sue", ["If-None-Match": own]).status == 304)
        #expect(try await wire.get("a.ics", as: "sue", ["If-None-Match": olgas]).status == 200)
        #expect(try await wire.put("a.ics", other, as: "sue", ["If": "([\(own)])"]).status == 204)
        #expect(try await wire.put("a.ics", sent, as: "sue", ["If-Match": own]).status == 412)
        #expect(try await wire.etag("a.ics", as: "olga") == olgas)
    }

    @Test func whoReadsChangesNothingForOthers() async throws {  // V9, X7
        let known = try await wire.get("a.ics", as: "olga")
        let answer = try await wire.put("a.ics", event("SUMMARY:Other\n" + Self.alarm("sue")), as: "sue")
        #expect(
            answer.status == 403 && answer.text.contains("need-privileges") && answer.text.contains("write-content"))
        #expect(try await wire.put("new.ics", event("SUMMARY:x"), as: "sue").text.contains("bind"))
        #expect(try await wire.put("a.ics", Array("junk".utf8), as: "sue").status == 403)
        #expect(try await wire.send("DELETE", wire.url("sue", "a.ics"), as: PersonalWire.caller("sue")).status == 403)
        #expect(try await wire.get("a.ics", as: "olga").text == known.text)
        // What clients ask to know whether they may write still says no.
        let rights = try await wire.propfind(wire.url("sue", "a.ics"), "<D:current-user-privilege-set/>", as: "sue")
        #expect(
            rights.responses.first?.property("current-user-privilege-set")?.elements.contains { privilege in
                privilege.elements.contains { $0.name == .dav("write-content") }
            } == false)
    }

    @Test func aChangeForAllLeavesEverybodyTheirOwn() async throws {
        _ = try await wire.put("a.ics", event("SUMMARY:Rota\n" + Self.alarm("sue")), as: "sue")
        let sent = event("SUMMARY:Moved\nTRANSP:TRANSPARENT\n" + Self.alarm("sam"), start: "DTSTART:20260102T100000Z")
        let answer = try await wire.put("a.ics", sent, as: "sam")
        #expect(answer.status == 204)
        #expect(try await body(as: "sam") == sent.text)
        func expected(_ name: String) -> String {
            event("SUMMARY:Moved\n" + Self.alarm(name), start: "DTSTART:20260102T100000Z").text
        }
        #expect(try await body(as: "olga") == expected("olga"))
        #expect(try await body(as: "sue") == expected("sue"))
        // The owner's body is theirs as ever.
        _ = try await wire.put("a.ics", event("SUMMARY:Last"), as: "olga")
        #expect(try await body(as: "olga") == event("SUMMARY:Last").text)
        #expect(try await body(as: "sue") == event("SUMMARY:Last\n" + Self.alarm("sue")).text)
    }

    @Test func whatASharedObjectBeginsWithIsItsMakers() async throws {
        let sent = event("SUMMARY:New\n" + Self.alarm("sam")).text.replacing("UID:1", with: "UID:2")
        let made = try await wire.put("new.ics", Array(sent.utf8), as: "sam", ["If-None-Match": "*"])
        #expect(made.status == 201)
        #expect(try await body("new.ics", as: "sam") == sent)
        #expect(try await wire.etag("new.ics", as: "sam") == made.headers[.eTag])
        #expect(try await !body("new.ics", as: "olga").contains("VALARM"))
        let added = try await wire.send(
            "POST", wire.url("sam"), ["Content-Type": "text/calendar"], as: PersonalWire.caller("sam"),
            sent.replacing("UID:2", with: "UID:3"))
        let location = try #require(added.headers[.location]?.split(separator: "/").last)
        #expect(added.status == 201)
        #expect(try await body(String(location), as: "sam").contains("VALARM"))
        #expect(try await !body(String(location), as: "olga").contains("VALARM"))
    }

    @Test func whatIsOnesOwnEndsWithTheMemberAndWithTheShare() async throws {
        _ = try await wire.put("a.ics", event("SUMMARY:Rota\n" + Self.alarm("sue")), as: "sue")
        let old = try await wire.etag("a.ics", as: "sue")
        #expect(try await wire.send("DELETE", wire.url("olga", "a.ics"), as: PersonalWire.caller("olga")).status == 204)
        _ = try await wire.put("a.ics", event("SUMMARY:Rota"), as: "olga")
        #expect(try await body(as: "sue") == event("SUMMARY:Rota").text)
        #expect(try await wire.etag("a.ics", as: "sue") != old)

        _ = try await wire.put("a.ics", event("SUMMARY:Rota\n" + Self.alarm("sue")), as: "sue")
        try await wire.share("sue", "<D:no-access/>")
        #expect(try await wire.get("a.ics", as: "sue").status == 404)
        try await wire.share("sue", "<D:read/>")
        let home = try await wire.propfind("/calendars/sue/", depth: "1", "<D:share-access/>", as: "sue")
        let instance = try #require(home.hrefs.first { !["/calendars/sue/", "/calendars/sue/work/"].contains($0) })
        let seen = try await wire.send("GET", instance + "a.ics", as: PersonalWire.caller("sue"))
        #expect(seen.text == event("SUMMARY:Rota").text)
    }

    @Test func itFollowsAMemberThatIsRenamed() async throws {
        _ = try await wire.put("a.ics", event("SUMMARY:Rota\n" + Self.alarm("sue")), as: "sue")
        let moved = try await wire.send(
            "MOVE", wire.url("olga", "a.ics"), ["Destination": wire.url("olga", "b.ics")],
            as: PersonalWire.caller("olga"))
        #expect(moved.status == 201)
        #expect(try await body("b.ics", as: "sue").contains("DESCRIPTION:sue"))
    }

    @Test func everyReaderSeesOnesOwn() async throws {
        _ = try await wire.put("a.ics", event("SUMMARY:Rota\n" + Self.alarm("sue")), as: "sue")
        let seen = try await body(as: "sue")
        let href = "<D:href>\(wire.url("sue", "a.ics"))</D:href>"
        let data = "<D:prop><D:getcontentlength/><D:getetag/><C:calendar-data/></D:prop>"
        let answers = [
            try await wire.report("C:calendar-multiget", data + href, as: "sue"),
            try await wire.report(
                "C:calendar-query", data + "<C:filter><C:comp-filter name='VCALENDAR'/></C:filter>", as: "sue"),
        ]
        for answer in answers {
            let found = try #require(try Multistatus(answer).responses.first)
            #expect(
                found.value("calendar-data") == seen.replacing("\r\n", with: "\n")
                    || found.value("calendar-data") == seen)
            #expect(found.value("getcontentlength") == "\(seen.utf8.count)")
        }
        let listed = try await wire.propfind(wire.url("sue"), depth: "1", "<D:getcontentlength/>", as: "sue")
        #expect(listed[wire.url("sue", "a.ics")]?.value("getcontentlength") == "\(seen.utf8.count)")
        let head = try await wire.send("HEAD", wire.url("sue", "a.ics"), as: PersonalWire.caller("sue"))
        #expect(head.headers[.contentLength].map { $0 == "\(seen.utf8.count)" } ?? true)
        // An alarm is found where it is one's own.
        func alarms(_ text: String, as name: String) async throws -> [String] {
            let filter =
                "<C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'><C:comp-filter name='VALARM'><C:prop-filter name='DESCRIPTION'><C:text-match>\(text)</C:text-match></C:prop-filter></C:comp-filter></C:comp-filter></C:comp-filter></C:filter>"
            return try Multistatus(
                await wire.report("C:calendar-query", "<D:prop><D:getetag/></D:prop>" + filter, as: name)
            ).hrefs
        }
        #expect(try await alarms("sue", as: "sue") == [wire.url("sue", "a.ics")])
        #expect(try await alarms("olga", as: "sue").isEmpty)
        #expect(try await alarms("sue", as: "olga").isEmpty)
        #expect(try await alarms("olga", as: "olga") == [wire.url("olga", "a.ics")])
        let export = try await wire.send(
            "GET", wire.url("sue"), ["Accept": "text/calendar"], as: PersonalWire.caller("sue"))
        #expect(export.text.contains("DESCRIPTION:sue") && !export.text.contains("DESCRIPTION:olga"))
    }

    @Test func manyAtOnceLoseNothing() async throws {
        let wire = wire
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let sent = event("SUMMARY:\(number)\n" + Self.alarm("sam"))
                    let answer = try await wire.put("a.ics", sent, as: "sam")
                    #expect(answer.status == 204 || answer.status == 503)
                }
                group.addTask {
                    let current = try await wire.get("a.ics", as: "sue").text
                    let bare = current.split(separator: "BEGIN:VALARM").first.map(String.init) ?? current
                    let mine = bare.replacing("END:VEVENT\r\nEND:VCALENDAR\r\n", with: "")
                    let sent = mine + octets(Self.alarm("sue")).text + "END:VEVENT\r\nEND:VCALENDAR\r\n"
                    // Whoever is too late has changed what is everybody's.
                    let status = try await wire.put("a.ics", Array(sent.utf8), as: "sue").status
                    #expect([204, 403, 503].contains(status))
                }
            }
            try await group.waitForAll()
        }
        let last = try await wire.get("a.ics", as: "olga").text
        #expect(last.contains("DESCRIPTION:olga") && !last.contains("DESCRIPTION:sam"))
    }
}

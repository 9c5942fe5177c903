import DAV
import DAVStorage
import Testing

/// What nobody may get by scheduling (D-16), and what scheduling may not lose.
@Suite(.timeLimit(.minutes(5))) struct SchedulingAttackTests {
    /// Xena's, about something that Olga organizes, or as if Olga did.
    enum Forgery: String, CaseIterable, Sendable {
        case unknownComponent, timeZone, secondLine, firstLine, override, onlyOverride

        func text(_ server: ShareServer, uid: String, more: [String] = []) -> String {
            let (olga, xena) = ("ORGANIZER:\(server.olga.mail)", "ORGANIZER:\(server.xena.mail)")
            let people = ["ATTENDEE:\(server.sam.mail)", "ATTENDEE;PARTSTAT=ACCEPTED:\(server.xena.mail)"]
            let lines = { (id: [String], organizers: [String]) in
                [
                    "BEGIN:VEVENT", "UID:\(uid)", "DTSTAMP:20270101T000000Z", "DTSTART:20270111T150000Z",
                    "DTEND:20270111T160000Z", "SUMMARY:Forged", "SEQUENCE:7",
                ] + id + organizers + people + more + ["END:VEVENT"]
            }
            let id = ["RECURRENCE-ID:20270111T150000Z"]
            let components =
                switch self {
                case .unknownComponent: ["BEGIN:X-A", xena] + people + ["END:X-A"] + lines([], [olga])
                case .timeZone:
                    ["BEGIN:VTIMEZONE", "TZID:X", xena] + people + [
                        "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0000",
                        "END:STANDARD", "END:VTIMEZONE",
                    ] + lines([], [olga])
                case .secondLine: lines([], [olga, xena])
                case .firstLine: lines([], [xena, olga])
                case .override: lines([], [olga]) + lines(id, [xena])
                case .onlyOverride: lines(id, [olga]) + lines(["RECURRENCE-ID:20270118T150000Z"], [xena])
                }
            let head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN"]
            return (head + components + ["END:VCALENDAR", ""]).joined(separator: "\r\n")
        }
    }

    @Test(arguments: ShareBacking.allCases, Forgery.allCases)
    func nobodyOrganizesInAnothersName(_ backing: ShareBacking, _ forgery: Forgery) async throws {  // D-16
        try await ShareServer.scheduling(backing) { server in
            let meeting = Meeting(of: server.olga, with: [server.sam])
            #expect(try await server.olga.putEvent(server.olga.calendar + "tea.ics", meeting.text).status == 201)
            let (calendar, inbox) = (
                try await server.sam.bodies(in: server.sam.calendar), try await server.sam.bodies(in: server.sam.inbox)
            )
            for (uid, more) in [("tea", []), ("new", []), ("off", ["STATUS:CANCELLED"])] {
                let own = server.xena.calendar + "\(uid).ics"
                let put = try await server.xena.putEvent(own, forgery.text(server, uid: uid, more: more))
                #expect([201, 403].contains(put.status), "\(put.status) \(put.text)")
                if put.status == 201 { #expect(try await server.xena.send("DELETE", own).status == 204) }
            }
            #expect(try await server.sam.bodies(in: server.sam.calendar) == calendar)
            #expect(try await server.sam.bodies(in: server.sam.inbox) == inbox)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsOnesOwnIsNeitherOverwrittenNorTold(_ backing: ShareBacking) async throws {  // D-16
        try await ShareServer.scheduling(backing) { server in
            let own = server.sam.calendar + "own.ics"
            #expect(try await server.sam.putEvent(own, Groupware.event("tea", "Doctor")).status == 201)
            var sues = Meeting(of: server.sam, with: [server.sue])
            sues.uid = "sues"
            #expect(try await server.sam.putEvent(server.sam.calendar + "sues.ics", sues.text).status == 201)
            let before = try await server.sam.bodies(in: server.sam.calendar)
            // Invitations, and their end.
            for uid in ["tea", "sues"] {
                var meeting = Meeting(of: server.xena, with: [server.sam])
                meeting.uid = uid
                let href = server.xena.calendar + "\(uid).ics"
                #expect(try await server.xena.putEvent(href, meeting.text).status == 201)
                #expect(try await !server.xena.get(href).text.contains("Doctor"))
                #expect(try await server.xena.send("DELETE", href).status == 204)
            }
            // Answers that nobody asked for tell nothing of what there is.
            var told: Set<String> = []
            for uid in ["tea", "sues", "nothing"] {
                var answer = Meeting(of: server.sam, with: [])
                (answer.uid, answer.attendees) = (uid, [("PARTSTAT=ACCEPTED", server.xena.mail)])
                let href = server.xena.calendar + "\(uid).ics"
                #expect(try await server.xena.putEvent(href, answer.text).status == 201)
                let lines = try await server.xena.get(href).text.unfolded.lines
                told.formUnion(lines.filter { $0.hasPrefix("ORGANIZER") })
            }
            #expect(told.count == 1, "\(told)")
            #expect(try await server.sam.bodies(in: server.sam.calendar) == before)
            #expect(try await server.sam.bodies(in: server.sam.inbox).isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func peopleAreTheSameUnderAllOfTheirAddresses(_ backing: ShareBacking) async throws {  // D-02, D-09
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            var meeting = Meeting(of: server.olga, with: [server.sam])
            #expect(try await server.olga.putEvent(own, meeting.text).status == 201)
            meeting.organizer = "/principals/olga/"
            meeting.attendees[0].address = "/principals/olga/"
            meeting.summary = "High tea"
            #expect(try await server.olga.putEvent(own, meeting.text, []).status < 300)
            let copy = try await server.sam.only(in: server.sam.calendar)
            #expect(copy.text.contains("High tea"), "\(copy.text)")
            let reply = try await server.sam.edit(copy.href) {
                $0.answering("ACCEPTED", as: server.sam.mail)
                    .replacing(":" + server.sam.mail, with: ":" + server.sam.principal)
            }
            #expect(reply.status < 300, "\(reply.status) \(reply.text)")
            #expect(try await server.olga.get(own).text.answers(of: server.sam) == ["ACCEPTED"])
        }
    }

    @Test(arguments: ShareBacking.allCases, ["tea", String(repeating: "long-", count: 100)])
    func anInboxDoesNotGrowWithEachUpdate(_ backing: ShareBacking, uid: String) async throws {  // D-15
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            var meeting = Meeting(of: server.olga, with: [server.sam])
            meeting.uid = uid
            meeting.organizer = server.olga.principal
            for number in 0..<4 {
                meeting.summary = "Tea \(number)"
                let put = try await server.olga.putEvent(own, meeting.text, [])
                #expect(put.status < 300)
            }
            #expect(try await server.sam.only(in: server.sam.inbox).text.contains("Tea 3"))
        }
    }

    @Test(arguments: ShareBacking.allCases, ["COPY", "MOVE"])
    func aCalendarThatIsOverwrittenCallsOffWhatWasInIt(_ backing: ShareBacking, method: String) async throws {  // D-02
        try await ShareServer.scheduling(backing) { server in
            let (old, new) = (server.olga.home + "old/", server.olga.home + "new/")
            for calendar in [old, new] { #expect(try await server.olga.send("MKCALENDAR", calendar).status == 201) }
            let meeting = Meeting(of: server.olga, with: [server.sam])
            #expect(try await server.olga.putEvent(old + "tea.ics", meeting.text).status == 201)
            let refused = try await server.olga.send(method, new, [("Destination", old), ("Overwrite", "F")])
            #expect(refused.status == 412, "\(refused.status)")
            #expect(try await !server.sam.only(in: server.sam.calendar).text.contains("CANCELLED"))
            let done = try await server.olga.send(method, new, [("Destination", old)])
            #expect(done.status == 204, "\(done.status) \(done.text)")
            #expect(try await server.sam.only(in: server.sam.calendar).text.contains("STATUS:CANCELLED"))
            // Nor is that a way to be without a calendar for invitations.
            #expect(try await server.olga.send("MKCALENDAR", new).status < 500)
            let own = try await server.olga.send("COPY", new, [("Destination", server.olga.calendar)])
            #expect([201, 204, 403].contains(own.status), "\(own.status)")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatFailsTellsNobody(_ backing: ShareBacking) async throws {  // D-18
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            var meeting = Meeting(of: server.olga, with: [server.sam])
            #expect(try await server.olga.putEvent(own, meeting.text).status == 201)
            let (calendar, inbox) = (
                try await server.sam.sync(server.sam.calendar).token, try await server.sam.sync(server.sam.inbox).token
            )
            meeting.summary = "High tea"
            for headers in [
                [("If-None-Match", "*")], [("If-Match", "\"other\"")], [("If", "([\"other\"])")],
                [("If-Schedule-Tag-Match", "\"other\"")],
            ] {
                #expect(try await server.olga.putEvent(own, meeting.text, headers).status == 412, "\(headers)")
                guard headers[0].0 != "If-None-Match" else { continue }
                #expect(try await server.olga.send("DELETE", own, headers).status == 412, "\(headers)")
            }
            let absent = try await server.olga.putEvent(
                server.olga.calendar + "none.ics", meeting.text.replacing("UID:tea", with: "UID:none"),
                [("If-Schedule-Tag-Match", "\"other\"")])
            #expect(absent.status == 412)
            let lock =
                "<D:lockinfo xmlns:D='DAV:'><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>"
            let locked = try await server.olga.send("LOCK", own, [("Timeout", "Second-600")], lock)
            let token = try #require(locked["Lock-Token"])
            #expect(try await server.olga.putEvent(own, meeting.text, []).status == 423)
            #expect(try await server.olga.send("DELETE", own).status == 423)
            #expect(try await server.sam.sync(server.sam.calendar, calendar).isEmpty)
            #expect(try await server.sam.sync(server.sam.inbox, inbox).isEmpty)
            // Who answers does not get through the lock either, and is told so.
            let copy = try await server.sam.only(in: server.sam.calendar)
            #expect(try await server.sam.reply("ACCEPTED", to: copy.href).status < 300)
            #expect(try await server.sam.get(copy.href).text.unfolded.contains("SCHEDULE-STATUS=5.3"))
            #expect(try await server.olga.putEvent(own, meeting.text, [("If", "(\(token))")]).status < 300)
            #expect(try await server.sam.only(in: server.sam.calendar).text.contains("High tea"))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsCopiedFromASharedCalendarAnswersForNobody(_ backing: ShareBacking) async throws {  // SS-062
        try await ShareRow.run(backing) { row in
            let own = ShareRow.calendar + "tea.ics"
            #expect(try await row.olga.putEvent(own, Meeting(of: row.olga, with: [row.sue]).text).status == 201)
            let instance = try await row.shared("read")
            let before = try await row.olga.get(own)
            let copied = try await row.sam.send(
                "COPY", instance + "tea.ics", [("Destination", row.sam.calendar + "tea.ics")])
            #expect(copied.status == 201, "\(copied.status) \(copied.text)")
            let moved = try await row.sam.send(
                "MOVE", instance + "tea.ics", [("Destination", row.sam.calendar + "other.ics")])
            #expect(moved.status == 403, "\(moved.status)")
            // It is no invitation of Sam's, so to throw it away declines nothing.
            #expect(try await row.sam.send("DELETE", row.sam.calendar + "tea.ics").status == 204)
            // Nor does leaving the calendar call anything off.
            #expect(try await row.sam.send("DELETE", instance).status == 204)
            let after = try await row.olga.get(own)
            #expect(after.text == before.text && after["ETag"] == before["ETag"])
            #expect(try await !row.sue.only(in: row.sue.calendar).text.contains("CANCELLED"))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whoMayWriteCannotTakeAnEventAway(_ backing: ShareBacking) async throws {  // D-16
        try await ShareRow.run(backing) { row in
            let own = ShareRow.calendar + "tea.ics"
            #expect(try await row.olga.putEvent(own, Meeting(of: row.olga, with: [row.sue]).text).status == 201)
            let instance = try await row.shared()
            let moved = try await row.sam.send(
                "MOVE", instance + "tea.ics", [("Destination", row.sam.calendar + "tea.ics")])
            #expect(moved.status == 403, "\(moved.status)")
            #expect(try await row.sam.bodies(in: row.sam.calendar).isEmpty)
            #expect(try await !row.sue.only(in: row.sue.calendar).text.contains("CANCELLED"))
        }
    }

    /// Sam is in no group with Sue, and answers Olga, who is in one with each.
    @Test(arguments: ShareBacking.allCases)
    func theOthersLearnTheAnswerOfWhoCannotFindThem(_ backing: ShareBacking) async throws {  // D-08
        try await ShareServer.scheduling(backing) {
            $0.privacy = .groups
        } _: { server in
            for (name, member) in [("one", "sam"), ("two", "sue")] {
                let group = PrincipalID(try #require(Name(name)))
                try await server.accounts.addGroup(group, displayName: name)
                for member in ["olga", member] {
                    try await server.accounts.add(PrincipalID(try #require(Name(member))), to: group)
                }
            }
            let own = server.olga.calendar + "tea.ics"
            let meeting = Meeting(of: server.olga, with: [server.sam, server.sue])
            #expect(try await server.olga.putEvent(own, meeting.text).status == 201)
            let copy = try await server.sam.only(in: server.sam.calendar)
            #expect(try await server.sam.reply("ACCEPTED", to: copy.href).status < 300)
            #expect(try await server.olga.get(own).text.answers(of: server.sam) == ["ACCEPTED"])
            #expect(try await server.sue.only(in: server.sue.calendar).text.answers(of: server.sam) == ["ACCEPTED"])
        }
    }

    /// Who writes in jCal schedules as well, and what is stored is not what was sent.
    @Test(arguments: ShareBacking.allCases)
    func jCalSchedulesAsWell(_ backing: ShareBacking) async throws {  // D-02
        try await ShareServer.scheduling(backing) { server in
            let event = """
                ["vcalendar",[["version",{},"text","2.0"],["prodid",{},"text","-//T"]],[["vevent",[\
                ["uid",{},"text","tea"],["dtstamp",{},"date-time","2026-01-01T00:00:00Z"],\
                ["dtstart",{},"date-time","2027-01-04T15:00:00Z"],["summary",{},"text","Tea"],\
                ["organizer",{},"cal-address","\(server.olga.mail)"],\
                ["attendee",{},"cal-address","\(server.sam.mail)"]],[]]]]
                """
            let put = try await server.olga.send(
                "PUT", server.olga.calendar + "tea.ics", [("Content-Type", "application/calendar+json")], event)
            #expect(put.status == 201 && put["ETag"] == nil, "\(put.status) \(put.text)")
            #expect(try await server.sam.only(in: server.sam.calendar).text.contains("SUMMARY:Tea"))
            let off = event.replacing("[\"version\"", with: "[\"method\",{},\"text\",\"CANCEL\"],[\"version\"")
            let refused = try await server.olga.send(
                "PUT", server.olga.calendar + "tea.ics", [("Content-Type", "application/calendar+json")], off)
            #expect(refused.status == 403, "\(refused.status)")
        }
    }

    /// Many who are nobody here cost no more than each of them.
    @Test func aCrowdOfNobodyIsAnswered() async throws {  // D-16
        try await ShareServer.scheduling(.memory) { server in
            var meeting = Meeting(of: server.olga, with: [server.sam])
            meeting.attendees += (0..<2_000).map { ("", "mailto:nobody\($0)@elsewhere.example") }
            let put = try await server.olga.putEvent(server.olga.calendar + "tea.ics", meeting.text)
            #expect(put.status == 201, "\(put.status)")
            #expect(try await server.sam.only(in: server.sam.calendar).text.contains("SUMMARY:Tea"))
        }
    }

    /// A UID is a text (RFC 5545 §3.8.4.7): the same object is found however it is escaped.
    @Test(arguments: ShareBacking.allCases)
    func aUIDIsWhatItsTextMeans(_ backing: ShareBacking) async throws {  // D-09
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            var meeting = Meeting(of: server.olga, with: [server.sam])
            meeting.uid = "a\\,b\\;c"
            #expect(try await server.olga.putEvent(own, meeting.text).status == 201)
            // Another client escapes what need not be.
            (meeting.summary, meeting.uid) = ("High tea", "a\\,b\\;c".replacing("\\,", with: ","))
            let put = try await server.olga.putEvent(own, meeting.text, [])
            #expect(put.status < 300, "\(put.status) \(put.text)")
            #expect(try await server.sam.only(in: server.sam.calendar).text.contains("High tea"))
        }
    }
}

import DAV
import Testing

/// What attendees' writes do (RFC 6638 §3.2.2), and what comes back.
@Suite(.timeLimit(.minutes(5))) struct ReplyingTests {
    @Test(arguments: ShareBacking.allCases)
    func anAnswerReachesTheOrganizerAndTheOthers(_ backing: ShareBacking) async throws {  // D-06, D-09, D-10, SS-063
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            #expect(
                try await server.olga.putEvent(own, Meeting(of: server.olga, with: [server.sam, server.sue]).text)
                    .status == 201)
            let (before, sues) = (try await server.olga.get(own), try await server.sue.only(in: server.sue.calendar))
            let suesTag = try await server.sue.get(sues.href)["Schedule-Tag"]
            let token = try await server.olga.sync(server.olga.calendar).token
            let copy = try await server.sam.only(in: server.sam.calendar)
            let put = try await server.sam.reply("ACCEPTED", to: copy.href)
            #expect(put.status < 300 && put["Schedule-Tag"] != nil, "\(put.status) \(put.text)")
            #expect(
                try await server.sam.get(copy.href).text.unfolded.lines.contains {
                    $0.hasPrefix("ORGANIZER;") && $0.contains("SCHEDULE-STATUS")
                })
            let after = try await server.olga.get(own)
            #expect(
                after.text.answers(of: server.sam) == ["ACCEPTED"]
                    && after.text.attendee(server.sam)[0].contains("2.0"), "\(after.text)")
            #expect(
                after["ETag"] != before["ETag"] && after["Schedule-Tag"] == before["Schedule-Tag"]
                    && after["Schedule-Tag"] != nil)
            #expect(Set(try await server.olga.sync(server.olga.calendar, token).changed.keys) == [own])
            #expect(try await server.olga.only(in: server.olga.inbox).text.contains("METHOD:REPLY"))
            // The others learn it without being bothered.
            let told = try await server.sue.get(sues.href)
            #expect(
                told.text.answers(of: server.sam) == ["ACCEPTED"] && told["Schedule-Tag"] == suesTag, "\(told.text)")
            #expect(try await server.sue.bodies(in: server.sue.inbox).count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases, [true, false])
    func whatIsRemovedIsDeclined(_ backing: ShareBacking, sendsReply: Bool) async throws {  // D-06
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            #expect(
                try await server.olga.putEvent(own, Meeting(of: server.olga, with: [server.sam]).text).status == 201)
            let copy = try await server.sam.only(in: server.sam.calendar)
            let removal = try await server.sam.send("DELETE", copy.href, sendsReply ? [] : [("Schedule-Reply", "F")])
            #expect(removal.status == 204)
            #expect(
                try await server.olga.get(own).text.answers(of: server.sam) == [
                    sendsReply ? "DECLINED" : "NEEDS-ACTION"
                ])
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsTheOrganizersStaysTheOrganizers(_ backing: ShareBacking) async throws {  // D-06
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            #expect(
                try await server.olga.putEvent(own, Meeting(of: server.olga, with: [server.sam]).text).status == 201)
            let copy = try await server.sam.only(in: server.sam.calendar)
            for change in [
                ("DTSTART:20270104T150000Z", "DTSTART:20270104T140000Z"),
                ("ORGANIZER:mailto:olga", "ORGANIZER:mailto:sam"),
            ] {
                let edit = try await server.sam.edit(copy.href) { $0.replacing(change.0, with: change.1) }
                #expect(
                    edit.status == 403 && edit.text.contains("allowed-attendee-scheduling-object-change"),
                    "\(edit.status) \(edit.text)")
            }
            #expect(try await server.sam.get(copy.href).text.unfolded == copy.text)
            let alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT"
            let token = try await server.olga.sync(server.olga.calendar).token
            #expect(try await server.sam.edit(copy.href) { $0.replacing("END:VEVENT", with: alarm) }.status < 300)
            #expect(try await server.olga.sync(server.olga.calendar, token).isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func nobodyAnswersForOthers(_ backing: ShareBacking) async throws {  // D-16
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            #expect(
                try await server.olga.putEvent(own, Meeting(of: server.olga, with: [server.sam]).text).status == 201)
            let before = try await server.olga.get(own).text
            // Xena was not invited, and says that she comes, and that Sam does not.
            var forged = Meeting(of: server.olga, with: [server.sam])
            forged.attendees = [("PARTSTAT=DECLINED", server.sam.mail), ("PARTSTAT=ACCEPTED", server.xena.mail)]
            let put = try await server.xena.putEvent(server.xena.calendar + "x.ics", forged.text)
            #expect([201, 403].contains(put.status), "\(put.status)")
            #expect(try await server.olga.get(own).text == before)
            #expect(try await server.olga.bodies(in: server.olga.inbox).isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func theTagHoldsWhileOnlyAnswersComeAndTheyAreKept(_ backing: ShareBacking) async throws {  // D-11
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            let meeting = Meeting(of: server.olga, with: [server.sam])
            let tag = try #require(try await server.olga.putEvent(own, meeting.text)["Schedule-Tag"])
            let copy = try await server.sam.only(in: server.sam.calendar)
            #expect(try await server.sam.reply("ACCEPTED", to: copy.href).status < 300)
            var renamed = meeting
            renamed.summary = "High tea"
            // She does not know of the answer, and does not take it back.
            let put = try await server.olga.putEvent(own, renamed.text, [("If-Schedule-Tag-Match", tag)])
            #expect(put.status < 300, "\(put.status) \(put.text)")
            let after = try await server.olga.get(own)
            #expect(
                after.text.contains("High tea") && after.text.answers(of: server.sam) == ["ACCEPTED"], "\(after.text)")
            #expect(after["Schedule-Tag"] != tag && after["Schedule-Tag"] == put["Schedule-Tag"])
            for method in ["PUT", "DELETE"] {
                let late = try await server.olga.send(
                    method, own, [("If-Schedule-Tag-Match", tag), ("Content-Type", "text/calendar")],
                    method == "PUT" ? meeting.text : "")
                #expect(late.status == 412, "\(late.status)")
            }
            let property = try await server.olga.ask(own, ["C:schedule-tag"])
            #expect(
                property.responses.first?.propstats.first { $0.status == 200 }?.properties.first?.text
                    == after["Schedule-Tag"])
        }
    }
}

import Testing

/// A calendar schedules for its owner, whoever writes (sharing.md 2.1).
@Suite(.timeLimit(.minutes(5))) struct SchedulingSharingTests {
    @Test(arguments: ShareBacking.allCases)
    func whoWritesAnothersCalendarActsForThem(_ backing: ShareBacking) async throws {
        try await ShareRow.run(backing) { row in
            let instance = try await row.shared()
            // Sam invites Sue in Olga's calendar, in Olga's name.
            let put = try await row.sam.putEvent(instance + "tea.ics", Meeting(of: row.olga, with: [row.sue]).text)
            #expect(put.status == 201, "\(put.status) \(put.text)")
            let invited = try await row.sue.only(in: row.sue.calendar)
            #expect(invited.text.contains("ORGANIZER") && invited.text.contains(row.olga.mail))
            #expect(try await row.sue.reply("TENTATIVE", to: invited.href).status < 300)
            #expect(try await row.olga.get(ShareRow.calendar + "tea.ics").text.answers(of: row.sue) == ["TENTATIVE"])
            #expect(try await row.sam.get(instance + "tea.ics").text.answers(of: row.sue) == ["TENTATIVE"])
            // What is of the sharee's own is told to nobody.
            let token = try await row.sue.sync(row.sue.calendar).token
            let alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT"
            #expect(
                try await row.sam.edit(instance + "tea.ics") { $0.replacing("END:VEVENT", with: alarm) }.status < 300)
            #expect(try await row.sue.sync(row.sue.calendar, token).isEmpty)
            #expect(try await row.sam.send("DELETE", instance + "tea.ics").status == 204)
            #expect(try await row.sue.get(invited.href).text.contains("STATUS:CANCELLED"))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsSharedIsNotWhereOnesOwnInvitationsGo(_ backing: ShareBacking) async throws {
        try await ShareRow.run(backing) { row in
            _ = try await row.shared()
            #expect(
                try await row.sue.putEvent(row.sue.calendar + "tea.ics", Meeting(of: row.sue, with: [row.sam]).text)
                    .status == 201)
            #expect(try await row.sam.only(in: row.sam.calendar).text.contains("UID:tea"))
            #expect(try await row.olga.bodies(in: ShareRow.calendar).isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aReaderCannotAnswerForTheOwner(_ backing: ShareBacking) async throws {
        try await ShareRow.run(backing) { row in
            var meeting = Meeting(of: row.sue, with: [row.olga])
            meeting.uid = "x"
            #expect(try await row.sue.putEvent(row.sue.calendar + "x.ics", meeting.text).status == 201)
            let copy = try await row.olga.only(in: row.olga.calendar)
            #expect(
                try await row.olga.send("MOVE", copy.href, [("Destination", ShareRow.calendar + "x.ics")]).status == 201
            )
            let instance = try await row.shared("read")
            let put = try await row.sam.edit(instance + "x.ics") { $0.answering("DECLINED", as: row.olga.mail) }
            #expect(put.status == 403, "\(put.status) \(put.text)")
            #expect(try await row.sue.get(row.sue.calendar + "x.ics").text.answers(of: row.olga) == ["NEEDS-ACTION"])
        }
    }
}

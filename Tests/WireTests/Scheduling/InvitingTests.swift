import Testing

/// What an organizer's writes do to those invited (RFC 6638 §3.2.1).
@Suite(.timeLimit(.minutes(5))) struct InvitingTests {
    @Test(arguments: ShareBacking.allCases)
    func whoIsInvitedHasTheEventAndAMessage(_ backing: ShareBacking) async throws {  // D-02, D-03, D-04, D-09
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            let put = try await server.olga.putEvent(
                own, Meeting(of: server.olga, with: [server.sam, server.sue]).text)
            #expect(put.status == 201 && put["ETag"] == nil && put["Schedule-Tag"] != nil, "\(put.status) \(put.text)")
            for guest in [server.sam, server.sue] {
                let copy = try await guest.only(in: guest.calendar)
                #expect(copy.text.contains("SUMMARY:Tea") && !copy.text.contains("METHOD"))
                #expect(copy.text.answers(of: guest) == ["NEEDS-ACTION"])
                #expect(!copy.text.contains("SCHEDULE-STATUS"))
                let message = try await guest.only(in: guest.inbox)
                #expect(message.text.contains("METHOD:REQUEST") && message.text.contains("UID:tea"))
            }
            let stored = try await server.olga.get(own).text
            for guest in [server.sam, server.sue] {
                #expect(
                    stored.attendee(guest).allSatisfy {
                        $0.contains("SCHEDULE-STATUS=1.2") || $0.contains("SCHEDULE-STATUS=\"1.2")
                    })
            }
            #expect(try await server.olga.bodies(in: server.olga.inbox).isEmpty)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whoIsNotHereIsSaidNotToBe(_ backing: ShareBacking) async throws {  // D-04
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            var meeting = Meeting(of: server.olga, with: [server.sam])
            meeting.attendees.append(("", "mailto:who@elsewhere.example"))
            meeting.attendees.append(("", "/principals/nobody/"))
            #expect(try await server.olga.putEvent(own, meeting.text).status == 201)
            let lines = try await server.olga.get(own).text.unfolded.lines
            #expect(lines.contains { $0.hasSuffix(":mailto:who@elsewhere.example") && $0.contains("5.2") }, "\(lines)")
            #expect(lines.contains { $0.hasSuffix(":/principals/nobody/") && $0.contains("3.7") }, "\(lines)")
            #expect(try await server.sam.bodies(in: server.sam.calendar).count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aChangeIsBroughtToEverybodyAndAnswersBeginAnew(_ backing: ShareBacking) async throws {  // D-03, D-08, SS-060
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            var meeting = Meeting(of: server.olga, with: [server.sam, server.sue])
            #expect(try await server.olga.putEvent(own, meeting.text).status == 201)
            let copy = try await server.sam.only(in: server.sam.calendar)
            #expect(try await server.sam.reply("ACCEPTED", to: copy.href).status < 300)
            let (calendar, inbox) = (
                try await server.sam.sync(server.sam.calendar).token, try await server.sam.sync(server.sam.inbox).token
            )
            meeting.start = "20270104T170000Z"
            meeting.end = "20270104T180000Z"
            #expect(try await server.olga.putEvent(own, meeting.text, []).status < 300)
            let after = try await server.sam.get(copy.href).text
            #expect(
                after.contains("DTSTART:20270104T170000Z") && after.answers(of: server.sam) == ["NEEDS-ACTION"],
                "\(after)")
            #expect(Set(try await server.sam.sync(server.sam.calendar, calendar).changed.keys) == [copy.href])
            #expect(try await server.sam.sync(server.sam.inbox, inbox).changed.count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatNobodySeesIsToldToNobody(_ backing: ShareBacking) async throws {  // D-03
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            let meeting = Meeting(of: server.olga, with: [server.sam])
            #expect(try await server.olga.putEvent(own, meeting.text).status == 201)
            let token = try await server.sam.sync(server.sam.calendar).token
            let alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT"
            let edit = try await server.olga.edit(own) { $0.replacing("END:VEVENT", with: alarm) }
            #expect(edit.status < 300)
            #expect(try await server.sam.sync(server.sam.calendar, token).isEmpty)
            #expect(try await server.sam.bodies(in: server.sam.inbox).count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func whatIsRemovedIsCalledOff(_ backing: ShareBacking) async throws {  // D-02, D-03
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            #expect(
                try await server.olga.putEvent(own, Meeting(of: server.olga, with: [server.sam, server.sue]).text)
                    .status == 201)
            // One of them is not invited any more.
            #expect(
                try await server.olga.edit(own) {
                    $0.lines.filter { !$0.hasSuffix(server.sue.mail) }.joined(separator: "\r\n") + "\r\n"
                }.status < 300)
            #expect(try await server.sue.only(in: server.sue.calendar).text.contains("STATUS:CANCELLED"))
            #expect(!(try await server.sam.only(in: server.sam.calendar).text.contains("STATUS:CANCELLED")))
            #expect(try await server.olga.send("DELETE", own).status == 204)
            #expect(try await server.sam.only(in: server.sam.calendar).text.contains("STATUS:CANCELLED"))
            let messages = try await server.sam.bodies(in: server.sam.inbox).values
            #expect(messages.contains { $0.contains("METHOD:CANCEL") })
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aCalendarThatGoesCallsOffWhatIsInIt(_ backing: ShareBacking) async throws {  // D-02
        try await ShareServer.scheduling(backing) { server in
            let calendar = server.olga.home + "club/"
            #expect(try await server.olga.send("MKCALENDAR", calendar).status == 201)
            for uid in ["one", "two"] {
                var meeting = Meeting(of: server.olga, with: [server.sam])
                meeting.uid = uid
                #expect(try await server.olga.putEvent(calendar + "\(uid).ics", meeting.text).status == 201)
            }
            #expect(try await server.olga.send("DELETE", calendar).status == 204)
            let copies = try await server.sam.bodies(in: server.sam.calendar).values
            #expect(copies.count == 2 && copies.allSatisfy { $0.contains("STATUS:CANCELLED") })
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func oneInstanceCanHaveOtherGuests(_ backing: ShareBacking) async throws {  // D-05
        try await ShareServer.scheduling(backing) { server in
            var meeting = Meeting(of: server.olga, with: [server.sam])
            meeting.more = ["RRULE:FREQ=WEEKLY;COUNT=4"]
            var text = meeting.text
            let once = Meeting(of: server.olga, with: [server.sam, server.sue])
            let override =
                [
                    "BEGIN:VEVENT", "UID:tea", "DTSTAMP:20260101T000000Z", "RECURRENCE-ID:20270111T150000Z",
                    "DTSTART:20270111T150000Z", "DTEND:20270111T160000Z", "SUMMARY:With Sue",
                ] + once.people + ["END:VEVENT"]
            text = text.replacing("END:VCALENDAR", with: override.joined(separator: "\r\n") + "\r\nEND:VCALENDAR")
            #expect(try await server.olga.putEvent(server.olga.calendar + "tea.ics", text).status == 201)
            let sams = try await server.sam.only(in: server.sam.calendar).text
            #expect(sams.contains("RRULE") && sams.contains("With Sue"))
            let sues = try await server.sue.only(in: server.sue.calendar).text
            #expect(!sues.contains("RRULE") && sues.contains("RECURRENCE-ID:20270111T150000Z"), "\(sues)")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func anObjectStandsOnceAmongOnesCalendars(_ backing: ShareBacking) async throws {  // D-07
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            let meeting = Meeting(of: server.olga, with: [server.sam])
            #expect(try await server.olga.putEvent(own, meeting.text).status == 201)
            #expect(try await server.olga.send("MKCALENDAR", server.olga.home + "club/").status == 201)
            let second = try await server.olga.putEvent(server.olga.home + "club/tea.ics", meeting.text)
            #expect(
                second.status == 403 && second.text.contains("unique-scheduling-object-resource")
                    && second.text.contains(own), "\(second.text)")
            let copy = try await server.olga.send("COPY", own, [("Destination", server.olga.home + "club/copy.ics")])
            #expect(
                copy.status == 403 && copy.text.contains("unique-scheduling-object-resource"),
                "\(copy.status) \(copy.text)")
            let token = try await server.sam.sync(server.sam.calendar).token
            #expect(
                try await server.olga.send("MOVE", own, [("Destination", server.olga.home + "club/tea.ics")]).status
                    == 201)
            #expect(try await server.sam.sync(server.sam.calendar, token).isEmpty)
        }
    }
}

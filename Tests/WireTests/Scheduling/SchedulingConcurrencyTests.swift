import DAV
import DAVStorage
import Testing

/// Many people and one event: nothing is lost, and what one sees is whole (X-02, D-18).
@Suite(.timeLimit(.minutes(5))) struct SchedulingConcurrencyTests {
    @Test(arguments: ShareBacking.allCases)
    func answersThatComeTogetherAreAllThere(_ backing: ShareBacking) async throws {
        try await ShareServer.scheduling(backing) { server in
            let own = server.olga.calendar + "tea.ics"
            let guests = [server.sam, server.sue, server.xena, server.adam]
            let meeting = Meeting(of: server.olga, with: guests)
            let tag = try #require(try await server.olga.putEvent(own, meeting.text)["Schedule-Tag"])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (guest, answer) in zip(guests, ["ACCEPTED", "DECLINED", "TENTATIVE", "ACCEPTED"]) {
                    group.addTask {
                        let copy = try await guest.only(in: guest.calendar)
                        // Answers of others come in between, which leave the tag as it is; so does a new name, which does not.
                        var status = 412
                        while status == 412 {
                            let tag = try #require(try await guest.get(copy.href)["Schedule-Tag"])
                            status = try await guest.reply(answer, to: copy.href, [("If-Schedule-Tag-Match", tag)])
                                .status
                        }
                        #expect(status < 300)
                    }
                }
                group.addTask {
                    var renamed = meeting
                    renamed.summary = "High tea"
                    let put = try await server.olga.putEvent(own, renamed.text, [("If-Schedule-Tag-Match", tag)])
                    #expect(put.status < 300, "\(put.status) \(put.text)")
                }
                try await group.waitForAll()
            }
            let end = try await server.olga.get(own).text
            #expect(end.contains("High tea"))
            #expect(
                guests.map { end.answers(of: $0) } == [["ACCEPTED"], ["DECLINED"], ["TENTATIVE"], ["ACCEPTED"]],
                "\(end)")
            for guest in guests {
                let copy = try await guest.only(in: guest.calendar).text
                #expect(copy.contains("High tea"))
                #expect(guests.map { copy.answers(of: $0) } == guests.map { end.answers(of: $0) }, "\(copy)")
            }
        }
    }

    @Test func whoHasNoRoomHoldsUpNobody() async throws {  // D-04
        try await ShareServer.scheduling(.sqlite) { server in
            try await server.accounts.setQuota(10, of: PrincipalID(Name("sam")!))
            let own = server.olga.calendar + "tea.ics"
            #expect(
                try await server.olga.putEvent(own, Meeting(of: server.olga, with: [server.sam, server.sue]).text)
                    .status == 201)
            let stored = try await server.olga.get(own).text
            #expect(
                stored.attendee(server.sam)[0].contains("5.3") && stored.attendee(server.sue)[0].contains("1.2"),
                "\(stored)")
            #expect(try await server.sam.bodies(in: server.sam.calendar).isEmpty)
            #expect(try await server.sam.bodies(in: server.sam.inbox).isEmpty)
            #expect(try await server.sue.bodies(in: server.sue.calendar).count == 1)
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aCopyAndItsMessageAppearTogether(_ backing: ShareBacking) async throws {  // D-18, SS-060
        try await ShareServer.scheduling(backing) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<12 {
                        var meeting = Meeting(of: server.olga, with: [server.sam])
                        meeting.uid = "tea-\(number)"
                        let put = try await server.olga.putEvent(server.olga.calendar + "\(number).ics", meeting.text)
                        #expect(put.status == 201)
                    }
                }
                var messages = 0
                while messages < 12 {
                    // Whoever looks into the inbox first finds at least as many events as messages.
                    messages = try await server.sam.bodies(in: server.sam.inbox).count
                    let events = try await server.sam.bodies(in: server.sam.calendar).count
                    #expect(events >= messages)
                }
                try await group.waitForAll()
            }
        }
    }
}

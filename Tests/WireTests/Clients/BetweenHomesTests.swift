import Testing

/// Files, calendars and contacts are of one store: what fits there moves from one to the other.
@Suite(.timeLimit(.minutes(5))) struct BetweenHomes {
    private static let event = """
        BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\nUID:moved\r\nDTSTAMP:20260101T000000Z\r
        DTSTART:20260501T100000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n
        """
    private static let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nobody\r\nN:Nobody;;;;\r\nEND:VCARD\r\n"

    private static let calendar = [("Content-Type", "text/calendar")]
    private static let vcard = [("Content-Type", "text/vcard")]

    @Test func aFileBecomesAnEventIfItIsOne() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            #expect(try await alice.send("PUT", "/files/alice/e.ics", Self.calendar, Self.event).status == 201)
            #expect(try await alice.send("PUT", "/files/alice/note.ics", Self.calendar, "no event").status == 201)
            let copy = try await alice.send(
                "COPY", "/files/alice/e.ics", [("Destination", "/calendars/alice/calendar/e.ics")])
            #expect(copy.status == 201)
            let twin = try await alice.move("/files/alice/e.ics", to: "/calendars/alice/calendar/twin.ics")
            #expect(twin.status == 409)
            #expect(twin.text.contains("no-uid-conflict") && twin.text.contains("/calendars/alice/calendar/e.ics"))
            let note = try await alice.move("/files/alice/note.ics", to: "/calendars/alice/calendar/note.ics")
            #expect(note.status == 403)
            #expect(note.text.contains("valid-calendar-data"))
            let tasks = try await alice.move("/files/alice/e.ics", to: "/calendars/alice/tasks/e.ics")
            #expect(tasks.status == 403)
            #expect(tasks.text.contains("supported-calendar-component"))
            #expect(try await alice.move("/calendars/alice/calendar/e.ics", to: "/files/alice/back.ics").status == 201)
            await alice.close()
        }
    }

    /// B-04: a card without a UID is given one, and keeps it when its client sends it again without.
    @Test func aCardThatNeverHasAUIDCanBeReplaced() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            let first = try await alice.send("PUT", "/contacts/alice/contacts/n.vcf", Self.vcard, Self.card)
            #expect(first.status == 201)
            #expect(first["ETag"] == nil)
            let stored = try await alice.send("GET", "/contacts/alice/contacts/n.vcf").text
            let second = try await alice.send(
                "PUT", "/contacts/alice/contacts/n.vcf", Self.vcard,
                Self.card.replacing("FN:Nobody", with: "FN:Somebody"))
            #expect(second.status == 204)
            let replaced = try await alice.send("GET", "/contacts/alice/contacts/n.vcf").text
            #expect(replaced == stored.replacing("FN:Nobody", with: "FN:Somebody"))
            await alice.close()
        }
    }
}

import DAV

/// A calendar and an address book of the doctor's own: made, written, asked, synchronised, removed.
extension Examination {
    func calendars() async throws {
        guard let home = calendarHome else { return skipped("Calendars: no home") }
        let url = home.at(home.path + mark + "/")
        let made = try await method("MKCALENDAR", url, expecting: [201])
        guard made.isSuccess else { return }
        await tidying(url) {
            let cycle = ProbeCycle(name: "event.ics", contentType: "text/calendar; charset=utf-8", body: Self.event)
            try await self.query(
                url, cycle,
                """
                <C:calendar-query \(Self.namespaces)><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter>\
                <C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="20300101T000000Z" \
                end="20300103T000000Z"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>
                """, "calendar-query")
            try await self.syncs(url, "calendars", cycle)
        }
    }

    /// Asks when the person is busy, as apps do before they invite.
    func scheduling() async throws {
        guard let outbox, let calendarAddress else { return skipped("Scheduling: no outbox") }
        let options = try await send("OPTIONS", outbox)
        guard options["DAV"]?.contains("calendar-auto-schedule") ?? true else {
            return skipped("Scheduling: the server does not offer it")
        }
        let body = Self.lines(
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Martlet//Doctor//EN", "METHOD:REQUEST", "BEGIN:VFREEBUSY",
            "UID:\(mark)", "DTSTAMP:20300101T000000Z", "DTSTART:20300102T000000Z", "DTEND:20300103T000000Z",
            "ORGANIZER:\(calendarAddress)", "ATTENDEE:\(calendarAddress)", "END:VFREEBUSY", "END:VCALENDAR")
        let answer = try await send(
            "POST", outbox, [("Content-Type", "text/calendar; charset=utf-8")], .bytes(Array(body.utf8)))
        let name = XMLName("urn:ietf:params:xml:ns:caldav", "request-status")
        let status = answer.document()?.elements.first?.first(name)?.text ?? ""
        expect(
            answer.status == 200 && status.hasPrefix("2."), "The outbox tells when somebody is busy",
            or: "\(tell(answer)) \(status)", "Apps cannot show when guests have time.", .method("POST"))
    }

    func contacts() async throws {
        guard let home = addressBookHome else { return skipped("Contacts: no home") }
        let url = home.at(home.path + mark + "/")
        let wish = Self.xmlBody(
            """
            <D:mkcol \(Self.namespaces)><D:set><D:prop><D:resourcetype><D:collection/><A:addressbook/></D:resourcetype>\
            </D:prop></D:set></D:mkcol>
            """)
        let made = try await method("MKCOL", url, wish.headers, wish.body, expecting: [201])
        guard made.isSuccess else { return }
        await tidying(url) {
            let cycle = ProbeCycle(name: "card.vcf", contentType: "text/vcard; charset=utf-8", body: Self.card)
            try await self.query(
                url, cycle,
                """
                <A:addressbook-query \(Self.namespaces)><D:prop><D:getetag/><A:address-data/></D:prop><A:filter>\
                <A:prop-filter name="FN"><A:text-match>doctor</A:text-match></A:prop-filter></A:filter></A:addressbook-query>
                """, "addressbook-query")
            try await self.syncs(url, "contacts", cycle)
        }
    }

    private func query(_ collection: ProbeURL, _ cycle: ProbeCycle, _ body: String, _ name: String) async throws {
        let file = collection.at(collection.path + "query-" + cycle.name)
        let put = try await send(
            "PUT", file, [("Content-Type", cycle.contentType)],
            .bytes(Array(cycle.body.replacing("martlet-doctor", with: "martlet-doctor-query").utf8)))
        let answer = try await xml("REPORT", collection, depth: "1", body)
        expect(
            put.isSuccess && answer.hrefs.contains { $0.hasSuffix("query-" + cycle.name) },
            "\(name) finds what was stored",
            or: "PUT \(tell(put)), REPORT \(tell(answer))", "Clients that search instead of synchronising see nothing.",
            .method("REPORT"))
    }

    /// What is made is removed, whatever happens in between.
    private func tidying(_ url: ProbeURL, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch let failure as ProbeFailure {
            failed("\(url.path): \(failure.text)", failure.meaning, failure.remedy)
        } catch {
            failed("\(url.path): \(error)", "The check itself went wrong.")
        }
        guard let answer = try? await send("DELETE", url), answer.status == 204 else {
            failed("\(url.path) could not be removed", "Remove it by hand.")
            return
        }
    }

    private static let event = lines(
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Martlet//Doctor//EN", "BEGIN:VEVENT", "UID:martlet-doctor",
        "DTSTAMP:20300101T000000Z", "DTSTART:20300102T090000Z", "DTEND:20300102T100000Z", "SUMMARY:Doctor",
        "END:VEVENT",
        "END:VCALENDAR")
    private static let card = lines(
        "BEGIN:VCARD", "VERSION:3.0", "UID:martlet-doctor", "FN:The Doctor", "N:Doctor;The;;;", "END:VCARD")

    private static func lines(_ lines: String...) -> String { lines.map { $0 + "\r\n" }.joined() }
}

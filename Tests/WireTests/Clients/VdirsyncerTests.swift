import DAV
import Testing

/// vdirsyncer, and with it khal and todoman (client-quirks 9 and 17, 10).
@Suite(.timeLimit(.minutes(5))) struct Vdirsyncer {
    private static let calendar = Groupware.calendar
    private static let book = Groupware.book
    private static let type = [("Content-Type", "application/xml; charset=UTF-8")]

    private static func list(_ client: Client, _ target: String) async throws -> Multistatus {
        try Multistatus(
            await client.send(
                "PROPFIND", target, type + [("Depth", "1")],
                """
                <?xml version="1.0" encoding="utf-8" ?>
                <propfind xmlns="DAV:"><prop><resourcetype/><getcontenttype/><getetag/></prop></propfind>
                """))
    }

    @Test func membersAreListedAndFetchedWithoutADepth() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            for name in ["a%20b", "c@example.com", "d"] {
                #expect(try await desk.putEvent(Self.calendar + name + ".ics", Groupware.event(name)).status == 201)
            }
            let listed = try await Self.list(desk, Self.calendar)
            let members = listed.responses.filter { $0.href.hasSuffix(".ics") }
            #expect(members.count == 3)
            // All propstats are merged whatever their status: what is missing stands empty.
            for response in listed.responses {
                for missing in response.propstats.filter({ $0.status == 404 }).flatMap(\.properties) {
                    #expect(missing.elements.isEmpty && missing.text.isEmpty)
                }
            }
            let hrefs = members.map(\.href) + [members[0].href, Self.calendar + "gone.ics"]
            let fetched = try Multistatus(
                await desk.send("REPORT", Self.calendar, Self.type, Groupware.multiget(hrefs)))
            #expect(fetched.responses.filter { $0.status == nil }.map(\.href) == members.map(\.href))
            #expect(fetched[Self.calendar + "gone.ics"]?.status == 404)
            for member in members {
                let got = try #require(fetched[member.href])
                #expect(got.property("getetag")?.text == member.property("getetag")?.text)
                let uid = String(member.href.dropFirst(Self.calendar.count).dropLast(4))
                #expect(got.property(.calDAV("calendar-data"))?.text == Groupware.event(uid))
            }
            await desk.close()
        }
    }

    @Test(arguments: [
        "<C:address-data/>", "<C:address-data Content-Type=\"text/vcard\" Version=\"3.0\"/>",
        "<C:address-data content-type=\"text/vcard\" version=\"3.0\" novalue=\"no\" xmlns:x=\"urn:x\" x:odd=\"1\"/>",
    ])
    func oddAttributesOfAddressDataAreNothing(_ data: String) async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            let target = Self.book + "ann.vcf"
            #expect(try await desk.putCard(target, Groupware.card("ann"), [("If-None-Match", "*")]).status == 201)
            let fetched = try Multistatus(
                await desk.send("REPORT", Self.book, Self.type, Groupware.cards([target], data: data)))
            #expect(fetched.hrefs == [target])
            #expect(fetched.responses.first?.property(.cardDAV("address-data"))?.text == Groupware.card("ann"))
            await desk.close()
        }
    }

    /// It gives up a whole run for one octet that XML does not have.
    @Test func controlCharactersInWhatIsStoredNeverBreakAReport() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            let odd = "a\u{1}b\u{8}c\u{B}d\u{1F}e\u{7F}f\u{FFFE}g<&>]]>\u{1F600}"
            let (event, card) = (Self.calendar + "odd.ics", Self.book + "odd.vcf")
            #expect(try await desk.putEvent(event, Groupware.event("odd", odd)).status == 201)
            #expect(try await desk.putCard(card, Groupware.card("odd", odd)).status == 201)
            // The octets themselves stay as they were sent.
            #expect(try await desk.send("GET", event).text == Groupware.event("odd", odd))
            #expect(try await desk.send("GET", card).text == Groupware.card("odd", odd))
            for (target, body, data) in [
                (Self.calendar, Groupware.multiget([event]), XMLName.calDAV("calendar-data")),
                (Self.book, Groupware.cards([card]), .cardDAV("address-data")),
            ] {
                let reply = try await desk.send("REPORT", target, Self.type, body)
                #expect(reply.body.allSatisfy { $0 >= 0x20 || [0x09, 0x0A, 0x0D].contains($0) })
                let text = try #require(try Multistatus(reply).responses.first?.property(data)?.text)
                #expect(text.contains("g<&>]]>\u{1F600}\r\n"), "\(text)")
                #expect(text.contains("UID:odd\r\n"))
                #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\r" && $0 != "\n" })
                #expect(!text.unicodeScalars.contains("\u{FFFE}"))
            }
            await desk.close()
        }
    }

    /// Without an ETag in the answer it would fetch what it has just sent.
    @Test func writesAreGuardedAndAnsweredWithAnETag() async throws {
        try await Product.run { product in
            let desk = product.client("alice")
            let target = Self.calendar + "w.ics"
            let made = try await desk.putEvent(target, Groupware.event("w"))
            #expect(made.status == 201)
            let etag = try #require(made["ETag"])
            #expect(try await Self.list(desk, Self.calendar)[target]?.property("getetag")?.text == etag)
            let other = Groupware.event("w", "Coffee")
            #expect(try await desk.putEvent(target, other).status == 412)
            #expect(try await desk.putEvent(target, other, [("If-Match", "\"none\"")]).status == 412)
            let saved = try await desk.putEvent(target, other, [("If-Match", etag)])
            #expect(saved.status == 204 && saved["ETag"] != nil && saved["ETag"] != etag)
            #expect(try await desk.delete(target, [("If-Match", etag)]).status == 412)
            #expect(try await desk.delete(target, [("If-Match", saved["ETag"] ?? "")]).status == 204)
            await desk.close()
        }
    }
}

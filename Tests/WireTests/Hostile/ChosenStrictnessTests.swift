import DAV
import MartletServer
import Testing

/// What an operator may choose of how mistakes are taken: C-14, and RFC 4791 §4.1 about METHOD.
@Suite struct ChosenStrictnessTests {
    private static let bareLines = Groupware.event("lines").replacing("\r\n", with: "\n")
    private static let invitation = Groupware.event("method").replacing(
        "VERSION:2.0", with: "VERSION:2.0\r\nMETHOD:REQUEST")
    private static let nameless = Groupware.card("nameless").replacing("FN:Ann\r\n", with: "")

    private static func put(_ product: Product, _ collection: String, _ body: String) async throws -> Reply {
        let type = body.hasPrefix("BEGIN:VCARD") ? "text/vcard" : "text/calendar"
        return try await product.client("alice").send("PUT", collection + "new", [("Content-Type", type)], body)
    }

    @Test func withoutSettingsMistakesAreKeptAndAMethodIsRefused() async throws {
        try await Product.run(users: ["alice"]) { product in
            #expect(try await Self.put(product, Groupware.book, Self.nameless).status == 201)
            let refused = try await Self.put(product, Groupware.calendar, Self.invitation)
            #expect(refused.status == 403)
            #expect(refused.error == .calDAV("valid-calendar-object-resource"))
            #expect(try await Self.put(product, Groupware.calendar, Self.bareLines).status == 201)
        }
    }

    @Test func strictCalendarsRefuseMistakes() async throws {
        try await Product.run(users: ["alice"]) {
            $0.strictCalendars = true
        } _: { product in
            let refused = try await Self.put(product, Groupware.calendar, Self.bareLines)
            #expect(refused.status == 403)
            #expect(refused.error == .calDAV("valid-calendar-data"))
            #expect(try await Self.put(product, Groupware.book, Self.nameless).status == 201)
        }
    }

    @Test func strictAddressBooksRefuseMistakes() async throws {
        try await Product.run(users: ["alice"]) {
            $0.strictContacts = true
        } _: { product in
            let refused = try await Self.put(product, Groupware.book, Self.nameless)
            #expect(refused.status == 403)
            #expect(refused.error == .cardDAV("valid-address-data"))
            #expect(try await Self.put(product, Groupware.calendar, Self.bareLines).status == 201)
        }
    }

    /// What is stored is not what was sent, so there is no ETag (RFC 4791 §5.3.4).
    @Test func aMethodIsCutOutWhereThatIsWanted() async throws {
        try await Product.run(users: ["alice"]) {
            $0.stripsMethod = true
        } _: { product in
            let stored = try await Self.put(product, Groupware.calendar, Self.invitation)
            #expect(stored.status == 201)
            #expect(stored["ETag"] == nil)
            let read = try await product.client("alice").send("GET", Groupware.calendar + "new")
            #expect(read.text == Groupware.event("method"))
        }
    }
}

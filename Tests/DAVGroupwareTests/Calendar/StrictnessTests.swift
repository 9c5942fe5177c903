import DAV
import HTTPTypes
import DAVTesting
import Testing

@testable import DAVGroupware

/// C-14, client quirks 18: what is left to whoever runs the server.
@Suite struct StrictnessTests {
    private let place = "/calendars/alice/work/a.ics"
    private let careless = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTODO\nUID:1\nEND:VTODO\nEND:VCALENDAR"

    @Test func mistakesAreKeptUnlessTheServerIsStrict() async throws {
        var limits = CalendarLimits()
        let lenient = CalendarWire(limits: limits)
        #expect(try await lenient.put(place, careless).status == 201)
        #expect(try await lenient.send("GET", place).text.utf8.elementsEqual(careless.utf8))
        limits.isStrict = true
        let answer = try await CalendarWire(limits: limits).put(place, careless)
        #expect(answer.status == 403)
        #expect(answer.condition == .calDAV("valid-calendar-data"))
    }

    @Test func aMethodIsRefusedOrCutOut() async throws {
        var limits = CalendarLimits()
        let sent = careless.replacing("VERSION:2.0\n", with: "VERSION:2.0\nMETHOD:PUBLISH\n")
        let refused = try await CalendarWire(limits: limits).put(place, sent)
        #expect(refused.condition == .calDAV("valid-calendar-object-resource"))
        limits.stripsMethod = true
        let wire = CalendarWire(limits: limits)
        let answer = try await wire.put(place, sent)
        #expect(answer.status == 201)
        // RFC 4791 §5.3.4: what is stored is not what was sent.
        #expect(answer.headers[.eTag] == nil)
        #expect(try await wire.send("GET", place).text.utf8.elementsEqual(careless.utf8))
    }

    @Test func cardsToo() throws {
        var limits = CardDAV.Limits()
        let careless = Array("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nEND:VCARD\r\n".utf8)
        let policy = AddressBookContentPolicy(limits: limits)
        #expect(try policy.admit(careless, contentType: nil, settings: []).replacement == nil)
        limits.isStrict = true
        let error = #expect(throws: DAVError.self) {
            try AddressBookContentPolicy(limits: limits).admit(careless, contentType: nil, settings: [])
        }
        #expect(error?.condition?.name == .cardDAV("valid-address-data"))
    }
}

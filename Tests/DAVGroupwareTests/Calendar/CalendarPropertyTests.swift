import DAV
import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

@Suite struct CalendarPropertyTests {
    let wire = CalendarWire()
    let work = "/calendars/alice/work/"

    @Test func theLimitsArePublished() async throws {  // C-05, C-07
        let found = try await wire.properties(
            work,
            """
            <C:max-resource-size/><C:min-date-time/><C:max-date-time/><C:max-instances/><C:max-attendees-per-instance/>\
            <C:supported-collation-set/><C:supported-calendar-data/><C:supported-calendar-component-set/>\
            <C:supported-rscale-set/>
            """)
        // K-07, RFC 7529 §4.3
        #expect(
            found.property("supported-rscale-set")?.elements.map { [$0.name.local, $0.text] } == [
                ["supported-rscale", "GREGORIAN"]
            ])
        #expect(found.value("max-resource-size") == "10485760")
        #expect(found.value("min-date-time") == "00010101T000000Z")
        #expect(found.value("max-date-time") == "99991231T235959Z")
        #expect(found.value("max-instances") == "50000")
        #expect(found.value("max-attendees-per-instance") == "5000")
        #expect(
            found.property("supported-collation-set")?.elements.map(\.text).sorted() == [
                "i;ascii-casemap", "i;octet", "i;unicode-casemap",
            ])
        let formats = try #require(found.property("supported-calendar-data")).elements
        #expect(formats.first?.attributes.map(\.value) == ["text/calendar", "2.0"])
        #expect(
            found.property("supported-calendar-component-set")?.elements.flatMap(\.attributes).map(\.value) == [
                "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY",
            ])
    }

    @Test func aLimitThatIsNotKeptIsNotPublished() async throws {  // C-07
        var limits = CalendarLimits()
        limits.maxInstances = nil
        limits.maxAttendees = nil
        let found = try await CalendarWire(limits: limits).properties(
            work, "<C:max-instances/><C:max-attendees-per-instance/>")
        #expect(found.status(of: "max-instances") == "HTTP/1.1 404 Not Found")
        #expect(found.status(of: "max-attendees-per-instance") == "HTTP/1.1 404 Not Found")
    }

    @Test func noneOfThemIsInAllprop() async throws {  // C-05, Appendix B
        _ = try await wire.proppatch(
            work, set: "<C:calendar-description>Work</C:calendar-description><A:calendar-order>3</A:calendar-order>")
        let body = "<D:propfind xmlns:D='DAV:'><D:allprop/></D:propfind>"
        let answer = try Multistatus(await wire.send("PROPFIND", work, ["Depth": "0"], body))
        let names = answer.responses[0].propstats.flatMap { $0.properties.map(\.name) }
        #expect(!names.contains { $0.namespace == XMLName.calDAVNamespace })
        #expect(names.contains(XMLName("http://apple.com/ns/ical/", "calendar-order")))
    }

    @Test(arguments: [
        "supported-calendar-component-set", "supported-calendar-data", "max-resource-size", "min-date-time",
        "max-date-time",
        "max-instances", "max-attendees-per-instance", "supported-collation-set", "supported-rscale-set",
    ])
    func protectedOnesStay(_ local: String) async throws {  // C-06
        let found = try await wire.proppatch(work, set: "<C:\(local)><C:comp name='VTODO'/></C:\(local)>")
        #expect(found.status(of: local) == "HTTP/1.1 403 Forbidden")
        #expect(found.error(of: local) == .dav("cannot-modify-protected-property"))
    }

    @Test func descriptionsKeepTheirLanguage() async throws {  // C-05
        let value = "<C:calendar-description xml:lang='fr-CA'>Calendrier de Mathilde</C:calendar-description>"
        #expect(try await wire.proppatch(work, set: value).status(of: "calendar-description") == "HTTP/1.1 200 OK")
        let found = try await wire.properties(work, "<C:calendar-description/>").property("calendar-description")
        #expect(found?.text == "Calendrier de Mathilde")
        #expect(found?.attributes.first { $0.name == .xmlLanguage }?.value == "fr-CA")
    }

    @Test func applesPropertiesAreKeptAsTheyCome() async throws {  // C-08
        let value = """
            <A:calendar-color symbolic-color="custom">#FF2968FF</A:calendar-color><D:displayname/>\
            <C:default-alarm-vevent-date>X</C:default-alarm-vevent-date>
            """
        let set = try await wire.proppatch(work, set: value)
        #expect(set.propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        let found = try await wire.properties(work, "<A:calendar-color/><D:displayname/><C:default-alarm-vevent-date/>")
        #expect(found.value("calendar-color") == "#FF2968FF")
        #expect(found.property("calendar-color")?.attributes.map(\.value) == ["custom"])
        #expect(found.value("displayname") == "")
        #expect(found.value("default-alarm-vevent-date") == "X")
    }

    @Test func transparencyIsOneOfTwo() async throws {  // RFC 6638 §9.1
        let name = "schedule-calendar-transp"
        #expect(
            try await wire.properties(work, "<C:\(name)/>").property(name)?.elements.map(\.name) == [.calDAV("opaque")])
        #expect(
            try await wire.proppatch(work, set: "<C:\(name)><C:transparent/></C:\(name)>").status(of: name)
                == "HTTP/1.1 200 OK")
        #expect(
            try await wire.properties(work, "<C:\(name)/>").property(name)?.elements.map(\.name) == [
                .calDAV("transparent")
            ])
        #expect(
            try await wire.proppatch(work, set: "<C:\(name)>no</C:\(name)>").status(of: name)
                == "HTTP/1.1 409 Conflict")
    }

    @Test func theHeaderTellsOfCalendars() async throws {  // C-01
        for url in ["/calendars/alice/", work, "/calendars/alice/inbox/", "/calendars/alice/outbox/"] {
            #expect(try await wire.send("OPTIONS", url).headers[.dav]?.contains("calendar-access") == true)
        }
    }
}

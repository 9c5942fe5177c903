import Testing

@testable import DAVGroupware

@Suite struct ZonesTests {
    static let zones = Zones()

    static func component(_ tzid: String, _ parts: Component...) -> Component {
        Component("VTIMEZONE", [ContentLine("TZID", value: tzid)], parts)
    }

    static func part(_ name: String, _ start: String, _ from: String, _ to: String, _ more: ContentLine...) -> Component
    {
        let lines = [
            ContentLine("DTSTART", value: start), ContentLine("TZOFFSETFROM", value: from),
            ContentLine("TZOFFSETTO", value: to),
        ]
        return Component(name, lines + more)
    }

    /// Central Europe as Outlook writes it.
    static let central = component(
        "Somewhere",
        part(
            "STANDARD", "16010101T030000", "+0200", "+0100",
            ContentLine("RRULE", value: "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10")),
        part(
            "DAYLIGHT", "16010101T020000", "+0100", "+0200",
            ContentLine("RRULE", value: "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3")))

    @Test(arguments: [
        ("Europe/Berlin", "Europe/Berlin"), ("europe/berlin", "Europe/Berlin"), ("Europe/Berlin ", "Europe/Berlin"),
        ("\"Europe/Berlin\"", "Europe/Berlin"), ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("W. Europe Standard Time", "Europe/Berlin"), ("w. europe standard time", "Europe/Berlin"), ("UTC", "UTC"),
        ("tzone://Microsoft/Utc", "Etc/UTC"), ("Asia/Calcutta", "Asia/Calcutta"), ("EST5EDT", "EST5EDT"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ])
    func namesAreRecognised(tzid: String, name: String) {
        #expect(Self.zones.name(of: tzid) == name)
        #expect(Self.zones.rules(tzid) != nil)
    }

    @Test(arguments: [
        "", "Nowhere/Atlantis", "../../../etc/passwd", "/etc/passwd", "Europe/../../../etc/passwd", "Europe", "Europe/",
        "zone.tab",
        "tzdata.zi", "posixrules", "localtime", "Europe/Berlin\u{0}x",
        String(repeating: "Europe/", count: 10_000) + "Berlin", "UTC+", "GMT+25",
    ])
    func otherNamesAreUnknown(tzid: String) {
        #expect(Self.zones.rules(tzid) == nil)
    }

    @Test func everyWindowsNameLeadsToAZone() {
        #expect(WindowsZones.names.count > 135)
        for (name, zone) in WindowsZones.names where Self.zones.rules(zone) == nil {
            Issue.record("\(name) would be \(zone)")
        }
    }

    @Test func fixedOffsetsAreRead() {
        #expect(Self.zones.rules("UTC+02:00")?.offset(at: 0) == 7200)
        #expect(Self.zones.rules("GMT-0330")?.offset(at: 0) == -12_600)
    }

    @Test func everyZoneOfTheSystemIsRead() {
        #expect(Self.zones.names.count > 400)
        for name in Self.zones.names where Self.zones.rules(name) == nil { Issue.record("\(name) cannot be read") }
    }

    @Test func withoutZoneFilesNamesAreUnknown() {
        let zones = Zones(folder: "/nonexistent")
        #expect(zones.names.isEmpty)
        #expect(zones.rules("Europe/Berlin") == nil)
        #expect(ObjectZones([Self.central], zones: zones).rules("Somewhere")?.offset(at: 1_780_000_000) == 7200)
    }

    /// RFC 5545 §3.3.5.
    @Test(arguments: [
        ("20260115T120000", "20260115T110000Z"), ("20260715T120000", "20260715T100000Z"),
        ("20260329T013000", "20260329T003000Z"),
        ("20260329T023000", "20260329T013000Z"), ("20260329T030000", "20260329T010000Z"),
        ("20261025T013000", "20261024T233000Z"),
        ("20261025T023000", "20261025T003000Z"), ("20261025T030000", "20261025T020000Z"),
        ("20990715T120000", "20990715T100000Z"),
    ])
    func gapsTakeTheOffsetBeforeAndOverlapsTheFirst(local: String, utc: String) throws {
        let (local, utc) = (try #require(DateValue(local)?.civil), try #require(DateValue(utc)?.civil.seconds))
        #expect(Self.zones.rules("Europe/Berlin")?.instant(of: local) == utc)
        #expect(ZoneRules(Self.central)?.instant(of: local) == utc)
    }

    @Test func theIANANameWinsOverTheObjectsOwnDefinition() {
        var wrong = Self.central
        wrong.properties = [ContentLine("TZID", value: "Asia/Tokyo")]
        #expect(ObjectZones([wrong], zones: Self.zones).rules("Asia/Tokyo")?.offset(at: 0) == 32_400)
        // Any other name is what the object says, even one that Windows knows.
        wrong.properties = [ContentLine("TZID", value: "\"Tokyo Standard Time\" ")]
        #expect(ObjectZones([wrong], zones: Self.zones).rules("Tokyo Standard Time")?.offset(at: 0) == 3600)
        #expect(ObjectZones([], zones: Self.zones).rules("Tokyo Standard Time")?.offset(at: 0) == 32_400)
        #expect(ObjectZones([wrong], zones: Self.zones).rules("Atlantis") == nil)
    }

    @Test func observancesByDateAndUntilAreRead() {
        let rules = ZoneRules(
            Self.component(
                "x", Self.part("STANDARD", "20200101T000000", "+0000", "+0100"),
                Self.part(
                    "DAYLIGHT", "20210601T000000", "+0100", "+0200",
                    ContentLine("RDATE", value: "20220601T000000,20230601T000000")),
                Self.part(
                    "STANDARD", "20211001T000000", "+0200", "+0100",
                    ContentLine("RRULE", value: "FREQ=YEARLY;UNTIL=20230930T220000Z"))))
        let offsets = [
            "20191231T235959Z", "20200101T000000Z", "20210601T000000Z", "20220101T000000Z", "20230701T000000Z",
            "20230930T220000Z", "20300101T000000Z",
        ]
        .map { rules?.offset(at: DateValue($0)?.civil.seconds ?? 0) }
        #expect(offsets == [0, 3600, 7200, 3600, 7200, 3600, 3600])
    }

    @Test func zonesThatLoopOrSayNothingAreSurvived() {
        #expect(ZoneRules(Component("VTIMEZONE")) == nil)
        #expect(ZoneRules(Self.component("x", Component("STANDARD"))) == nil)
        #expect(ZoneRules(Self.component("x", Self.part("STANDARD", "bad", "+0000", "+0000"))) == nil)
        #expect(ZoneRules(Self.component("x", Self.part("STANDARD", "20200101T000000", "", "+9900"))) == nil)
        #expect(ZoneRules(Self.component("x", Self.part("STANDARD", "20200101", "", "+0130")))?.offset(at: 0) == 5400)
        let bomb = Self.part(
            "STANDARD", "00010101T000000", "+0000", "+0100", ContentLine("RRULE", value: "FREQ=SECONDLY"))
        let all = Component("VTIMEZONE", [], Array(repeating: bomb, count: 1_000))
        let rules = ZoneRules(all)
        #expect(rules?.changes.count ?? 0 <= 5_000)
        #expect(rules?.instant(of: .last) != nil)
    }

    @Test(arguments: [
        "", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J366", "CET-1CEST,J1,J2,J3", "<CET-1", "-1", "CET-999999",
    ])
    func badYearlyRulesAreNone(text: String) {
        #expect(YearlyChanges(posix: text) == nil)
    }

    @Test func cutOrGarbledFilesAreNone() throws {
        var file: [UInt8] = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        file +=
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 4] + [
                0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
            ] + Array("CET\0".utf8)
        for count in 0..<file.count { #expect(ZoneFile.rules(Array(file.prefix(count))) == nil) }
        file[4] = 0
        #expect(ZoneFile.rules(file) == nil)
        #expect(ZoneFile.rules([UInt8](repeating: 0xFF, count: 5_000)) == nil)
    }

    /// K-08, RFC 7809: what we say of a zone is what we know of it.
    @Test func generatedComponentsSayTheSameAsTheirZone() throws {
        var generator = SystemRandomNumberGenerator()
        let strange = [
            "Africa/Casablanca", "Africa/Cairo", "America/Nuuk", "Asia/Gaza", "Asia/Jerusalem", "America/Santiago",
            "Europe/Dublin",
            "Pacific/Apia", "Etc/UTC",
        ]
        for name in strange + Self.zones.names.shuffled().prefix(30) {
            let rules = try #require(Self.zones.rules(name))
            for (from, to) in [("19700101", "20990101"), ("20260101", "20400101"), ("20260701", "20260801")] {
                let lower = try #require(DateValue(from)?.civil.seconds)
                let upper = try #require(DateValue(to)?.civil.seconds)
                let component = rules.component(tzid: name, in: lower..<upper)
                let again = try #require(ZoneRules(component), "\(name)")
                let wrong = (0..<60).map { _ in Int64.random(in: lower..<upper, using: &generator) }.first {
                    again.offset(at: $0) != rules.offset(at: $0)
                }
                #expect(
                    wrong == nil,
                    "\(name) from \(from) to \(to): \(ContentWriter.octets(of: [component]).map { String(UnicodeScalar($0)) }.joined())"
                )
                #expect(again.offset(at: lower) == rules.offset(at: lower), "\(name) from \(from)")
                guard wrong == nil else { return }
            }
        }
        let berlin = Self.zones.rules("Europe/Berlin")?.component(
            tzid: "Europe/Berlin", in: 1_780_000_000..<1_790_000_000)
        #expect(berlin?.components.count == 2)
        #expect(berlin?.components.first?["RRULE"]?.value == "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")
    }
}

import DAV
import HTTPTypes
import DAVTesting
import Testing

@testable import DAVGroupware

@Suite struct FilterReaderTests {
    static func read(_ inside: String, limits: CalendarLimits = CalendarLimits()) throws -> CalendarFilter {
        let element = try XMLElement.parse(Array("<C:filter \(CalendarWire.namespaces)>\(inside)</C:filter>".utf8))
        return try CalendarFilterReader.read(element, limits: limits)
    }

    static func calendar(_ inside: String) -> String { "<C:comp-filter name='VCALENDAR'>\(inside)</C:comp-filter>" }
    static func event(_ inside: String) -> String { calendar("<C:comp-filter name='VEVENT'>\(inside)</C:comp-filter>") }

    @Test func aFilterOfEveryTestIsRead() throws {  // C-20
        let filter = try Self.read(
            Self.event(
                """
                <C:time-range start="20060104T000000Z" end="20060105T000000Z"/>
                <C:prop-filter name="ATTENDEE"><C:text-match collation="i;ascii-casemap">mailto:lisa@example.com</C:text-match>
                <C:param-filter name="PARTSTAT"><C:text-match negate-condition="yes">NEEDS-ACTION</C:text-match></C:param-filter>
                <C:param-filter name="role"><C:is-not-defined/></C:param-filter></C:prop-filter>
                <C:prop-filter name="rrule"><C:is-not-defined/></C:prop-filter>
                <C:comp-filter name="valarm"><C:time-range start="20060106T100000Z"/></C:comp-filter>
                """))
        #expect(filter.calendar.name == "VCALENDAR")
        let event = try #require(filter.calendar.components.first)
        #expect(event.name == "VEVENT")
        #expect(event.range == 1_136_332_800..<1_136_419_200)
        #expect(event.properties.map(\.name) == ["ATTENDEE", "RRULE"])
        #expect(event.properties.map(\.isAbsent) == [false, true])
        #expect(event.properties[0].parameters.map(\.name) == ["PARTSTAT", "ROLE"])
        #expect(event.properties[0].parameters.map { $0.text?.isNegated } == [true, nil])
        #expect(event.components.first?.name == "VALARM")
        #expect(event.components.first?.range == 1_136_541_600..<Int64.max)
        #expect(filter.query == ContentQuery(component: "VEVENT", range: 1_136_332_800..<1_136_419_200))
    }

    static let refused: [(filter: String, condition: String)] = [
        ("", "valid-filter"),
        (calendar("") + calendar(""), "valid-filter"),
        ("<C:comp-filter name='VEVENT'/>", "valid-filter"),
        ("<C:comp-filter/>", "valid-filter"),
        ("<C:prop-filter name='UID'/>", "valid-filter"),
        (calendar("<C:time-range start='20060101T000000Z'/>"), "valid-filter"),
        (calendar("<C:comp-filter name='VALARM'/>"), "valid-filter"),
        (calendar("<C:comp-filter name='VCALENDAR'/>"), "valid-filter"),
        (
            calendar("<C:comp-filter name='VTIMEZONE'><C:time-range start='20060101T000000Z'/></C:comp-filter>"),
            "valid-filter"
        ),
        (event("<C:comp-filter name='VEVENT'/>"), "valid-filter"),
        (event("<C:text-match>x</C:text-match>"), "valid-filter"),
        (event("<C:param-filter name='X'/>"), "valid-filter"),
        (event("<C:is-not-defined/><C:prop-filter name='UID'/>"), "valid-filter"),
        (event("<C:prop-filter name='UID'><C:comp-filter name='VALARM'/></C:prop-filter>"), "valid-filter"),
        (
            event(
                "<C:prop-filter name='UID'><C:text-match>a</C:text-match><C:text-match>b</C:text-match></C:prop-filter>"
            ), "valid-filter"
        ),
        (
            event("<C:prop-filter name='UID'><C:is-not-defined/><C:text-match>a</C:text-match></C:prop-filter>"),
            "valid-filter"
        ),
        (event("<C:prop-filter/>"), "valid-filter"),
        (event("<C:time-range/>"), "valid-filter"),
        (event("<C:time-range start='20060102T000000Z' end='20060101T000000Z'/>"), "valid-filter"),
        (event("<C:time-range start='20060102T000000Z' end='20060102T000000Z'/>"), "valid-filter"),
        (event("<C:time-range start='20060102T000000'/>"), "valid-filter"),
        (event("<C:time-range start='20060102'/>"), "valid-filter"),
        (event("<C:time-range start='20061332T000000Z'/>"), "valid-filter"),
        (event("<C:time-range start='20060101T000000Z'/><C:time-range end='20060101T000000Z'/>"), "valid-filter"),
        (event(String(repeating: "<C:prop-filter name='UID'/>", count: 200)), "valid-filter"),
        (
            event(
                "<C:comp-filter name='X-A'><C:comp-filter name='X-B'><C:comp-filter name='X-C'><C:comp-filter name='X-D'/></C:comp-filter></C:comp-filter></C:comp-filter>"
            ), "valid-filter"
        ),
        (event("<C:time-range start='00000101T000000Z'/>"), "min-date-time"),
        (
            event("<C:prop-filter name='UID'><C:text-match collation='i;klingon'>a</C:text-match></C:prop-filter>"),
            "supported-collation"
        ),
        (
            event("<C:prop-filter name='UID'><C:text-match collation='*'>a</C:text-match></C:prop-filter>"),
            "supported-collation"
        ),
        (event("<C:geo-filter name='X'/>"), "supported-filter"),
        (event("<D:prop/>"), "supported-filter"),
        (calendar("<X:near xmlns:X='urn:x'/>"), "supported-filter"),
    ]

    @Test(arguments: refused) func whatIsNoFilterIsRefusedByItsName(_ filter: String, _ condition: String) throws {
        // C-22, Appendix A
        do {
            _ = try Self.read(filter)
            Issue.record("accepted")
        } catch let error as DAVError {
            #expect(error.status == .forbidden)
            #expect(error.condition?.name == .calDAV(condition))
        }
    }

    @Test func theTestThatIsNotSupportedIsNamed() throws {  // C-22
        let error = #expect(throws: DAVError.self) { try Self.read(Self.event("<C:geo-filter name='X'/>")) }
        #expect(error?.condition?.details.map(\.name) == [.calDAV("geo-filter")])
        #expect(error?.condition?.details.first?.attributes.map(\.value) == ["X"])
    }

    @Test func datesBeyondTheLimitsAreRefused() throws {  // C-07, C-22
        var limits = CalendarLimits()
        limits.years = 1970...2100
        for (range, condition) in [
            ("start='19691231T235959Z'", "min-date-time"), ("end='21010101T000000Z'", "max-date-time"),
        ] {
            let error = #expect(throws: DAVError.self) {
                try Self.read(Self.event("<C:time-range \(range)/>"), limits: limits)
            }
            #expect(error?.condition?.name == .calDAV(condition))
        }
    }

    @Test(arguments: [
        (calendar(""), ContentQuery()),
        (calendar("<C:comp-filter name='VTODO'/>"), ContentQuery(component: "VTODO")),
        (calendar("<C:comp-filter name='VTODO'><C:is-not-defined/></C:comp-filter>"), ContentQuery()),
        (calendar("<C:comp-filter name='VTIMEZONE'/>"), ContentQuery()),
        (calendar("<C:comp-filter name='X-THING'/>"), ContentQuery()),
        (
            event("<C:comp-filter name='VALARM'><C:time-range end='20060101T000000Z'/></C:comp-filter>"),
            ContentQuery(component: "VEVENT")
        ),
        (
            event("<C:prop-filter name='UID'><C:text-match>a</C:text-match></C:prop-filter>"),
            ContentQuery(component: "VEVENT")
        ),
        (event("<C:time-range end='19700101T000000Z'/>"), ContentQuery(component: "VEVENT", range: Int64.min..<0)),
    ])
    func theIndexIsAskedNothingItCannotKnow(_ filter: String, _ query: ContentQuery) throws {
        #expect(try Self.read(filter).query == query)
    }
}

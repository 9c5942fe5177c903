import DAVTesting
import Testing

@testable import DAVGroupware

/// K-10
@Suite struct JCalTests {
    private func property(_ text: String) throws -> ContentLine {
        let component = try ContentText.components(of: octets("BEGIN:VEVENT\n\(text)\nEND:VEVENT"))
        return try #require(component.first?.properties.first)
    }

    /// The examples of RFC 7265 §3 and appendix B, and what it says about the rest.
    @Test(arguments: [
        ("SUMMARY:Meeting\\, with\\nFred", #"["summary",{},"text","Meeting, with\nFred"]"#),
        ("DTSTART;VALUE=DATE:20081006", #"["dtstart",{},"date","2008-10-06"]"#),
        ("DTSTAMP:20080205T191224Z", #"["dtstamp",{},"date-time","2008-02-05T19:12:24Z"]"#),
        (
            "DTSTART;TZID=US/Eastern:20060102T120000",
            #"["dtstart",{"tzid":"US/Eastern"},"date-time","2006-01-02T12:00:00"]"#
        ),
        (
            "ATTENDEE;CN=\"A, B\";ROLE=CHAIR:mailto:a@b",
            #"["attendee",{"cn":"A, B","role":"CHAIR"},"cal-address","mailto:a@b"]"#
        ),
        (
            "ATTENDEE;MEMBER=\"mailto:a\",\"mailto:b\":mailto:c",
            #"["attendee",{"member":["mailto:a","mailto:b"]},"cal-address","mailto:c"]"#
        ),
        ("GEO:37.386013;-122.082932", #"["geo",{},"float",[37.386013,-122.082932]]"#),
        ("REQUEST-STATUS:2.0;Success\\, so", #"["request-status",{},"text",["2.0","Success, so"]]"#),
        ("CATEGORIES:A\\,B,C", #"["categories",{},"text","A,B","C"]"#),
        (
            "RDATE;VALUE=PERIOD:20070101T000000Z/PT1H,20070102T000000Z/20070102T010000Z",
            #"["rdate",{},"period",["2007-01-01T00:00:00Z","PT1H"],["2007-01-02T00:00:00Z","2007-01-02T01:00:00Z"]]"#
        ),
        (
            "FREEBUSY;FBTYPE=BUSY:20070101T000000Z/PT1H",
            #"["freebusy",{"fbtype":"BUSY"},"period",["2007-01-01T00:00:00Z","PT1H"]]"#
        ),
        (
            "RRULE:FREQ=YEARLY;COUNT=5;BYDAY=-1SU,2MO;BYMONTH=10;UNTIL=20200101T000000Z",
            #"["rrule",{},"recur",{"freq":"YEARLY","count":5,"byday":["-1SU","2MO"],"bymonth":10,"until":"2020-01-01T00:00:00Z"}]"#
        ),
        ("TZOFFSETFROM:-0500", #"["tzoffsetfrom",{},"utc-offset","-05:00"]"#),
        ("TZOFFSETTO:+053020", #"["tzoffsetto",{},"utc-offset","+05:30:20"]"#),
        ("PRIORITY:1", #"["priority",{},"integer",1]"#), ("TRIGGER:-PT5M", #"["trigger",{},"duration","-PT5M"]"#),
        ("TRIGGER;VALUE=DATE-TIME:20080205T191224Z", #"["trigger",{},"date-time","2008-02-05T19:12:24Z"]"#),
        ("X-COMPLAINT-DEADLINE;VALUE=DATE:20110512", #"["x-complaint-deadline",{},"date","2011-05-12"]"#),
        ("X-A;VALUE=BOOLEAN:TRUE", #"["x-a",{},"boolean",true]"#),
        ("X-A;VALUE=TIME:123000", #"["x-a",{},"time","12:30:00"]"#),
        // Of an unknown type nothing is undone (§5.1).
        ("X-A:a\\,b;c", #"["x-a",{},"unknown","a\\,b;c"]"#),
        // What is not of its type stays as it is.
        ("DTSTART:soon", #"["dtstart",{},"date-time","soon"]"#), ("PRIORITY:01", #"["priority",{},"integer","01"]"#),
        ("RRULE:STRASSE=1;\u{DF}=1", #"["rrule",{},"recur","STRASSE=1;\#u{DF}=1"]"#),
        ("PRIORITY:123456789012345678901", #"["priority",{},"integer","123456789012345678901"]"#),
        ("RRULE:FREQ", #"["rrule",{},"recur","FREQ"]"#), ("DTSTART:2008T1", #"["dtstart",{},"date-time","2008T1"]"#),
    ])
    func propertiesAreToldBothWays(text: String, json: String) throws {
        let line = try property(text)
        #expect(JSONWriter.octets(of: JCal.vocabulary.json(line)).text == json)
        let again = try JCal.vocabulary.line(try JSONReader.value(of: Array(json.utf8)))
        var writer = ContentWriter()
        writer.property(again)
        // VALUE comes last.
        let expected = text.hasPrefix("ATTENDEE;CN") ? "ATTENDEE;CN=\"A, B\";ROLE=CHAIR:mailto:a@b" : text
        #expect(writer.take().text.replacing("\r\n ", with: "") == expected + "\r\n")
    }

    @Test func componentsNest() throws {
        let text = calendar("BEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nACTION:AUDIO\nEND:VALARM\nEND:VEVENT")
        let component = try ContentText.components(of: text)[0]
        let json = JCal.octets(of: component)
        #expect(
            json.text
                == #"["vcalendar",[["version",{},"text","2.0"],["prodid",{},"text","-//Test//EN"]],[["vevent",[["uid",{},"text","1"]],[["valarm",[["action",{},"text","AUDIO"]],[]]]]]]"#
        )
        #expect(ContentWriter.octets(of: [try JCal.component(of: json)]) == text)
    }

    @Test(arguments: [
        "[]", "1", #"["vcalendar"]"#, #"["vcalendar",[["a"]],[]]"#, #"["vcalendar",[["a",{},"text"]],[]]"#,
        #"["v c",[],[]]"#,
        #"["vcalendar",[["a:\r\nb",{},"text","c"]],[]]"#, #"["vcalendar",[["a",{"b\n":"c"},"text","c"]],[]]"#,
        #"["vcalendar",[["a",{},"te;xt","c"]],[]]"#, #"["vcalendar",[],{}]"#,
    ])
    func whatIsNoJCalIsRefused(json: String) {
        #expect(throws: ContentTextError.self) { try JCal.component(of: Array(json.utf8)) }
    }

    /// Whatever a calendar says, it says the same after the way there and back.
    @Test func nothingIsLost() throws {
        var random = SeededGenerator(seed: 7265)
        for body in CalendarQuirkTests.quirks.map(\.body) {
            let component = try ContentText.components(of: body)[0]
            let json = JCal.octets(of: component)
            #expect(JCal.octets(of: try JCal.component(of: json)) == json)
        }
        let names = JCal.vocabulary.types.keys.sorted() + ["X-A"]
        for _ in 0..<2_000 {
            let name = names.randomElement(using: &random) ?? "X"
            let value = String(
                (0..<Int.random(in: 0...20, using: &random)).map { _ in
                    "0129TZ-+:;,\\nPaé=/".randomElement(using: &random) ?? "0"
                })
            let line = ContentLine(name, value: value)
            let again = try JCal.vocabulary.line(JCal.vocabulary.json(line))
            #expect(JCal.vocabulary.json(again) == JCal.vocabulary.json(line), "\(name):\(value)")
        }
    }
}

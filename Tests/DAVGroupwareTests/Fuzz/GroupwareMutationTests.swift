import DAVTesting
import Testing

/// The seeds, and what is made of them.
@Suite struct GroupwareMutationTests {
    static let card =
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:J\u{F6} ABC\r\ni.TEL;TYPE=HOME,x:+1\\, 2\r\nEMAIL:a@b\r\nEND:VCARD\r\n"
    private static func filter(_ content: String) -> String {
        "<f xmlns='urn:ietf:params:xml:ns:carddav' \(content)</f>\0\(card)"
    }
    static let seeds: [GroupwareProperty: [String]] = [
        .cardFilter: [
            filter("test='allof'><prop-filter name='FN'><text-match>abc</text-match></prop-filter>"),
            filter(
                "><prop-filter name='i.TEL'><param-filter name='TYPE'><is-not-defined/></param-filter></prop-filter>"),
            filter(
                """
                ><prop-filter name='EMAIL' test='allof'><text-match match-type='ends-with' collation='i;octet'>b\
                </text-match><text-match negate-condition='yes'>j\u{F6}</text-match></prop-filter>
                """),
            filter(
                "><prop-filter name='FN'><text-match collation='i;ascii-casemap'>O\u{308}</text-match></prop-filter>"),
            filter("><prop-filter name='X'><is-not-defined/></prop-filter>"),
        ],
        .cardForms: [card, fourth, third],
        .calendar: [
            event, event.replacing("\r\n", with: "\n"),
            "\u{FEFF}" + event.replacing("DTSTART;", with: "DTSTART;\r\n X=\"a^n,b\";"),
            #"["vcalendar",[["version",{},"text","2.0"]],[["vtodo",[["uid",{},"text","\u00e9"],["rrule",{},"recur",{"freq":"DAILY","count":2}]],[]]]]"#,
            "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:PUBLISH\nBEGIN:VTODO\nDUE;VALUE=DATE:20260101\nGEO:1.5;-2\nCATEGORIES:a\\,b,c\nEND:VTODO\nEND:VCALENDAR",
        ],
        .card: [
            card, card.replacing("3.0", with: "4.0"),
            "BEGIN:VCARD\nVERSION:4.0\nFN:a\nN;SORT-AS=\"b\":c;d,e;;;\nBDAY:--0412\nTEL;VALUE=uri;PREF=1:tel:1;ext=2\nKIND:group\nMEMBER:urn:uuid:1\nGEO:geo:1,2\nTZ;VALUE=utc-offset:-0500\nPHOTO:data:image/png;base64,AA\nADR;LABEL=\"x^ny\":;;s;;;;\nEND:VCARD",
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:a;b\r\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-05-06\r\nREV:2026-01-02T03:04:05Z\r\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\nADR;HOME:;;s\r\nLABEL;HOME:s\r\nTZ:-05:00\r\nGEO:1;2\r\nSORT-STRING:x\r\nAGENT:y\r\nEND:VCARD",
        ],
        .scheduling: meetings.flatMap { old in meetings.map { "\(old)\0\($0)" } },
        .calendarFilter: calendarFilters.map {
            "<f xmlns='urn:ietf:params:xml:ns:caldav'><comp-filter name='VCALENDAR'>\($0)</comp-filter></f>\0\(event)"
        },
    ]

    private static let meetings = [
        Organizing.series("bob+ACCEPTED=1.2 cara/NONE", "SEQUENCE:1") + "\n" + Organizing.event("bob dan", day: 7),
        Organizing.series("bob!REQUEST cara", "EXDATE:20260108T100000Z\nSTATUS:TENTATIVE"),
        Organizing.event(
            "bob", times: "DTSTART;TZID=Europe/Berlin:20260105T100000\nDURATION:P1D\nRDATE:20260107T100000Z"),
    ].map { String(decoding: DAVGroupwareTests.calendar($0), as: UTF8.self) }

    static let fourth = """
        BEGIN:VCARD\r\nVERSION:4.0\r\nFN;ALTID=1;LANGUAGE=de:\u{E9}\r\nKIND:group\r\nMEMBER:urn:uuid:1\r\nBDAY:--0415\r\n\
        PHOTO:data:image/png;base64,QUJD\r\nADR;LABEL="a^nb":;;c;;;;\r\nTEL;VALUE=uri;PREF=1:tel:+1;ext=2\r\n\
        GEO:geo:1,2;u=3\r\nTZ;VALUE=utc-offset:-0500\r\nEND:VCARD\r\n
        """
    static let third = """
        BEGIN:VCARD\r\nVERSION:3.0\r\nN:a;b\r\nPHOTO;ENCODING=b;TYPE=JPEG:QUJD\r\nADR;TYPE=HOME,pref:;;c;;;;\r\n\
        BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15\r\nLABEL;TYPE=home:c\r\nGEO:1;2\r\nTZ:-05:00\r\nSORT-STRING:x\r\n\
        REV:2020-01-01T00:00:00Z\r\nX-ADDRESSBOOKSERVER-KIND:group\r\nUID:\r\nEND:VCARD\r\n
        """

    static let event = """
        BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Berlin:20060102T100000\r\nDURATION:PT1H\r\n\
        RRULE:FREQ=WEEKLY;COUNT=5\r\nEXDATE:20060109T090000Z\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\n\
        END:VCALENDAR\r\n
        """
    static let calendarFilters = [
        "<comp-filter name='VEVENT'><time-range start='20060109T000000Z' end='20060117T000000Z'/></comp-filter>",
        "<comp-filter name='VEVENT'><comp-filter name='VALARM'><time-range start='20060102T084000Z'/></comp-filter></comp-filter>",
        "<comp-filter name='VEVENT'><prop-filter name='UID'><text-match collation='i;octet'>1</text-match></prop-filter></comp-filter>",
        "<comp-filter name='VTODO'><is-not-defined/></comp-filter>",
        """
        <comp-filter name='VEVENT'><prop-filter name='DTSTART'><time-range end='20060102T100000Z'/><param-filter name='TZID'>\
        <text-match negate-condition='yes'>x</text-match></param-filter></prop-filter></comp-filter>
        """,
    ]

    @Test(arguments: GroupwareProperty.allCases)
    func everyPropertyHoldsForMutatedInputs(_ property: GroupwareProperty) {
        for input in MutatedInputs(of: Self.seeds[property] ?? []) {
            do {
                try property.check(input)
            } catch {
                Issue.record("\(error) for \(input) “\(String(decoding: input, as: UTF8.self))”")
            }
        }
    }
}

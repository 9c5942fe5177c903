import DAV
import Testing

@testable import DAVGroupware

/// What the index knows of an object: never no where there is something.
@Suite struct ExtentTests {
    private static let day: Int64 = 86_400

    private static func describe(_ extent: Extent) -> String {
        func text(_ instant: Int64) -> String {
            instant == .min ? "-∞" : instant == .max ? "∞" : CivilDateTime(seconds: instant).text
        }
        return text(extent.first) + "/" + text(extent.last) + (extent.days == nil ? "" : " by days")
    }

    /// As stores judge it.
    private static func mayTouch(_ extent: Extent, _ range: Range<Int64>) -> Bool {
        ContentIndex(uid: nil, component: "", extent).mayTouch(range)
    }

    @Test(arguments: [
        ("VEVENT", "DTSTART:20260105T100000Z\nDTEND:20260105T110000Z", "20260105T100000/20260105T110000"),
        ("VEVENT", "DTSTART;TZID=Europe/Berlin:20260105T100000", "20260105T090000/20260105T090000"),
        ("VEVENT", "DTSTART;VALUE=DATE:20260105", "20260104T100000/20260106T140000"),
        ("VEVENT", "DTSTART:20260105T100000\nDURATION:PT1H", "20260104T200000/20260106T010000"),
        ("VEVENT", "DTSTART:20260105T100000Z\nRRULE:FREQ=WEEKLY;COUNT=3", "20260105T100000/20260119T100000 by days"),
        ("VEVENT", "DTSTART:20260105T100000Z\nRRULE:FREQ=WEEKLY", "20260105T100000/∞ by days"),
        ("VEVENT", "DTSTART:20260105T100000Z\nRDATE:20260101T100000Z", "20260101T100000/20260105T100000 by days"),
        ("VEVENT", "DTSTART:20260105T100000Z\nRRULE:FREQ=SECONDLY;BYHOUR=1", "20260104T000000/∞ by days"),
        ("VEVENT", "SUMMARY:x", "∞/-∞"), ("VJOURNAL", "SUMMARY:x", "∞/-∞"), ("VTODO", "SUMMARY:x", "-∞/∞"),
        ("VTODO", "CREATED:20260105T100000Z", "20260105T100000/∞"),
        ("VTODO", "COMPLETED:20260105T100000Z", "20260105T100000/20260105T100000"),
        ("VTODO", "COMPLETED:20260105T100000Z\nCREATED:20260101T100000Z", "20260101T100000/20260105T100000"),
        ("VTODO", "DUE:20260105T100000Z", "20260105T100000/20260105T100000"),
        ("VFREEBUSY", "FREEBUSY:20260105T100000Z/PT1H", "20260104T200000/20260106T010000"),
        ("VAVAILABILITY", "DTSTART:20260105T100000Z", "20260104T200000/∞"), ("VAVAILABILITY", "UID:x", "-∞/∞"),
    ])
    func objectsHaveTheirExtent(component: String, lines: String, expected: String) throws {
        let extent = Extent(of: try Calendars.object("BEGIN:\(component)\n\(lines)\nEND:\(component)"))
        #expect(Self.describe(extent) == expected)
    }

    @Test func weeksWithoutAnythingAreExcluded() throws {
        let extent = Extent(
            of: try Calendars.event(
                "DTSTART;TZID=Europe/Berlin:20200106T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=MO"))
        #expect(extent.days?.count ?? 0 > Extent.horizon / 8 - 3)
        let monday = try #require(DateValue("20260105T000000Z")?.civil.seconds)
        #expect(Self.mayTouch(extent, monday..<monday + 3600))
        #expect(!Self.mayTouch(extent, monday + Self.day..<monday + 6 * Self.day))
        #expect(Self.mayTouch(extent, monday + 6 * Self.day..<monday + 8 * Self.day))
        #expect(Self.mayTouch(extent, monday..<Int64.max))
        #expect(!Self.mayTouch(extent, Int64.min..<1_500_000_000))
    }

    /// Random objects and ranges: whatever matches must not be excluded.
    @Test func nothingThatMatchesIsEverExcluded() throws {
        let zones = ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"]
        let viewers = (zones + ["UTC"]).compactMap(Calendars.zones.rules)
        let rules = [
            "", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH", "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=40",
            "RRULE:FREQ=MONTHLY;BYDAY=-1FR",
            "RRULE:FREQ=YEARLY;UNTIL=20300101T000000Z", "RRULE:FREQ=HOURLY;BYHOUR=3,4;COUNT=100",
            "RDATE:20260301T101010,20250101T101010Z", "RRULE:FREQ=DAILY", "RRULE:FREQ=HOURLY",
            "RRULE:FREQ=HOURLY;INTERVAL=24",
            "RRULE:FREQ=MINUTELY;INTERVAL=1440",
        ]
        let lengths = ["", "DURATION:PT0S", "DURATION:PT20H", "DURATION:P3D", "DURATION:P1W"]
        var found = 0
        for round in 0..<400 {
            let isDate = Bool.random()
            let start = CivilDateTime(
                CivilDate(number: Int.random(in: 18_000...21_000)), CivilTime(second: Int.random(in: 0..<1440) * 60))
            let value: DateValue =
                isDate
                ? .date(start.date)
                : [.floating(start), .utc(start), .zoned(start, tzid: zones.randomElement() ?? "")].randomElement()
                    ?? .utc(start)
            func text(_ name: String, _ value: DateValue) -> String {
                name + (value.tzid.map { ";TZID=" + $0 } ?? (value.isDate ? ";VALUE=DATE" : "")) + ":" + value.text
            }
            let kind = ["VEVENT", "VTODO", "VJOURNAL"].randomElement() ?? "VEVENT"
            var lines =
                "BEGIN:\(kind)\n" + text("DTSTART", value) + "\n"
                + (kind == "VJOURNAL" ? "" : lengths.randomElement() ?? "") + "\n"
            lines += (rules.randomElement() ?? "") + "\nEND:\(kind)\n"
            if Int.random(in: 0..<3) == 0 {
                // The start itself, moved, perhaps with all that follow.
                let moved = CivilDateTime(seconds: start.seconds + Int64.random(in: -40...40) * 7 * 3600)
                lines +=
                    "BEGIN:\(kind)\nRECURRENCE-ID\(Bool.random() ? ";RANGE=THISANDFUTURE" : "")" + text("", value)
                    + "\n"
                lines += text("DTSTART", isDate ? .date(moved.date) : .floating(moved)) + "\nEND:\(kind)"
            }
            let object = try Calendars.object(lines)
            let extent = Extent(of: object)
            for _ in 0..<12 {
                let from = start.seconds + Int64.random(in: -60...400) * Self.day / 2 + Int64.random(in: 0..<24) * 3600
                let range = from..<from + [1, 3600, Self.day, 5 * Self.day].randomElement()!
                let viewer = viewers.randomElement() ?? .utc
                var budget = WorkBudget()
                let matches = object.components.indices.contains {
                    object.matches($0, range, floating: viewer, within: &budget) != .no
                }
                guard matches else { continue }
                found += 1
                #expect(Self.mayTouch(extent, range), "round \(round): \(lines) in \(range), \(Self.describe(extent))")
            }
        }
        #expect(found > 100)
    }

    /// Where clocks are put forward, an instance can come before the start; and floating times lie where the asker is.
    @Test(arguments: ["DAILY", "HOURLY", "MINUTELY", "SECONDLY"])
    func anEndlessSeriesFillsEveryDay(frequency: String) throws {
        for start in [
            "DTSTART;TZID=Europe/Berlin:20260329T023000", "DTSTART:20260329T000000", "DTSTART:20260329T000000Z",
            "DTSTART:20260329T235959Z", "DTSTART:00010101T000000Z", "DTSTART:99991231T235959Z",
        ] {
            let object = try Calendars.object("BEGIN:VEVENT\n\(start)\nRRULE:FREQ=\(frequency)\nEND:VEVENT")
            let extent = Extent(of: object)
            let first = try #require(DateValue(object.components[0].all("DTSTART")[0])).civil.seconds
            for day in [0, 1, 2, 100, 4094, 4095, 4096, 5000] as [Int64] where first < 200_000_000_000 {
                let from = first + day * Self.day
                #expect(Self.mayTouch(extent, from..<from + Self.day), "\(start) \(day)")
            }
            if first > -62_000_000_000 { #expect(!Self.mayTouch(extent, first - 5 * Self.day..<first - 4 * Self.day)) }
        }
    }

    @Test func aBombCostsNoMoreThanItsBudget() throws {
        let rules = (0..<10).map { "RRULE:FREQ=SECONDLY;INTERVAL=\($0 + 1)" }.joined(separator: "\n")
        let clock = ContinuousClock()
        let object = try Calendars.event("DTSTART:00010101T000000Z\n" + rules)
        var extent = Extent.nothing
        let time = clock.measure { extent = Extent(of: object) }
        #expect(extent.last == .max)
        #expect(Self.mayTouch(extent, 0..<1))
        #expect(time < .seconds(20))
    }
}

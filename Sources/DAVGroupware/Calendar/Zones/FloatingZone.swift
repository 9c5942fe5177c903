import DAV
import HTTPTypes

/// The zone in which dates without one are understood (RFC 4791 §7.3): that of the request, else that of the calendar, else
/// UTC.
struct FloatingZone: Sendable {
    let rules: ZoneRules

    static let utc = FloatingZone(rules: .utc)

    private init(rules: ZoneRules) { self.rules = rules }

    /// What a request's body says by `C:timezone` or `C:timezone-id`; `nil` if it says nothing.
    ///
    /// - Throws: 403 `valid-calendar-data` if it is no VTIMEZONE (RFC 4791 §7.8); 403 `valid-timezone` for a name not known
    ///   (RFC 7809 §5.1).
    init?(query body: XMLElement, _ zones: Zones) throws(DAVError) {
        if let element = body.first(.calDAV("timezone-id")) {
            guard let name = zones.exactName(element.text.trimmingWhitespace), let rules = zones.rules(name) else {
                throw .validTimezone
            }
            self.rules = rules
        } else if let element = body.first(.calDAV("timezone")) {
            rules = try TimezoneText(element.text, zones).rules
        } else {
            return nil
        }
    }

    /// What a calendar says. Cost: one query.
    init(of calendar: any DAVCollection, _ zones: Zones) async throws {
        let entry = try await calendar.entries(.itself, fields: .deadProperties).first
        self.init(settings: entry?.deadProperties ?? [], zones)
    }

    /// What the properties of a calendar say.
    init(settings: [DeadProperty], _ zones: Zones) {
        func text(_ name: XMLName) -> String? {
            settings.first { $0.name == name }.flatMap { try? XMLElement.parse($0.xml) }?.text
        }
        if let name = text(.calDAV("calendar-timezone-id")), let rules = zones.rules(name.trimmingWhitespace) {
            self.rules = rules
        } else if let zone = text(.calDAV("calendar-timezone")).flatMap({ try? TimezoneText($0, zones) }) {
            rules = zone.rules
        } else {
            rules = .utc
        }
    }
}

/// A time zone by value: an iCalendar text with one VTIMEZONE (RFC 4791 §5.2.2).
struct TimezoneText: Sendable {
    let rules: ZoneRules
    /// The IANA name it goes by, if it is one.
    let name: String?

    /// - Throws: 403 `valid-calendar-data`
    init(_ text: String, _ zones: Zones) throws(DAVError) {
        let limits = ContentLimits(maxBytes: 1 << 18, maxLines: 5000, maxComponents: 1000)
        guard let top = try? ContentText.components(of: Array(text.utf8), limits: limits), top.count == 1,
            let outer = top.first
        else { throw TimezoneText.refusal }
        // A VTIMEZONE alone says as much as one in a VCALENDAR.
        let parts = outer.name == "VCALENDAR" ? outer.components : [outer]
        guard parts.count == 1, let zone = parts.first, zone.name == "VTIMEZONE", let id = zone["TZID"],
            let rules = zones.rules(of: zone)
        else { throw TimezoneText.refusal }
        name = zones.exactName(DateValue.bare(tzid: id.value))
        self.rules = rules
    }

    private static let refusal = DAVError.validCalendarData("The value must be an iCalendar text with one VTIMEZONE.")
}

extension String {
    /// Without XML white space at both ends.
    var trimmingWhitespace: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || 0x09...0x0D ~= $0 }
        let bytes = Array(utf8.drop(while: isSpace))
        return String(decoding: bytes[..<((bytes.lastIndex { !isSpace($0) } ?? -1) + 1)], as: UTF8.self)
    }
}

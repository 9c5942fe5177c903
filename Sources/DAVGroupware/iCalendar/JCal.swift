/// iCalendar in JSON (RFC 7265), both ways (K-10).
package enum JCal {
    package static let mediaType = "application/calendar+json"

    /// Properties keep their order and their values; the case of names does not survive, nor do folds.
    package static func octets(of calendar: Component) -> [UInt8] {
        JSONWriter.octets(of: vocabulary.json(calendar))
    }

    /// - Throws: ``ContentTextError`` if it is no jCal.
    package static func component(of octets: [UInt8]) throws(ContentTextError) -> Component {
        try vocabulary.component(try JSONReader.value(of: octets))
    }

    static let vocabulary = JSONVocabulary(
        types: Dictionary(uniqueKeysWithValues: types.flatMap { type, names in names.map { ($0, type) } }),
        lists: ["CATEGORIES", "RESOURCES", "FREEBUSY", "EXDATE", "RDATE"], structured: ["GEO", "REQUEST-STATUS"],
        hasListsInParts: false)

    /// RFC 5545 §3.8, RFC 7986 §5, RFC 7953 §3.2, RFC 9074.
    private static let types: [String: [String]] = [
        "date-time": [
            "DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "EXDATE", "RDATE", "COMPLETED", "CREATED", "DTSTAMP",
            "LAST-MODIFIED", "ACKNOWLEDGED",
        ],
        "duration": ["DURATION", "TRIGGER", "REFRESH-INTERVAL"],
        "recur": ["RRULE", "EXRULE"],
        "cal-address": ["ATTENDEE", "ORGANIZER"],
        "uri": ["ATTACH", "TZURL", "URL", "SOURCE", "IMAGE", "CONFERENCE"],
        "integer": ["PERCENT-COMPLETE", "PRIORITY", "REPEAT", "SEQUENCE"],
        "float": ["GEO"],
        "utc-offset": ["TZOFFSETFROM", "TZOFFSETTO"],
        "period": ["FREEBUSY"],
        "text": [
            "ACTION", "BUSYTYPE", "CALSCALE", "CATEGORIES", "CLASS", "COLOR", "COMMENT", "CONTACT", "DESCRIPTION",
            "LOCATION", "METHOD", "NAME", "PRODID", "PROXIMITY", "RELATED-TO", "REQUEST-STATUS", "RESOURCES", "STATUS",
            "SUMMARY", "TRANSP", "TZID", "TZNAME", "UID", "VERSION",
        ],
    ]
}

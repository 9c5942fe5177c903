import DAV

/// What Apple's calendars and contacts ask for, in the order and the namespaces they do.
enum Apple {
    static let namespaces = """
        xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="urn:ietf:params:xml:ns:carddav" \
        xmlns:CS="http://calendarserver.org/ns/" xmlns:I="http://apple.com/ns/ical/" xmlns:ME="http://me.com/_namespace/"
        """

    static func propfind(_ properties: [String]) -> String {
        let names = properties.map { "<\($0)/>" }.joined()
        return
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<D:propfind \(namespaces)><D:prop>\(names)</D:prop></D:propfind>"
    }

    static let first = ["D:current-user-principal", "D:principal-URL", "D:resourcetype"]

    static let principal = [
        "C:calendar-home-set", "C:calendar-user-address-set", "D:displayname", "D:current-user-principal",
        "CS:dropbox-home-URL", "CS:email-address-set", "CS:notification-URL", "D:principal-collection-set",
        "D:principal-URL", "D:resource-id", "C:schedule-inbox-URL", "C:schedule-outbox-URL", "D:supported-report-set",
    ]

    static let calendarHome = [
        "D:add-member", "CS:allowed-sharing-modes", "I:autoprovisioned", "ME:bulk-requests", "I:calendar-color",
        "C:calendar-description", "C:calendar-free-busy-set", "I:calendar-order", "C:calendar-timezone",
        "D:current-user-privilege-set", "C:default-alarm-vevent-date", "C:default-alarm-vevent-datetime",
        "D:displayname", "CS:getctag", "CS:invite", "I:language-code", "I:location-code", "D:owner",
        "CS:pre-publish-url", "CS:publish-url", "CS:push-transports", "CS:pushkey", "D:quota-available-bytes",
        "D:quota-used-bytes", "I:refreshrate", "D:resource-id", "D:resourcetype", "C:schedule-calendar-transp",
        "C:schedule-default-calendar-URL", "CS:source", "CS:subscribed-strip-alarms",
        "CS:subscribed-strip-attachments", "CS:subscribed-strip-todos", "C:supported-calendar-component-set",
        "C:supported-calendar-component-sets", "D:supported-report-set", "D:sync-token", "CS:xmpp-server",
        "CS:xmpp-uri",
    ]

    static let contactHome = [
        "D:add-member", "ME:bulk-requests", "D:current-user-privilege-set", "D:displayname", "CS:getctag",
        "A:max-image-size", "A:max-resource-size", "CS:me-card", "D:owner", "CS:push-transports", "CS:pushkey",
        "D:quota-available-bytes", "D:quota-used-bytes", "D:resource-id", "D:resourcetype", "D:supported-report-set",
        "D:sync-token",
    ]

    static func sync(_ token: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <D:sync-collection \(namespaces)><D:sync-token>\(token)</D:sync-token><D:sync-level>1</D:sync-level>\
        <D:prop><D:getetag/><D:sync-token/><CS:getctag/><D:displayname/><I:calendar-color/></D:prop></D:sync-collection>
        """
    }

    static func proppatch(_ properties: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <D:propertyupdate \(namespaces)><D:set><D:prop>\(properties)</D:prop></D:set></D:propertyupdate>
        """
    }

    static let event = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Apple Inc.//macOS 15//EN", "BEGIN:VEVENT", "UID:A-1",
        "DTSTAMP:20260101T000000Z", "DTSTART:20260102T090000Z", "DTEND:20260102T100000Z", "SUMMARY:Tea", "END:VEVENT",
        "END:VCALENDAR", "",
    ].joined(separator: "\r\n")
}

extension XMLName {
    static func calDAV(_ local: String) -> XMLName { XMLName("urn:ietf:params:xml:ns:caldav", local) }
    static func cardDAV(_ local: String) -> XMLName { XMLName("urn:ietf:params:xml:ns:carddav", local) }
    static func calendarServer(_ local: String) -> XMLName { XMLName("http://calendarserver.org/ns/", local) }
    static func apple(_ local: String) -> XMLName { XMLName("http://apple.com/ns/ical/", local) }
}

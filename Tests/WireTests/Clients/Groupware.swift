import DAV

/// The objects and the reports that every client of calendars and address books has in common.
enum Groupware {
    static let calendars = "/calendars/alice/"
    static let calendar = "/calendars/alice/calendar/"
    static let book = "/contacts/alice/contacts/"

    static func event(_ uid: String, _ summary: String = "Tea") -> String {
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Replay//EN", "BEGIN:VEVENT", "UID:\(uid)",
            "DTSTAMP:20260101T000000Z", "DTSTART:20260102T090000Z", "DTEND:20260102T100000Z", "SUMMARY:\(summary)",
            "END:VEVENT", "END:VCALENDAR", "",
        ].joined(separator: "\r\n")
    }

    static func card(_ uid: String, _ name: String = "Ann") -> String {
        [
            "BEGIN:VCARD", "VERSION:3.0", "UID:\(uid)", "FN:\(name)", "N:;\(name);;;", "END:VCARD", "",
        ].joined(separator: "\r\n")
    }

    static func multiget(_ hrefs: some Collection<String>) -> String {
        """
        <?xml version="1.0" encoding="utf-8"?><C:calendar-multiget xmlns="DAV:" \
        xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getcontenttype/><getetag/><C:calendar-data/></prop>\
        \(hrefs.map { "<href>\($0)</href>" }.joined())</C:calendar-multiget>
        """
    }

    /// - Parameter data: what the cards are asked for with, an empty element.
    static func cards(_ hrefs: some Collection<String>, data: String = "<C:address-data/>") -> String {
        """
        <?xml version="1.0" encoding="utf-8" ?>
        <C:addressbook-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><prop><getetag/>\(data)</prop>\
        \(hrefs.map { "<href>\($0)</href>" }.joined())</C:addressbook-multiget>
        """
    }

    /// - Parameter properties: in the namespaces `DAV:`, without a prefix, and `card`.
    static func sync(_ token: String, _ properties: String) -> String {
        """
        <?xml version='1.0' encoding='UTF-8' ?><sync-collection xmlns="DAV:" \
        xmlns:card="urn:ietf:params:xml:ns:carddav"><sync-token>\(token)</sync-token><sync-level>1</sync-level>\
        <prop>\(properties)</prop></sync-collection>
        """
    }
}

extension Client {
    func putEvent(_ target: String, _ text: String, _ headers: [(String, String)] = [("If-None-Match", "*")])
        async throws -> Reply
    { try await send("PUT", target, headers + [("Content-Type", "text/calendar; charset=utf-8")], text) }

    func putCard(_ target: String, _ text: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await send("PUT", target, headers + [("Content-Type", "text/vcard; charset=utf-8")], text)
    }

    /// PROPFIND with these properties, in the namespaces of ``Apple/namespaces``.
    func ask(_ target: String, depth: String = "0", _ properties: [String]) async throws -> Multistatus {
        try Multistatus(
            await send(
                "PROPFIND", target, [("Depth", depth), ("Content-Type", "application/xml; charset=utf-8")],
                Apple.propfind(properties)))
    }
}

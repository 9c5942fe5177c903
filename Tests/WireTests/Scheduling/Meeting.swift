import Testing

/// An event with people in it, as a client would write it.
struct Meeting: Sendable {
    var uid = "tea"
    var organizer: String
    /// What stands in each ATTENDEE line before its address, and the address.
    var attendees: [(parameters: String, address: String)]
    var start = "20270104T150000Z"
    var end = "20270104T160000Z"
    var summary = "Tea"
    var more: [String] = []
    /// Components beside the first, each as its lines.
    var overrides: [[String]] = []

    init(of organizer: Client, with attendees: [Client]) {
        self.organizer = organizer.mail
        self.attendees =
            [("PARTSTAT=ACCEPTED", organizer.mail)] + attendees.map { ("PARTSTAT=NEEDS-ACTION;RSVP=TRUE", $0.mail) }
    }

    var people: [String] {
        ["ORGANIZER:\(organizer)"]
            + attendees.map { "ATTENDEE\($0.parameters.isEmpty ? "" : ";")\($0.parameters):\($0.address)" }
    }

    var text: String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", "BEGIN:VEVENT", "UID:\(uid)",
            "DTSTAMP:20260101T000000Z",
        ]
        lines += ["DTSTART:\(start)", "DTEND:\(end)", "SUMMARY:\(summary)"] + people + more + ["END:VEVENT"]
        for override in overrides {
            lines += ["BEGIN:VEVENT", "UID:\(uid)", "DTSTAMP:20260101T000000Z"] + override + people + ["END:VEVENT"]
        }
        return (lines + ["END:VCALENDAR", ""]).joined(separator: "\r\n")
    }
}

extension Client {
    /// Where what they are invited to appears.
    var calendar: String { "\(home)calendar/" }
    var inbox: String { "\(home)inbox/" }

    /// The members of a collection and their bodies.
    func bodies(in target: String) async throws -> [String: String] {
        var bodies: [String: String] = [:]
        let listed = try await Multistatus(send("PROPFIND", target, [("Depth", "1")])).responses.map(\.href)
        for href in listed where href != target { bodies[href] = try await get(href).text.unfolded }
        return bodies
    }

    /// The one object of a collection.
    func only(in target: String, _ location: SourceLocation = #_sourceLocation) async throws -> (
        href: String, text: String
    ) {
        let bodies = try await bodies(in: target)
        try #require(bodies.count == 1, "\(bodies)", sourceLocation: location)
        let first = try #require(bodies.first)
        return (first.key, first.value)
    }

    /// Writes what they have, with something in it replaced.
    func edit(
        _ href: String, _ headers: [(String, String)] = [], _ change: (String) -> String
    ) async throws -> Reply {
        try await putEvent(href, change(try await get(href).text.unfolded), headers)
    }

    /// Answers for themselves.
    func reply(_ answer: String, to href: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await edit(href, headers) { $0.answering(answer, as: mail) }
    }
}

extension String {
    var unfolded: String { replacing("\r\n ", with: "").replacing("\r\n\t", with: "") }

    var lines: [String] { components(of: "\r\n") }

    private func components(of separator: String) -> [String] { split(separator: separator).map(String.init) }

    /// The ATTENDEE lines of somebody.
    func attendee(_ client: Client) -> [String] {
        unfolded.lines.filter { $0.hasPrefix("ATTENDEE") && $0.lowercased().hasSuffix(":" + client.mail) }
    }

    /// What somebody answered, in each component.
    func answers(of client: Client) -> [String] {
        attendee(client).map { line in
            line.split(whereSeparator: { $0 == ";" || $0 == ":" }).first { $0.hasPrefix("PARTSTAT=") }.map {
                String($0.dropFirst(9))
            }
                ?? "NEEDS-ACTION"
        }
    }

    /// With another answer of whoever has the address.
    func answering(_ answer: String, as mail: String) -> String {
        unfolded.lines.map { line in
            guard line.hasPrefix("ATTENDEE"), line.lowercased().hasSuffix(":" + mail) else { return line }
            let parts = line.dropLast(mail.utf8.count + 1).split(separator: ";").filter { !$0.hasPrefix("PARTSTAT=") }
            return parts.joined(separator: ";") + ";PARTSTAT=\(answer):" + mail
        }.joined(separator: "\r\n") + "\r\n"
    }
}

/// The record as octets: a line that names the version, then one for each field, its key and its value with a space between.
/// Control characters and `%` are escaped as in URIs, so a value never ends a line.
extension ShareNoticeRecord {
    private static let heading = "notice 1"

    /// What is kept. Equal records have equal octets, so that saying the same again changes nothing.
    public var octets: [UInt8] {
        var lines = Lines()
        lines.add("seat", notice.key.seat.uuidString)
        switch notice.content {
        case .invitation(let grant, let comment):
            lines.add("says", "invitation")
            lines.add("access", String(grant.rawValue))
            lines.add("comment", comment)
        case .changed(let grant):
            lines.add("says", "changed")
            lines.add("access", grant.map { String($0.rawValue) })
        case .reply(let person, let hasAccepted, let comment):
            lines.add("says", hasAccepted ? "accepted" : "declined")
            lines.add("replier", person.name.string)
            lines.add("comment", comment)
        case .withdrawn: lines.add("says", "withdrawn")
        }
        lines.add("replier-name", replierName)
        lines.add("recipient", recipient.name.string)
        lines.add("sharer", sharer.id.name.string)
        lines.add("sharer-name", sharer.name)
        lines.add("share", share.uuidString)
        lines.add("source", Href.encode(path: source, isCollection: true))
        lines.add("kind", kind)
        lines.add("title", title)
        for component in components { lines.add("component", component) }
        return Array(Self.heading.utf8) + lines.bytes
    }

    /// Reads what was kept.
    ///
    /// - Returns: `nil` for octets of another version, or of another origin.
    public init?(octets: [UInt8]) {
        guard let fields = Fields(octets, heading: Self.heading), let recipient = fields.principal("recipient"),
            let sharer = fields.principal("sharer"), let seat = fields["seat"].flatMap({ ResourceID(uuidString: $0) }),
            let share = fields["share"].flatMap({ ResourceID(uuidString: $0) }), let kind = fields["kind"],
            let source = fields["source"].flatMap({ try? DAVPath(parsing: $0) }), let content = fields.content
        else { return nil }
        let isReply = if case .reply = content { true } else { false }
        self.init(
            ShareNotice(ShareNotice.Key(seat: seat, isReply: isReply), content), for: recipient,
            from: Person(sharer, name: fields["sharer-name"]), replierName: fields["replier-name"], share: share,
            at: source, kind: kind, title: fields["title"], components: fields.all("component"))
    }

    private struct Lines {
        var bytes: [UInt8] = []

        /// Nothing for a value that is not there.
        mutating func add(_ key: String, _ value: String?) {
            guard let value else { return }
            bytes += "\n".utf8
            bytes += key.utf8
            bytes += " ".utf8
            for byte in value.utf8 {
                if byte >= 0x20, byte != 0x7F, byte != UInt8(ascii: "%") {
                    bytes.append(byte)
                } else {
                    bytes += "%".utf8
                    bytes += (byte < 0x10 ? "0" : "").utf8
                    bytes += String(byte, radix: 16).utf8
                }
            }
        }
    }

    private struct Fields {
        private var values: [(key: String, value: String)] = []

        init?(_ octets: [UInt8], heading: String) {
            let lines = octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            guard let first = lines.first, first.elementsEqual(heading.utf8) else { return nil }
            for line in lines.dropFirst() {
                guard let space = line.firstIndex(of: UInt8(ascii: " ")),
                    let value = Href.decode(line[(space + 1)...])
                else { return nil }
                values.append((String(decoding: line[..<space], as: UTF8.self), value))
            }
        }

        subscript(key: String) -> String? { values.first { $0.key == key }?.value }
        func all(_ key: String) -> [String] { values.filter { $0.key == key }.map(\.value) }
        func principal(_ key: String) -> PrincipalID? { self[key].flatMap { Name($0) }.map { PrincipalID($0) } }

        var content: ShareNotice.Content? {
            let grant = self["access"].map { Int($0).flatMap { ShareGrant(rawValue: $0) } }
            switch self["says"] {
            case "invitation":
                guard case .some(.some(let grant)) = grant else { return nil }
                return .invitation(grant, comment: self["comment"])
            case "changed":
                if case .some(.none) = grant { return nil }
                return .changed(grant ?? nil)
            case "accepted", "declined":
                return principal("replier").map {
                    .reply(from: $0, hasAccepted: self["says"] == "accepted", comment: self["comment"])
                }
            default: return nil
            }
        }
    }
}

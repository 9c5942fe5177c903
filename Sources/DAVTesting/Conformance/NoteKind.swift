public import DAV
import HTTPTypes

extension CollectionKind {
    /// A kind for trying out what kinds can demand of content: each member is a note, lines of `key: value` with a `uid`.
    ///
    /// A note is refused without a `uid` (one that replaces another takes over the other's), or if its `topic` is not that of the collection's property; `from` and `to` are
    /// instants, `text` is what it says, and a note that says `repair: please` is stored with other octets than were sent.
    public static let notes = CollectionKind(
        id: "notes", resourceTypes: [.dav("collection"), XMLName("http://martlet.invalid/ns/", "notes")],
        content: NotePolicy(), placement: Placement(holders: ["desk"], children: []))

    /// Where collections of notes stand. It tells of each whatever happens in it (Y-42).
    public static let desk = CollectionKind(
        id: "desk", resourceTypes: [.dav("collection"), XMLName("http://martlet.invalid/ns/", "desk")],
        placement: Placement(children: ["notes", "folder"], holdsMembers: false), reportsChildChanges: true)
}

/// The policy of ``DAV/CollectionKind/notes``.
struct NotePolicy: ContentPolicy {
    static let namespace = "http://martlet.invalid/ns/"
    static let topic = XMLName(namespace, "topic")
    static let invalid = DAVError(.forbidden, .init(XMLName(namespace, "valid-note")), "This is not a note.")

    var personal: (any PersonalContent)?

    var maxBytes: Int { 100_000 }
    var tooLarge: DAVError { DAVError(.forbidden, .init(XMLName(Self.namespace, "max-note-size")), "Too long.") }
    var uidConflict: XMLName { XMLName(Self.namespace, "no-uid-conflict") }

    func admit(
        _ body: [UInt8], contentType: String?, settings: [DeadProperty], storedUID: String?
    ) throws(DAVError) -> AdmittedContent {
        var fields: [String: String] = [:]
        let text = String(decoding: body, as: UTF8.self)
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { throw Self.invalid }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        guard let uid = fields["uid"] ?? storedUID else { throw Self.invalid }
        if let wanted = settings.first(where: { $0.name == Self.topic }) {
            guard String(decoding: wanted.xml, as: UTF8.self).contains(">\(fields["topic"] ?? "")<") else {
                throw Self.invalid
            }
        }
        let index = ContentIndex(
            uid: uid, component: fields["topic"] ?? "NOTE", first: fields["from"].flatMap { Int64($0) } ?? .min,
            last: fields["to"].flatMap { Int64($0) } ?? .max,
            days: fields["days"].map { $0.split(separator: ",").compactMap { UInt8($0) } },
            text: fields["text"].map(TextFolding.fold))
        var repaired = text.replacing("repair: please", with: "repair: done")
        if fields["uid"] == nil { repaired = "uid: \(uid)\n" + repaired }
        let replacement = repaired == text ? nil : Array(repaired.utf8)
        return AdmittedContent(replacement: replacement, contentType: "text/note", index: index)
    }
}

/// vCard 3.0 (RFC 2426) told as 4.0 (RFC 6350), and the reverse (B-05, B-10).
///
/// What one version has no word for is kept under an `X-` name where clients know one, and comes back by the way back. What
/// is lost is listed in `docs/vcard-versions.md`. Nothing but the text that is sent is ever converted: what is stored stays.
package enum VCardConversion {
    /// - Returns: the card itself if it is of that version; `nil` if it is of neither.
    package static func convert(_ card: Component, to version: VCard.Version) -> Component? {
        guard let current = VCard.Version(of: card) else { return nil }
        guard current != version else { return card }
        let properties =
            switch version {
            case .three: VersionThree(card).properties
            case .four: VersionFour(card).properties
            }
        return Component("VCARD", [ContentLine("VERSION", value: version.rawValue)] + properties)
    }

    /// Names that the versions have for the same, 3.0 first: those of Apple for groups, those of Evolution, KDE and others for
    /// dates and gender.
    static let names: [(three: String, four: String)] = [
        ("X-ADDRESSBOOKSERVER-KIND", "KIND"), ("X-ADDRESSBOOKSERVER-MEMBER", "MEMBER"),
        ("X-ANNIVERSARY", "ANNIVERSARY"),
        ("X-GENDER", "GENDER"), ("X-RELATED", "RELATED"), ("X-LANG", "LANG"), ("X-XML", "XML"),
        ("X-BIRTHPLACE", "BIRTHPLACE"), ("X-DEATHPLACE", "DEATHPLACE"), ("X-DEATHDATE", "DEATHDATE"),
        ("X-EXPERTISE", "EXPERTISE"), ("X-HOBBY", "HOBBY"), ("X-INTEREST", "INTEREST"),
        ("X-ORG-DIRECTORY", "ORG-DIRECTORY"), ("X-CONTACT-URI", "CONTACT-URI"), ("CLASS", "X-CLASS"),
        ("MAILER", "X-MAILER"),
        ("NAME", "X-NAME"),
    ]

    /// Properties that may hold what they are about.
    static let media = ["PHOTO", "LOGO", "SOUND", "KEY"]
}

extension ContentLine {
    /// What TYPE says, however it is written: repeated, listed, or listed inside quotes.
    package var types: [String] {
        values(of: "TYPE").flatMap { value in
            value.utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) }
        }
    }

    func isNamed(anyOf names: [String]) -> Bool { names.contains(where: isNamed) }

    func hasType(_ type: String) -> Bool { types.contains { $0.isASCIIEqual(to: type) } }

    /// Whether VALUE names the type, in upper case.
    func hasValueType(_ type: String) -> Bool { self["VALUE"]?.isASCIIEqual(to: type) ?? false }

    mutating func remove(_ names: String...) {
        parameters.removeAll { parameter in names.contains { parameter.name.isASCIIEqual(to: $0) } }
    }

    /// Leaves one TYPE with these, or none.
    mutating func setTypes(_ types: [String]) {
        let place = parameters.firstIndex { $0.name.isASCIIEqual(to: "TYPE") } ?? parameters.count
        remove("TYPE")
        guard !types.isEmpty else { return }
        parameters.insert(Parameter("TYPE", types), at: min(place, parameters.count))
    }
}

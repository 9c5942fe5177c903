/// vCard 4.0 in JSON (RFC 7095), both ways (K-10).
package enum JCard {
    package static let mediaType = "application/vcard+json"

    /// - Returns: `nil` for a card of a version that cannot be told as 4.0.
    package static func octets(of card: Component) -> [UInt8]? {
        guard let card = VCardConversion.convert(card, to: .four) else { return nil }
        return JSONWriter.octets(of: vocabulary.json(card, withComponents: false))
    }

    /// - Throws: ``ContentTextError`` if it is no jCard.
    package static func component(of octets: [UInt8]) throws(ContentTextError) -> Component {
        try vocabulary.component(try JSONReader.value(of: octets))
    }

    static let vocabulary = JSONVocabulary(
        types: Dictionary(uniqueKeysWithValues: types.flatMap { type, names in names.map { ($0, type) } }),
        lists: ["NICKNAME", "CATEGORIES"], structured: ["N", "ADR", "ORG", "GENDER", "CLIENTPIDMAP"],
        hasListsInParts: true)

    /// RFC 6350 §6, RFC 6474, RFC 6715.
    private static let types: [String: [String]] = [
        "uri": [
            "SOURCE", "PHOTO", "IMPP", "GEO", "LOGO", "MEMBER", "RELATED", "SOUND", "UID", "URL", "KEY", "FBURL",
            "CALADRURI", "CALURI", "ORG-DIRECTORY", "CONTACT-URI",
        ],
        "date-and-or-time": ["BDAY", "ANNIVERSARY", "DEATHDATE"],
        "timestamp": ["REV"],
        "language-tag": ["LANG"],
        "text": [
            "VERSION", "KIND", "XML", "FN", "N", "NICKNAME", "GENDER", "ADR", "TEL", "EMAIL", "TZ", "TITLE", "ROLE",
            "ORG",
            "CATEGORIES", "NOTE", "PRODID", "CLIENTPIDMAP", "BIRTHPLACE", "DEATHPLACE", "EXPERTISE", "HOBBY",
            "INTEREST",
        ],
    ]
}

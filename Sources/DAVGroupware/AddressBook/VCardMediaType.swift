import DAV

/// The media types of cards (RFC 6350 §10.1, RFC 7095 §5.1).
enum VCardMediaType {
    /// What GET calls a card as it is stored. A version is not told: clients compare the text.
    static let stored = "text/vcard; charset=utf-8"
    static let jCard = "application/vcard+json"

    /// Whether a body of that type is taken: a vCard in UTF-8, also by the names it had before RFC 6350 (B-08).
    static func isStorable(_ contentType: String) -> Bool {
        guard let type = MediaRange(contentType) else { return false }
        guard ["utf-8", "utf8", "us-ascii"].contains(type.parameters["charset"]?.lowercased() ?? "utf-8") else {
            return false
        }
        switch type.essence {
        case "text/vcard", "text/x-vcard": return true
        case "text/directory": return type.parameters["profile"]?.isASCIIEqual(to: "vCard") ?? true
        default: return false
        }
    }
}

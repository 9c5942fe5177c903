import DAV

/// A form a card is told in.
enum CardForm: Sendable, Hashable {
    /// Octet by octet as it was stored.
    case stored
    case vCard(VCard.Version)
    /// RFC 7095
    case jCard

    /// The form a GET asks for (RFC 6352 §5.1.1): of those it names the one it likes best, and what is stored rather than
    /// another. A header that names no form of a card, such as a browser's, is left aside.
    ///
    /// - Returns: `nil` if it names cards, but none that can be had.
    init?(_ accept: Accept) {
        var best: (form: CardForm, weight: Int)?
        var namesCards = false
        for range in accept.ranges {
            if range.essence.contains("vcard") { namesCards = true }
            guard range.weight > 0, let form = CardForm(range) else { continue }
            if let best, best.weight > range.weight || best.weight == range.weight && form != .stored { continue }
            best = (form, range.weight)
        }
        guard let form = best?.form ?? (namesCards ? nil : .stored) else { return nil }
        self = form
    }

    private init?(_ range: MediaRange) {
        switch range.essence {
        case "*/*", "text/*": self = .stored
        case "text/vcard", "text/x-vcard", "text/directory":
            guard let version = range.parameters["version"] else {
                self = .stored
                return
            }
            guard let known = VCard.Version(rawValue: version) else { return nil }
            self = .vCard(known)
        case VCardMediaType.jCard: self = .jCard
        default: return nil
        }
    }

    /// What a card told in this form is called.
    var contentType: String {
        switch self {
        case .stored: VCardMediaType.stored
        case .vCard(let version): "text/vcard; charset=utf-8; version=\(version.rawValue)"
        case .jCard: VCardMediaType.jCard
        }
    }
}

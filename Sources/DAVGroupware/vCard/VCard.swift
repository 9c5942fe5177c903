import DAV

/// A card as an address book stores it (RFC 6352 §5.1): one vCard of version 3.0 or 4.0.
package struct VCard: Sendable {
    /// RFC 2426 and RFC 6350.
    package enum Version: String, Sendable, Hashable, CaseIterable {
        case three = "3.0"
        case four = "4.0"

        /// `nil` for any other, 2.1 among them.
        package init?(of card: Component) {
            guard let value = card["VERSION"]?.value else { return nil }
            self.init(rawValue: String(decoding: value.utf8.filter { $0 > 0x20 }, as: UTF8.self))
        }
    }

    /// What a card has to keep to be stored.
    package struct Rules: Sendable {
        package var limits: ContentLimits
        /// Refuses what is otherwise accepted and kept although it is not as the RFCs want it: no FN or N, no UID, broken lines.
        package var isStrict: Bool
        /// Makes a UID for a card that has none.
        package var makeUID: @Sendable () -> String

        package init(
            limits: ContentLimits = ContentLimits(), isStrict: Bool = false,
            makeUID: @escaping @Sendable () -> String = { ResourceID.random().uuidString }
        ) {
            self.limits = limits
            self.isStrict = isStrict
            self.makeUID = makeUID
        }
    }

    /// The VCARD.
    package let card: Component
    package let version: Version
    /// As written, with escapes undone: neither case nor `urn:uuid:` nor braces are taken away.
    package let uid: String
    /// How the text differs from the grammar.
    package let deviations: ContentText.Deviations
    /// What to store instead of what was sent, which lacked a UID; `nil`: the octets as they came. The `source` of everything
    /// in ``card`` refers to what is stored.
    package let replacement: [UInt8]?

    /// Whether it is a list of other cards, in the style of either version (RFC 6350 §6.1.4, or Apple's for 3.0).
    package var isGroup: Bool {
        ["KIND", "X-ADDRESSBOOKSERVER-KIND"].contains { card[$0]?.value.isASCIIEqual(to: "group") ?? false }
    }

    /// Reads and judges a body. Cost: linear in its octets, photographs included.
    ///
    /// - Throws: ``CardViolation``, which names the precondition.
    package init(parsing octets: [UInt8], rules: Rules = Rules()) throws(CardViolation) {
        let text = try VCard.read(octets, rules.limits)
        let card = try VCard.card(in: text, octets)
        guard let version = card["VERSION"] else {
            throw CardViolation(.validAddressData, line: 1, "A card has a VERSION.")
        }
        guard let number = Version(of: card) else {
            throw CardViolation(
                .supportedAddressData, line: ContentText.line(at: version.source.lowerBound, in: octets),
                "Cards are vCards of version 3.0 or 4.0.")
        }
        self.version = number
        deviations = text.deviations
        if rules.isStrict { try VCard.checkStrictly(card, number, deviations) }
        if let line = card["UID"], !line.value.isEmpty {
            self.card = card
            replacement = nil
        } else {
            let mended = VCard.octets(octets, of: card, with: rules.makeUID(), after: version)
            self.card = try VCard.card(in: VCard.read(mended, rules.limits), mended)
            replacement = mended
        }
        let line = self.card["UID"]
        uid = TextValue.unescape(line?.value ?? "")
        // It is kept in an index.
        guard let line, uid.utf8.count <= CalendarRules.maxUIDOctets else {
            throw CardViolation(.validAddressData, "A UID has 1 to \(CalendarRules.maxUIDOctets) octets.")
        }
        guard self.card.all("UID").allSatisfy({ $0.value.utf8.elementsEqual(line.value.utf8) }) else {
            throw CardViolation(.validAddressData, "A card has one UID.")
        }
    }

    private static func read(_ octets: [UInt8], _ limits: ContentLimits) throws(CardViolation) -> ContentText {
        let text: ContentText
        do {
            text = try ContentText(parsing: octets, limits: limits)
        } catch {
            let isTooLong = octets.count > limits.maxBytes
            throw CardViolation(isTooLong ? .maxResourceSize : .validAddressData, line: error.line, error.message)
        }
        guard !text.deviations.contains(.invalidUTF8) else {
            // RFC 6352 §5.1. Reports, which are XML, could not tell it as it is.
            throw CardViolation(.validAddressData, "The text is not UTF-8.")
        }
        return text
    }

    private static func card(in text: ContentText, _ octets: [UInt8]) throws(CardViolation) -> Component {
        guard let card = text.components.first else { throw CardViolation(.validAddressData, "There is no VCARD.") }
        if let other = text.components.first(where: { $0.name != "VCARD" }) ?? text.components.dropFirst().first {
            throw CardViolation(
                .validAddressData, line: ContentText.line(at: other.source.lowerBound, in: octets),
                "A member of an address book is one card; this is \(other.name == "VCARD" ? "another" : "something else")."
            )
        }
        return card
    }

    /// The body with a UID in place of an empty one, or after the VERSION, which comes first in 4.0 (RFC 6350 §6.7.9).
    private static func octets(
        _ body: [UInt8], of card: Component, with uid: String, after version: ContentLine
    ) -> [UInt8] {
        let place = card["UID"]?.source ?? version.source.upperBound..<version.source.upperBound
        return body[..<place.lowerBound] + Array("UID:\(TextValue.escape(uid))\r\n".utf8) + body[place.upperBound...]
    }

    private static func checkStrictly(
        _ card: Component, _ version: Version, _ deviations: ContentText.Deviations
    ) throws(CardViolation) {
        if !deviations.isEmpty {
            throw CardViolation(.validAddressData, "The text differs from the grammar of vCard: \(deviations.names).")
        }
        for name in version == .three ? ["FN", "N", "UID"] : ["FN", "UID"] where card[name] == nil {
            throw CardViolation(.validAddressData, "The card has no \(name).")
        }
        for name in ["N", "REV", "KIND", "GENDER", "BDAY"] where card.all(name).count > 1 && version == .three {
            throw CardViolation(.validAddressData, "The card has more than one \(name).")
        }
    }
}

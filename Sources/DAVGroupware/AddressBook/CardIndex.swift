import DAV

/// What a store keeps beside a card for queries.
enum CardIndex {
    /// Longest text that is kept. Of a card with more nothing is, so that it is opened whatever is looked for.
    static let mostTextBytes = 16 << 10

    /// Properties that hold data rather than words; a filter may ask for them, but the index does not know.
    static func isLeftOut(_ name: String) -> Bool { leftOut.contains { $0.isASCIIEqual(to: name) } }

    private static let leftOut = ["PHOTO", "LOGO", "SOUND", "KEY", "VERSION", "PRODID"]

    static func index(of card: Component, uid: String? = nil) -> ContentIndex {
        ContentIndex(uid: uid, component: "VCARD", text: text(of: card))
    }

    /// Every value as ``CardFilter`` looks at it, folded, a line each.
    static func text(of card: Component) -> String? {
        var text: [UInt8] = []
        for line in card.properties where !isLeftOut(line.name) {
            guard text.count + line.value.utf8.count <= mostTextBytes else { return nil }
            text += TextFolding.bytes(TextValue.unescape(line.value))
            text.append(0x0A)
        }
        return text.count <= mostTextBytes ? String(decoding: text, as: UTF8.self) : nil
    }
}

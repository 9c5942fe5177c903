/// Tells a stored card in another form (RFC 6352 §5.1.1).
enum CardConversion {
    /// - Returns: `nil` if the card cannot be read. What is in the form already is given octet by octet.
    static func octets(_ octets: [UInt8], as form: CardForm) -> [UInt8]? {
        switch form {
        case .stored: return octets
        case .vCard(let version):
            if self.version(of: octets) == version { return octets }
            guard let card = try? ContentText.components(of: octets).first else { return nil }
            if VCard.Version(of: card) == version { return octets }
            return VCardConversion.convert(card, to: version).map { ContentWriter.octets(of: [$0]) }
        case .jCard: return (try? ContentText.components(of: octets).first).flatMap(JCard.octets)
        }
    }

    /// What the first VERSION line says, looked for without parsing; `nil` where that does not do.
    static func version(of octets: [UInt8]) -> VCard.Version? {
        var start = 0
        // VERSION stands at the top of every card that is written today.
        for _ in 0..<8 {
            let end = octets[start...].firstIndex(of: 0x0A) ?? octets.count
            let line = String(decoding: octets[start..<end].filter { $0 > 0x20 }.prefix(16), as: UTF8.self)
            if line.uppercased().hasPrefix("VERSION:") { return VCard.Version(rawValue: String(line.dropFirst(8))) }
            guard end < octets.count else { return nil }
            start = end + 1
        }
        return nil
    }
}

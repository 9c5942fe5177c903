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

    /// What the second line says, where VERSION stands in every card that is written today; `nil` for any other card.
    static func version(of octets: [UInt8]) -> VCard.Version? {
        let lines = octets.prefix(200).split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        guard lines.count == 3 else { return nil }
        let line = String(decoding: lines[1].filter { $0 > 0x20 }, as: UTF8.self).uppercased()
        guard line.hasPrefix("VERSION:") else { return nil }
        return VCard.Version(rawValue: String(line.dropFirst(8)))
    }
}

@testable import DAVGroupware

extension GroupwareProperty {
    /// The input is a card.
    func checkCard(_ input: [UInt8]) throws {
        try checkText(input)
        let strict = try? VCard(parsing: input, rules: VCard.Rules(isStrict: true))
        guard let card = try? VCard(parsing: input) else {
            return try demand(strict == nil, "what strict rules take, lenient ones take")
        }
        try demand(!card.uid.isEmpty, "a card has a UID")
        if let stored = card.replacement {
            let again = try? VCard(parsing: stored)
            try demand(again?.uid == card.uid && again?.replacement == nil, "what was mended needs no mending")
        }
        for version in VCard.Version.allCases {
            guard let converted = VCardConversion.convert(card.card, to: version) else {
                throw Violation(description: "card: each version can be told")
            }
            let octets = ContentWriter.octets(of: [converted])
            let again = try? ContentText.components(of: octets).first
            try demand(again.flatMap(VCard.Version.init) == version, "a converted card is of the version asked for")
            try demand(version == card.version || again?["FN"] != nil, "a converted card has what it must")
        }
        let json = JCard.octets(of: card.card)
        let again = json.flatMap { try? JCard.component(of: $0) }.flatMap(JCard.octets)
        try demand(json != nil && again == json, "a card told in JSON, read and told again is the same")
    }
}

import DAV

@testable import DAVGroupware

extension GroupwareProperty {
    /// The input is a card. One that may be stored can be told in every form, and what is told is a card of that form.
    func checkCardForms(_ input: [UInt8]) throws {
        guard let card = try? VCard(parsing: input) else { return }
        let stored = card.replacement ?? input
        let again = try? VCard(parsing: stored)
        try demand(again != nil && again?.replacement == nil, "what was mended needs no mending")
        for version in VCard.Version.allCases {
            let told = CardConversion.octets(stored, as: .vCard(version)) ?? []
            let cards = (try? ContentText.components(of: told)) ?? []
            try demand(cards.count == 1 && cards.first?.name == "VCARD", "it is told as one card of \(version)")
            try demand(cards.first.flatMap(VCard.Version.init(of:)) == version, "it says that it is of \(version)")
            if version == card.version { try demand(told == stored, "of its own version it is its octets") }
        }
        let json = CardConversion.octets(stored, as: .jCard) ?? []
        try demand((try? JCard.component(of: json))?.name == "VCARD", "it is told as jCard")
    }
}

import DAV

@testable import DAVGroupware

extension GroupwareProperty {
    /// The input is a filter as XML, a NUL, and a card.
    func checkCardFilter(_ input: [UInt8]) throws {
        let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let element = try? XMLElement.parse(Array(parts[0])),
            let filter = try? CardFilter(element),
            let card = try? ContentText.components(of: Array(parts[1])).first
        else { return }
        let index = CardIndex.index(of: card)
        let finds = filter.matches(card)
        try demand(!finds || filter.query.mayMatch(index), "the index hides nothing the filter finds")
        if filter.properties.isEmpty { try demand(finds, "an empty filter finds everything") }
        var other = filter
        other.test = filter.test == .anyof ? .allof : .anyof
        if filter.properties.count == 1 { try demand(other.matches(card) == finds, "one test is any and all") }
    }
}

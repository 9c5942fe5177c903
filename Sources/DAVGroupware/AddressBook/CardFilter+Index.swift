import DAV

extension CardFilter {
    /// What the index can be asked: only what every card that is found must have.
    ///
    /// A required text is one that all of the tests of which one is enough have in common, such as a name looked for in `FN`,
    /// `NICKNAME` and `EMAIL` alike; of several that are all required, the longest excludes most.
    var query: ContentQuery { ContentQuery(text: requiredText) }

    private var requiredText: String? { properties.isEmpty ? nil : test.required(of: properties.map(\.requiredText)) }
}

extension CardFilter.Property {
    fileprivate var requiredText: String? {
        guard case .passes(let test, let conditions) = rule, !conditions.isEmpty, !CardIndex.isLeftOut(name) else {
            return nil
        }
        return test.required(
            of: conditions.map { condition in
                if case .text(let match) = condition { match.indexed } else { nil }
            })
    }
}

extension CardFilter.Test {
    /// The text a card must hold to pass, given the one each test needs; `nil`: none in particular.
    fileprivate func required(of texts: [String?]) -> String? {
        let known = texts.compactMap { $0 }
        switch self {
        case .allof: return known.max { $0.utf8.count < $1.utf8.count }
        case .anyof:
            guard known.count == texts.count, let shortest = known.min(by: { $0.utf8.count < $1.utf8.count }) else {
                return nil
            }
            return known.allSatisfy { $0.utf8.contains(shortest.utf8) } ? shortest : nil
        }
    }
}

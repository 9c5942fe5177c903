import DAV

/// `CARDDAV:filter` (RFC 6352 §10.5): what a card must have to be found.
struct CardFilter: Sendable, Hashable {
    /// Whether one of several tests is enough.
    enum Test: String, Sendable {
        case anyof, allof

        /// Stops at the first that decides.
        func holds<Item>(_ items: [Item], _ passes: (Item) -> Bool) -> Bool {
            switch self {
            case .anyof: items.contains(where: passes)
            case .allof: items.allSatisfy(passes)
            }
        }
    }

    var test: Test
    /// None: every card is found.
    var properties: [Property]

    /// `CARDDAV:prop-filter` (§10.5.1)
    struct Property: Sendable, Hashable {
        /// `nil`: whatever the group.
        var group: String?
        /// In upper case.
        var name: String
        var rule: Rule

        enum Rule: Sendable, Hashable {
            case isNotDefined
            /// One property of that name passes; without conditions any does.
            case passes(Test, [Condition])
        }
    }

    enum Condition: Sendable, Hashable {
        case text(TextMatch)
        case parameter(Parameter)
    }

    /// `CARDDAV:param-filter` (§10.5.2)
    struct Parameter: Sendable, Hashable {
        var name: String
        var rule: Rule

        enum Rule: Sendable, Hashable {
            case isDefined, isNotDefined
            case matches(TextMatch)
        }
    }
}

// MARK: Judging

extension CardFilter {
    /// Whether the filter finds the card.
    ///
    /// Cost: O(card) for each condition of the filter, of which there are ``mostConditions`` at most.
    func matches(_ card: Component) -> Bool {
        properties.isEmpty || test.holds(properties) { $0.matches(card) }
    }
}

extension CardFilter.Property {
    func matches(_ card: Component) -> Bool {
        let lines = card.properties.lazy.filter(names)
        switch rule {
        case .isNotDefined: return lines.isEmpty
        case .passes(_, let conditions) where conditions.isEmpty: return !lines.isEmpty
        case .passes(let test, let conditions):
            return lines.contains { line in test.holds(conditions) { $0.matches(line) } }
        }
    }

    /// §10.5.1: a name without a group stands for the property in every group; with one, in that group alone.
    private func names(_ line: ContentLine) -> Bool {
        guard line.isNamed(name) else { return false }
        guard let group else { return true }
        return line.group?.isASCIIEqual(to: group) ?? false
    }
}

extension CardFilter.Condition {
    fileprivate func matches(_ line: ContentLine) -> Bool {
        switch self {
        case .text(let match):
            // What is longer is data, a photograph say, and holds no text.
            line.value.utf8.count > CardFilter.mostSearchedBytes
                ? match.isNegated : match.matches(TextValue.unescape(line.value))
        case .parameter(let parameter): parameter.matches(line)
        }
    }
}

extension CardFilter.Parameter {
    fileprivate func matches(_ line: ContentLine) -> Bool {
        let found = line.parameters.filter { $0.name.isASCIIEqual(to: name) }
        switch rule {
        case .isDefined: return !found.isEmpty
        case .isNotDefined: return found.isEmpty
        case .matches(let match):
            // TYPE=HOME,WORK is not "not HOME": what is negated is that one of the values matches.
            let values = found.flatMap(\.values)
            return !found.isEmpty
                && (match.isNegated ? values.allSatisfy(match.matches) : values.contains(where: match.matches))
        }
    }
}

/// What in a calendar object is everybody's, so that two bodies can be compared: equal parts say the same of the same things,
/// however they are written.
///
/// Left aside is what is personal, and what clients write anew each time: who wrote the text and when, and the definitions of
/// zones, of which every client has its own.
struct SharedPart: Sendable, Hashable {
    private var components: [Item: Int] = [:]

    /// A component.
    private struct Item: Sendable, Hashable {
        var name: String
        var lines: [Line: Int] = [:]
        var components: [Item: Int] = [:]
    }

    private struct Line: Sendable, Hashable {
        var name: String
        var parameters: [String: [String]]
        var value: String
    }

    private static let noise: Set<String> = [
        "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "TRANSP", "X-MOZ-GENERATION",
    ]
    /// What is meant if nothing is said.
    private static let defaults: Set<[String]> = [["CLASS", "PUBLIC"], ["PRIORITY", "0"]]
    /// Where an escape that need not be there makes no difference.
    private static let texts: Set<String> = ["UID", "SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT"]

    init(of calendar: Component) {
        for component in calendar.components where component.name != "VTIMEZONE" {
            components[Self.item(component, isBearer: PersonalPart.isBearer(component)), default: 0] += 1
        }
    }

    /// Recursion is bounded by the depth of what was read.
    private static func item(_ component: Component, isBearer: Bool) -> Item {
        var item = Item(name: component.name)
        for property in component.properties {
            let name = property.name.uppercased()
            if isBearer, noise.contains(name) || PersonalPart.isNote(property) { continue }
            let line = line(property, name)
            if defaults.contains([name, line.value.uppercased()]) { continue }
            item.lines[line, default: 0] += 1
        }
        for inner in component.components where !isBearer || inner.name != "VALARM" {
            item.components[self.item(inner, isBearer: false), default: 0] += 1
        }
        return item
    }

    private static func line(_ property: ContentLine, _ name: String) -> Line {
        var parameters: [String: [String]] = [:]
        for parameter in property.parameters {
            let word = parameter.name.uppercased()
            // The default of all properties that are compared and have the parameter.
            if word == "VALUE", parameter.values.count == 1, parameter.values[0].isASCIIEqual(to: "DATE-TIME") {
                continue
            }
            parameters[word, default: []] += parameter.values
        }
        let value = texts.contains(name) ? TextValue.unescape(property.value) : property.value
        return Line(name: name, parameters: parameters, value: value)
    }
}

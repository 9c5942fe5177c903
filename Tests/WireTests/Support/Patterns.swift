import DAV

/// Text with holes: `{name}` and `{}`.
struct TextPattern {
    private enum Part {
        case literal(String)
        case hole(String)
    }
    private let parts: [Part]

    init(_ text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            parts.append(.literal(String(rest[..<open])))
            parts.append(.hole(String(rest[open...].dropFirst().prefix { $0 != "}" })))
            rest = rest[close...].dropFirst()
        }
        parts.append(.literal(String(rest)))
        self.parts = parts
    }

    /// Matches, and remembers what was in the holes.
    func matches(_ text: String, _ values: inout [String: String]) -> Bool {
        var found = values
        guard TextPattern.match(parts[...], text[...], &found) else { return false }
        values = found
        return true
    }

    private static func match(_ parts: ArraySlice<Part>, _ text: Substring, _ values: inout [String: String]) -> Bool {
        guard let part = parts.first else { return text.isEmpty }
        let following = parts.dropFirst()
        switch part {
        case .literal(let literal):
            return text.utf8.starts(with: literal.utf8)
                && match(following, Substring(text.utf8.dropFirst(literal.utf8.count)), &values)
        case .hole(let name):
            if let known = values[name], !name.isEmpty {
                return match([.literal(known)] + following, text, &values)
            }
            // The longest first: what follows a hole is nearly always at the end.
            for end in text.indices.reversed() {
                var attempt = values
                if !name.isEmpty { attempt[name] = String(text[...end]) }
                if match(following, text[end...].dropFirst(), &attempt) {
                    values = attempt
                    return true
                }
            }
            return false
        }
    }
}

/// An element that another must equal but for the order of its children, and for holes in its text.
struct ElementPattern {
    private let element: XMLElement
    private static let others = XMLName("", "etc")

    init(_ element: XMLElement) { self.element = element }

    func matches(_ other: XMLElement, _ values: inout [String: String]) -> Bool {
        guard element.name == other.name, element.attributes.count == other.attributes.count,
            element.attributes.allSatisfy(other.attributes.contains)
        else { return false }
        let expected = element.elements
        if expected.isEmpty, other.elements.isEmpty {
            return TextPattern(element.text.trimmed).matches(other.text.trimmed, &values)
        }
        guard other.text.trimmed == element.text.trimmed else { return false }
        let allowsOthers = expected.contains { $0.name == ElementPattern.others }
        let wanted = expected.filter { $0.name != ElementPattern.others }
        return ElementPattern.match(wanted[...], other.elements, allowsOthers, &values)
    }

    /// Pairs every pattern with an element of its own.
    private static func match(
        _ patterns: ArraySlice<XMLElement>, _ elements: [XMLElement], _ allowsOthers: Bool,
        _ values: inout [String: String]
    ) -> Bool {
        guard let first = patterns.first else { return allowsOthers || elements.isEmpty }
        for index in elements.indices {
            var attempt = values
            guard ElementPattern(first).matches(elements[index], &attempt) else { continue }
            var rest = elements
            rest.remove(at: index)
            if match(patterns.dropFirst(), rest, allowsOthers, &attempt) {
                values = attempt
                return true
            }
        }
        return false
    }
}

extension String {
    /// Without white space at the ends.
    fileprivate var trimmed: String {
        let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let bytes = Array(utf8.drop(while: isSpace))
        let end = bytes.lastIndex { !isSpace($0) } ?? -1
        return String(decoding: bytes[..<(end + 1)], as: UTF8.self)
    }
}

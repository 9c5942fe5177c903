package import DAV

/// How text is compared (RFC 4790 §4). What `supported-collation-set` lists, and nothing else, is understood.
package enum Collation: String, CaseIterable, Sendable {
    /// RFC 4790 §9.2: without the case of ASCII letters.
    case asciiCasemap = "i;ascii-casemap"
    /// RFC 5051: without the case of letters and without the ways Unicode has of spelling the same.
    case unicodeCasemap = "i;unicode-casemap"
    /// RFC 4790 §9.3: byte by byte.
    case octet = "i;octet"

    /// What of a string takes part in a comparison.
    package func key(_ text: String) -> [UInt8] {
        switch self {
        case .asciiCasemap: text.utf8.map { 0x61...0x7A ~= $0 ? $0 & ~0x20 : $0 }
        case .unicodeCasemap: TextFolding.bytes(text)
        case .octet: Array(text.utf8)
        }
    }
}

/// A `text-match` of a filter (RFC 4791 §9.7.5, RFC 6352 §10.5.4): its text is folded once, whatever it is compared with.
package struct TextMatch: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case equals, contains
        case startsWith = "starts-with"
        case endsWith = "ends-with"
    }

    package let text: String
    package let collation: Collation
    package let kind: Kind
    package let isNegated: Bool
    private let key: [UInt8]
    private let borders: [Int]

    package init(_ text: String, _ kind: Kind = .contains, collation: Collation, isNegated: Bool = false) {
        self.text = text
        self.kind = kind
        self.collation = collation
        self.isNegated = isNegated
        key = collation.key(text)
        borders = kind == .contains ? TextMatch.borders(of: key) : []
    }

    /// Reads the element; attributes it does not know are left aside.
    ///
    /// - Parameters:
    ///   - standard: the collation meant by none, and by `default`.
    ///   - unsupported: what refuses another: `supported-collation` of the protocol (403).
    package init(_ element: XMLElement, default standard: Collation, unsupported: DAVError) throws(DAVError) {
        var collation = standard
        if let name = element[attribute: "collation"], name != "default" {
            guard let known = Collation(rawValue: name.lowercased()) else { throw unsupported }
            collation = known
        }
        var kind = Kind.contains
        if let name = element[attribute: "match-type"] {
            guard let known = Kind(rawValue: name) else { throw .badRequest("There is no match-type \(name).") }
            kind = known
        }
        self.init(element.text, kind, collation: collation, isNegated: element[attribute: "negate-condition"] == "yes")
    }

    /// Whether one value passes the test, negation included.
    ///
    /// Cost: O(value), whatever both hold.
    package func matches(_ value: String) -> Bool {
        let value = collation.key(value)
        let isFound =
            switch kind {
            case .equals: value == key
            case .startsWith: value.starts(with: key)
            case .endsWith: value.count >= key.count && value[(value.count - key.count)...].elementsEqual(key)
            case .contains: isContained(in: value)
            }
        return isFound != isNegated
    }

    /// The search of Knuth, Morris and Pratt: it never looks at a byte of the value again.
    private func isContained(in value: [UInt8]) -> Bool {
        if key.isEmpty { return true }
        var matched = 0
        for byte in value {
            while matched > 0, key[matched] != byte { matched = borders[matched - 1] }
            if key[matched] == byte { matched += 1 }
            if matched == key.count { return true }
        }
        return false
    }

    /// For each beginning of `key`, the length of the longest shorter one that it also ends with.
    private static func borders(of key: [UInt8]) -> [Int] {
        var borders = [Int](repeating: 0, count: key.count)
        var length = 0
        for index in key.indices.dropFirst() {
            while length > 0, key[length] != key[index] { length = borders[length - 1] }
            if key[length] == key[index] { length += 1 }
            borders[index] = length
        }
        return borders
    }

    /// The text as an index knows it, if whatever the match finds holds it; `nil` if it says nothing.
    package var indexed: String? { isNegated || text.isEmpty ? nil : TextFolding.fold(text) }
}

extension XMLElement {
    /// The value of an attribute in no namespace.
    package subscript(attribute local: String) -> String? {
        attributes.first { $0.name == XMLName("", local) }?.value
    }
}

/// An iCalendar or vCard text taken apart into components (RFC 5545 §3.1, RFC 6350 §3.2).
///
/// Reading is lenient: what clients really send is accepted, and ``deviations`` says how it differs from the grammar. The
/// octets are not changed; every line and component knows where it stands in them. What is decoded is harmless: well-formed
/// Unicode without control characters. Cost: linear in the octets, whatever they are.
package struct ContentText: Sendable {
    /// Those that stand beside each other at the top: one VCALENDAR, or cards.
    package var components: [Component]
    package var deviations: Deviations

    /// Takes a text apart.
    ///
    /// - Throws: ``ContentTextError`` if it is no sequence of components, or beyond a limit.
    package init(parsing octets: [UInt8], limits: ContentLimits = ContentLimits()) throws(ContentTextError) {
        var parser = try ContentParser(octets, limits: limits)
        components = try parser.parse()
        deviations = parser.deviations
    }

    /// The components of a text; ``init(parsing:limits:)`` for those who need no more.
    package static func components(
        of octets: [UInt8], limits: ContentLimits = ContentLimits()
    ) throws(ContentTextError) -> [Component] {
        try ContentText(parsing: octets, limits: limits).components
    }

    /// The number of the line an octet stands in, from 1, for messages: take the start of a `source`.
    package static func line(at offset: Int, in octets: [UInt8]) -> Int {
        var lines = LineUnfolder(octets)
        var number = 1
        while lines.position <= offset, lines.next() { number = lines.number }
        return number
    }

    /// In what a text differs from the grammar, though it can be read.
    package struct Deviations: OptionSet, Sendable, Hashable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let byteOrderMark = Deviations(rawValue: 1 << 0)
        /// Lines that end in LF or CR alone, or in more than one CR.
        package static let lineEnds = Deviations(rawValue: 1 << 1)
        /// The last line has no end.
        package static let missingLineEnd = Deviations(rawValue: 1 << 2)
        package static let blankLines = Deviations(rawValue: 1 << 3)
        /// Lines of more than 75 octets.
        package static let longLines = Deviations(rawValue: 1 << 4)
        /// Left out of what is decoded.
        package static let controlCharacters = Deviations(rawValue: 1 << 5)
        /// Decoded to U+FFFD.
        package static let invalidUTF8 = Deviations(rawValue: 1 << 6)
        /// Property or parameter names of other characters than letters, digits and hyphens.
        package static let irregularNames = Deviations(rawValue: 1 << 7)
        /// Parameters without a value, quotes inside a value.
        package static let irregularParameters = Deviations(rawValue: 1 << 8)
    }
}

/// How much one text may hold. Each bounds memory: a component or a line takes more of it than its octets.
package struct ContentLimits: Sendable, Hashable {
    package var maxBytes: Int
    /// Content lines, folds not counted.
    package var maxLines: Int
    package var maxComponents: Int
    /// Components inside each other.
    package var maxDepth: Int
    /// Per line.
    package var maxParameters: Int
    /// Of all parameters of a line together.
    package var maxParameterValues: Int
    /// Of all lines together: a value of one octet takes a hundred of memory.
    package var maxAllParameterValues: Int

    /// The greatest depth that may be asked for.
    package static let greatestDepth = 32

    package init(
        maxBytes: Int = 16 << 20, maxLines: Int = 100_000, maxComponents: Int = 20_000, maxDepth: Int = 16,
        maxParameters: Int = 64, maxParameterValues: Int = 5_000, maxAllParameterValues: Int = 200_000
    ) {
        self.maxBytes = maxBytes
        self.maxLines = maxLines
        self.maxComponents = maxComponents
        self.maxDepth = min(maxDepth, ContentLimits.greatestDepth)
        self.maxParameters = maxParameters
        self.maxParameterValues = maxParameterValues
        self.maxAllParameterValues = maxAllParameterValues
    }
}

/// Why a text cannot be read.
package struct ContentTextError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// It is not of the format.
        case malformed
        /// It is beyond ``ContentLimits``.
        case limit
    }

    package var kind: Kind
    /// From 1.
    package var line: Int
    /// A sentence for the person who reads the client's log.
    package var message: String

    package init(_ kind: Kind, line: Int, _ message: String) {
        self.kind = kind
        self.line = line
        self.message = message
    }

    package var description: String { "Line \(line): \(message)" }
}

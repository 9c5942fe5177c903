/// Takes the components out of a text that is too long to be held as a whole: the objects of an .ics, the cards of a .vcf.
///
/// Octets are added as they come. Memory is bounded by the longest component, which is given out with its octets and its
/// place as soon as it ends; one that is longer than the limit is given out without them, and reading goes on behind it.
package struct ComponentSplitter {
    package struct Piece: Sendable {
        /// From BEGIN to the end of the END line; empty if it is too long.
        package var octets: [UInt8]
        /// Where it stands in the text.
        package var range: Range<Int>
        /// The number of its first line, from 1.
        package var line: Int
        /// Why there are no octets.
        package var problem: ContentTextError?
    }

    /// The properties beside the pieces, of VCALENDAR, in their order.
    package private(set) var header: [ContentLine] = []

    private static let maxHeaderLines = 200

    private let container: String?
    private let limits: ContentLimits
    private var pieces: [Piece] = []
    private var current: Piece?
    private var depth = 0
    private var line: [UInt8] = []
    private var lineStart = 0
    private var lineNumber = 1
    private var position = 0
    private var endsWithReturn = false
    private var pendingHeader: [UInt8] = []

    /// - Parameters:
    ///   - container: what the pieces stand in, `VCALENDAR`; `nil` if they stand at the top, as cards do.
    ///   - limits: of each piece.
    package init(container: String?, limits: ContentLimits = ContentLimits()) {
        self.container = container
        self.limits = limits
    }

    /// Reads on.
    ///
    /// - Returns: what has come to its end.
    /// - Throws: ``ContentTextError`` if the text as a whole cannot be read.
    package mutating func add(_ chunk: some Sequence<UInt8>) throws(ContentTextError) -> [Piece] {
        pieces = []
        for octet in chunk {
            // A CR may be the first half of a line end, of which the second comes later.
            if endsWithReturn, octet != 0x0A { try endLine() }
            endsWithReturn = octet == 0x0D
            append(octet)
            position += 1
            if octet == 0x0A { try endLine() }
        }
        return pieces
    }

    /// Ends the text.
    package mutating func finish() throws(ContentTextError) -> [Piece] {
        pieces = []
        if !line.isEmpty { try endLine() }
        guard depth == 0 else {
            throw ContentTextError(.malformed, line: current?.line ?? lineNumber, "A component has no END.")
        }
        return pieces
    }

    /// Longer lines are cut: the piece is too long as well, and nothing beside pieces needs to be.
    private mutating func append(_ octet: UInt8) {
        if line.count <= limits.maxBytes { line.append(octet) }
    }

    private mutating func endLine() throws(ContentTextError) {
        defer {
            line.removeAll(keepingCapacity: true)
            lineStart = position
            lineNumber += 1
            endsWithReturn = false
        }
        if lineNumber == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) {
            line.removeFirst(3)
            lineStart += 3
        }
        // Markers are never folded, and nothing that is folded is a marker.
        if isMarker("BEGIN:") {
            try begin()
        } else if isMarker("END:") {
            try end()
        } else if current != nil {
            keep()
        } else if depth > 0 {
            addToHeader()
        } else if !LineTokenizer.isBlank(line) {
            throw ContentTextError(.malformed, line: lineNumber, "This stands outside of a component.")
        }
    }

    private var pieceDepth: Int { container == nil ? 0 : 1 }

    private mutating func begin() throws(ContentTextError) {
        guard depth < limits.maxDepth else {
            throw ContentTextError(
                .limit, line: lineNumber, "More than \(limits.maxDepth) components stand inside each other.")
        }
        if depth < pieceDepth {
            let name = String(decoding: line.dropFirst(6).filter { $0 > 0x20 }.prefix(40), as: UTF8.self)
            guard let container, name.isASCIIEqual(to: container) else {
                throw ContentTextError(.malformed, line: lineNumber, "\(name) stands where another component should.")
            }
        } else if depth == pieceDepth {
            endHeader()
            current = Piece(octets: [], range: lineStart..<lineStart, line: lineNumber)
        }
        depth += 1
        keep()
    }

    private mutating func end() throws(ContentTextError) {
        guard depth > 0 else { throw ContentTextError(.malformed, line: lineNumber, "An END has no BEGIN.") }
        keep()
        depth -= 1
        endHeader()
        guard depth == pieceDepth, var piece = current else { return }
        piece.range = piece.range.lowerBound..<position
        pieces.append(piece)
        current = nil
    }

    private mutating func keep() {
        // No copy of the piece may live on here: it would be copied again with each line.
        guard let (length, start) = current.map({ ($0.octets.count, $0.line) }), current?.problem == nil else { return }
        if length + line.count > limits.maxBytes {
            current?.octets = []
            current?.problem = ContentTextError(
                .limit, line: start, "The component is longer than \(limits.maxBytes) octets.")
        } else {
            current?.octets += line
        }
    }

    private mutating func addToHeader() {
        if let first = line.first, first != 0x20, first != 0x09 { endHeader() }
        if pendingHeader.count + line.count <= 1 << 16 { pendingHeader += line }
    }

    /// What cannot be read in a header is left out.
    private mutating func endHeader() {
        guard !pendingHeader.isEmpty, header.count < Self.maxHeaderLines else {
            pendingHeader = []
            return
        }
        var lines = LineUnfolder(pendingHeader)
        var tokenizer = LineTokenizer(limits: limits)
        if lines.next(), let line = try? tokenizer.line(lines.content, number: 1, source: 0..<0, isCard: false) {
            header.append(line)
        }
        pendingHeader = []
    }

    private func isMarker(_ word: StaticString) -> Bool {
        line.count > word.utf8CodeUnitCount
            && String(decoding: line.prefix(word.utf8CodeUnitCount), as: UTF8.self).isASCIIEqual(to: "\(word)")
    }
}

/// Changes to single lines of a text. All other octets stay as they are.
struct ContentEdits: Sendable, Hashable {
    private struct Edit: Sendable, Hashable {
        var range: Range<Int>
        var text: [UInt8]
    }

    private var edits: [Edit] = []

    var isEmpty: Bool { edits.isEmpty }

    /// Writes a line in place of one that stands in the text.
    mutating func replace(_ old: ContentLine, by new: ContentLine) { replace(old.source, by: new) }

    /// Writes a line behind one that stands in the text.
    mutating func insert(_ line: ContentLine, after old: ContentLine) {
        replace(old.source.upperBound..<old.source.upperBound, by: line)
    }

    /// Writes a line in place of what stands there; of nothing, if the range is empty.
    mutating func replace(_ range: Range<Int>, by line: ContentLine) { replace(range, by: Self.octets(line)) }

    mutating func remove(_ range: Range<Int>) { replace(range, by: []) }

    /// - Parameter text: whole content lines, line ends included.
    mutating func replace(_ range: Range<Int>, by text: [UInt8]) { edits.append(Edit(range: range, text: text)) }

    /// The text with all of this done to it. Of two changes to one place the first counts; what is inserted at one place keeps
    /// its order.
    func applied(to octets: [UInt8]) -> [UInt8] {
        guard !edits.isEmpty else { return octets }
        var result: [UInt8] = []
        result.reserveCapacity(octets.count + edits.count * 32)
        var position = 0
        // What is inserted goes before what is replaced, or it would be lost.
        let inOrder = edits.enumerated().sorted { a, b in
            let (one, other) = (a.element.range, b.element.range)
            return (one.lowerBound, one.isEmpty ? 0 : 1, a.offset) < (other.lowerBound, other.isEmpty ? 0 : 1, b.offset)
        }
        for (_, edit) in inOrder where edit.range.lowerBound >= position && edit.range.upperBound <= octets.count {
            result += octets[position..<edit.range.lowerBound]
            result += edit.text
            position = edit.range.upperBound
        }
        return result + octets[position...]
    }

    private static func octets(_ line: ContentLine) -> [UInt8] {
        var writer = ContentWriter()
        writer.property(line)
        return writer.take()
    }
}

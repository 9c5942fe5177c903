/// Takes the content lines out of a text, one after the other, with folds undone (RFC 5545 §3.1, RFC 6350 §3.2).
///
/// Folds are undone on octets: some clients fold in the middle of a UTF-8 sequence. Each octet is looked at a fixed number of
/// times, however lines are ended and folded.
struct LineUnfolder {
    private let octets: [UInt8]
    private(set) var position = 0
    /// The octets of the line taken last, without folds and line end.
    private(set) var content: [UInt8] = []
    /// Where it stands, folds and line end included.
    private(set) var source = 0..<0
    /// The number of its first physical line, from 1.
    private(set) var number = 0
    private(set) var deviations: ContentText.Deviations = []
    private var nextNumber = 1

    init(_ octets: [UInt8]) {
        self.octets = octets
        if octets.starts(with: [0xEF, 0xBB, 0xBF]) {
            position = 3
            deviations.insert(.byteOrderMark)
        }
    }

    /// Takes the next line.
    ///
    /// - Returns: whether there was one.
    mutating func next() -> Bool {
        guard position < octets.count else { return false }
        let start = position
        number = nextNumber
        content.removeAll(keepingCapacity: true)
        var isFolded = false
        repeat {
            // The white space of a fold counts for the length, and is no part of the line.
            let end = endOfText(from: position)
            if end - position + (isFolded ? 1 : 0) > ContentWriter.maxLineOctets { deviations.insert(.longLines) }
            content.append(contentsOf: octets[position..<end])
            position = skipLineEnd(at: end)
            nextNumber += 1
            isFolded = position < octets.count && (octets[position] == 0x20 || octets[position] == 0x09)
            if isFolded { position += 1 }
        } while isFolded
        source = start..<position
        return true
    }

    private func endOfText(from start: Int) -> Int {
        var index = start
        while index < octets.count, octets[index] != 0x0A, octets[index] != 0x0D { index += 1 }
        return index
    }

    /// CR LF; or LF alone, or any number of CRs, which two conversions of line ends in a row leave.
    private mutating func skipLineEnd(at end: Int) -> Int {
        var index = end
        while index < octets.count, octets[index] == 0x0D { index += 1 }
        let returns = index - end
        if index < octets.count, octets[index] == 0x0A {
            if returns != 1 { deviations.insert(.lineEnds) }
            return index + 1
        }
        deviations.insert(returns > 0 ? .lineEnds : .missingLineEnd)
        return index
    }
}

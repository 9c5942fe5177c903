/// Walks through the octets of a short value; white space around it does not count, nor does the case of its letters.
struct TextCursor {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ text: some StringProtocol) {
        var bytes = ArraySlice(Array(text.utf8))
        while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position == bytes.endIndex }

    /// In upper case.
    var peek: UInt8? {
        guard position < bytes.endIndex else { return nil }
        let byte = bytes[position]
        return UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte ? byte & ~0x20 : byte
    }

    mutating func next() -> UInt8? {
        guard let byte = peek else { return nil }
        position += 1
        return byte
    }

    /// - Parameter letter: in upper case.
    mutating func take(_ letter: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: letter) else { return false }
        position += 1
        return true
    }

    /// Digits, as many as there are.
    ///
    /// - Returns: `nil` if they are fewer or more than that; at most 18 can be asked for.
    mutating func number(digits: ClosedRange<Int>) -> Int? {
        var (value, count) = (0, 0)
        while let byte = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
            guard count < digits.upperBound else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            count += 1
            position += 1
        }
        return count >= digits.lowerBound ? value : nil
    }

    /// Exactly that many digits; more may follow.
    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let byte = next(), UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}

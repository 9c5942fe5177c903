extension StringProtocol {
    /// The text with its escapes undone. One that has no meaning, or nothing behind it, is itself.
    ///
    /// - Parameters:
    ///   - mark: what an escape begins with.
    ///   - meaning: what the octet behind it stands for.
    func undoingEscapes(_ mark: UInt8, _ meaning: (UInt8) -> UInt8?) -> String {
        guard utf8.contains(mark) else { return String(self) }
        var result: [UInt8] = []
        result.reserveCapacity(utf8.count)
        var isEscaped = false
        for octet in utf8 {
            if isEscaped {
                isEscaped = false
                if let meant = meaning(octet) { result.append(meant) } else { result += [mark, octet] }
            } else if octet == mark {
                isEscaped = true
            } else {
                result.append(octet)
            }
        }
        if isEscaped { result.append(mark) }
        return String(decoding: result, as: UTF8.self)
    }
}

import HTTPTypes

/// The `Timeout` header of LOCK (RFC 4918 §10.7): what the client would like, best first.
public enum LockTimeout: Sendable, Hashable {
    case infinite
    case seconds(Int64)

    /// The greatest number the header may carry.
    private static let greatest: Int64 = 0xFFFF_FFFF

    /// Reads the list; a number beyond 2³²-1 counts as that.
    ///
    /// - Throws: 400 if one of them is neither `Infinite` nor `Second-` and digits (W-06).
    public static func parse(_ field: some StringProtocol) throws(DAVError) -> [LockTimeout] {
        var scanner = ByteScanner(field)
        var wishes: [LockTimeout] = []
        repeat {
            scanner.skipWhitespace()
            if scanner.take(word: "Infinite") {
                wishes.append(.infinite)
            } else if scanner.take(word: "Second-") {
                let digits = scanner.take { (0x30...0x39).contains($0) }
                guard !digits.isEmpty else { throw .badRequest("The Timeout header is malformed.") }
                wishes.append(.seconds(min(Int64(digits) ?? greatest, greatest)))
            } else {
                throw .badRequest("The Timeout header is malformed.")
            }
            scanner.skipWhitespace()
        } while scanner.take(",")
        guard scanner.isAtEnd else { throw .badRequest("The Timeout header is malformed.") }
        return wishes
    }

    /// What the server grants: the first wish, or the default if there is none, within its limit.
    static func granted(_ wishes: [LockTimeout], most: Int64) -> Int64 {
        switch wishes.first {
        case .seconds(let seconds): min(max(seconds, 1), most)
        case .infinite, nil: most
        }
    }
}

extension LockToken {
    /// Reads `Lock-Token` (RFC 4918 §10.5). Windows leaves the angle brackets out (W-59).
    ///
    /// - Throws: 400 if no URI is there.
    public static func parse(_ field: some StringProtocol) throws(DAVError) -> LockToken {
        var scanner = ByteScanner(field)
        scanner.skipWhitespace()
        let isBracketed = scanner.take("<")
        let uri = scanner.take { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
        guard !uri.isEmpty, uri.utf8.contains(UInt8(ascii: ":")), !isBracketed || scanner.take(">") else {
            throw .badRequest("The Lock-Token header is malformed.")
        }
        scanner.skipWhitespace()
        guard scanner.isAtEnd else { throw .badRequest("The Lock-Token header is malformed.") }
        return LockToken(uri: uri)
    }
}

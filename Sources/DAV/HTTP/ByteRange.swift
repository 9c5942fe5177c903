/// The `Range` header (RFC 9110 §14.2), judged against a representation's length.
public enum RangeSelection: Sendable, Hashable {
    /// No range, a malformed one, or one not worth the while: send the whole.
    case whole
    case parts([Range<Int64>])
    /// 416
    case unsatisfiable

    /// More ranges than this, or ranges that together are longer than the whole, get the whole: answering them as asked
    /// would cost more than it saves (RFC 9110 §14.2, §17.15).
    public static let maxParts = 16

    /// Reads `bytes=first-last, first-, -suffix`.
    ///
    /// - Parameter length: of the whole representation.
    public init(parsing field: some StringProtocol, length: Int64) {
        var scanner = ByteScanner(field)
        scanner.skipWhitespace()
        guard scanner.take(word: "bytes="), let asked = RangeSelection.specs(&scanner) else {
            self = .whole
            return
        }
        let parts = asked.compactMap { RangeSelection.resolve($0, length) }
        if parts.isEmpty {
            self = .unsatisfiable
        } else {
            self = RangeSelection.isWorthwhile(parts, of: length) ? .parts(parts) : .whole
        }
    }

    private static func isWorthwhile(_ parts: [Range<Int64>], of length: Int64) -> Bool {
        var rest = length
        for part in parts {
            rest -= part.upperBound - part.lowerBound
            if rest < 0 { return false }
        }
        return true
    }

    private typealias Spec = (first: Int64?, last: Int64?)

    /// - Returns: `nil` if the syntax is wrong.
    private static func specs(_ scanner: inout ByteScanner) -> [Spec]? {
        var specs: [Spec] = []
        repeat {
            scanner.skipWhitespace()
            if scanner.isAtEnd || scanner.next == UInt8(ascii: ",") { continue }
            let first = number(&scanner)
            guard scanner.take("-") else { return nil }
            let last = number(&scanner)
            if first == nil && last == nil { return nil }
            if let first, let last, last < first { return nil }
            specs.append((first, last))
            guard specs.count <= maxParts else { return nil }
            scanner.skipWhitespace()
        } while scanner.take(",")
        return scanner.isAtEnd && !specs.isEmpty ? specs : nil
    }

    /// A number too great for any file is as good as the greatest.
    private static func number(_ scanner: inout ByteScanner) -> Int64? {
        let digits = scanner.take { (0x30...0x39).contains($0) }
        return digits.isEmpty ? nil : Int64(digits) ?? .max
    }

    private static func resolve(_ spec: Spec, _ length: Int64) -> Range<Int64>? {
        guard let first = spec.first else {
            let suffix = min(spec.last ?? 0, length)
            return suffix > 0 ? length - suffix..<length : nil
        }
        guard first < length else { return nil }
        return first..<min(spec.last ?? .max, length - 1) + 1
    }
}

/// The `If-Range` header (RFC 9110 §13.1.5): whether the parts a client has are of the representation that is there now.
enum IfRange {
    /// - Returns: `false` for anything but the very same strong tag or date: then the whole is sent.
    static func holds(_ field: some StringProtocol, etag: ETag?, modified: Timestamp, now: Timestamp) -> Bool {
        var scanner = ByteScanner(field)
        scanner.skipWhitespace()
        if let (tag, isWeak) = scanner.takeEntityTag() {
            scanner.skipWhitespace()
            return scanner.isAtEnd && !isWeak && tag == etag
        }
        // A date is a strong validator only if nothing else can have been written in its second (RFC 9110 §8.8.2.2).
        return Timestamp(httpDate: field, now: now)?.seconds == modified.seconds && now.seconds > modified.seconds
    }
}

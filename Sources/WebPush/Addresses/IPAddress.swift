/// An address of the Internet Protocol, as a number.
public enum IPAddress: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt128)

    /// Reads an address in its usual form: four decimal numbers, or RFC 4291 §2.2 without a zone.
    ///
    /// `nil` for everything else, and so for `127.1`, `0x7f000001` and `0177.0.0.1`, which some libraries take.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        if let v4 = Self.parseV4(bytes[...]) {
            self = .v4(v4)
        } else if let v6 = Self.parseV6(bytes) {
            self = .v6(v6)
        } else {
            return nil
        }
    }

    private static func parseV4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            // A zero in front would be octal to some readers.
            guard 1...3 ~= part.count, part.allSatisfy(\.isDigit), part.count == 1 || part.first != UInt8(ascii: "0")
            else { return nil }
            let number = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - UInt8(ascii: "0")) }
            guard number <= 255 else { return nil }
            value = value << 8 | number
        }
        return value
    }

    private static func parseV6(_ bytes: [UInt8]) -> UInt128? {
        guard 2...45 ~= bytes.count else { return nil }
        let colon = UInt8(ascii: ":")
        let gaps = bytes.indices.dropLast().filter { bytes[$0] == colon && bytes[$0 + 1] == colon }
        guard gaps.count <= 1 else { return nil }
        guard let gap = gaps.first else {
            guard let groups = parseGroups(bytes[...]), groups.count == 8 else { return nil }
            return join(groups)
        }
        guard let front = parseGroups(bytes[..<gap], mayEndInV4: false), let back = parseGroups(bytes[(gap + 2)...]),
            front.count + back.count <= 7
        else { return nil }
        return join(front + [UInt16](repeating: 0, count: 8 - front.count - back.count) + back)
    }

    private static func parseGroups(_ bytes: ArraySlice<UInt8>, mayEndInV4: Bool = true) -> [UInt16]? {
        guard !bytes.isEmpty else { return [] }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if mayEndInV4, index == parts.count - 1, let v4 = parseV4(part) {
                groups += [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
                continue
            }
            guard 1...4 ~= part.count else { return nil }
            var group: UInt16 = 0
            for byte in part {
                guard let digit = byte.hexDigit else { return nil }
                group = group << 4 | UInt16(digit)
            }
            groups.append(group)
        }
        return groups
    }

    private static func join(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text (RFC 5952, but with every address of version 6 in hexadecimal groups).
    public var description: String {
        switch self {
        case .v4(let value):
            return [24, 16, 8, 0].map { String(value >> $0 & 0xFF) }.joined(separator: ".")
        case .v6(let value):
            let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128(112 - 16 * $0)) }
            let gap = Self.longestRunOfZeros(in: groups)
            let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
            guard gap.count > 1 else { return text(groups[...]) }
            return text(groups[..<gap.lowerBound]) + "::" + text(groups[gap.upperBound...])
        }
    }

    private static func longestRunOfZeros(in groups: [UInt16]) -> Range<Int> {
        var (best, start) = (0..<0, 0)
        for (index, group) in groups.enumerated() {
            if group != 0 {
                start = index + 1
            } else if index + 1 - start > best.count {
                best = start..<index + 1
            }
        }
        return best
    }
}

/// A range of addresses in the form of CIDR: `10.0.0.0/8`, `fd00::/8`, or a single address.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// The first address.
    public let base: IPAddress
    /// How many bits are common to all addresses of the range.
    public let prefixLength: Int

    /// Reads `ADDRESS/LENGTH` or `ADDRESS`; `nil` if it is neither or if bits beyond the prefix are set.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, let base = IPAddress(parts[0]) else { return nil }
        let width = base.width
        var length = width
        if parts.count == 2 {
            let digits = parts[1].utf8
            guard 1...3 ~= digits.count, digits.allSatisfy(\.isDigit), let given = Int(parts[1]), given <= width
            else { return nil }
            length = given
        }
        self.init(base: base, prefixLength: length)
        guard contains(base), isAligned else { return nil }
    }

    private init(base: IPAddress, prefixLength: Int) {
        self.base = base
        self.prefixLength = prefixLength
    }

    /// Whether `address` lies within. An address of the other version never does.
    public func contains(_ address: IPAddress) -> Bool {
        switch (base, address) {
        case (.v4(let base), .v4(let address)): (base ^ address) >> UInt32(32 - prefixLength) == 0
        case (.v6(let base), .v6(let address)): (base ^ address) >> UInt128(128 - prefixLength) == 0
        default: false
        }
    }

    public var description: String { "\(base)/\(prefixLength)" }

    private var isAligned: Bool {
        switch base {
        case .v4(let value): prefixLength == 32 || value << UInt32(prefixLength) == 0
        case .v6(let value): prefixLength == 128 || value << UInt128(prefixLength) == 0
        }
    }
}

extension IPAddress {
    fileprivate var width: Int {
        switch self {
        case .v4: 32
        case .v6: 128
        }
    }
}

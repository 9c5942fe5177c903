import Glibc

/// An IPv4 or IPv6 address, as sixteen bytes; IPv4 in its mapped form, so that `::ffff:10.0.0.1` and `10.0.0.1` are one.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    public let bytes: [UInt8]

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    private static let loopback: [UInt8] = Array(repeating: 0, count: 15) + [1]

    public var isIPv4: Bool { bytes.starts(with: Self.mapped) }
    public var isLoopback: Bool { isIPv4 ? bytes[12] == 127 : bytes == Self.loopback }

    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45 else { return nil }
        let text = String(text)
        var v6 = in6_addr()
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            bytes = Self.mapped + withUnsafeBytes(of: v4) { Array($0) }
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            bytes = withUnsafeBytes(of: v6) { Array($0) }
        } else {
            return nil
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// The address with everything after `bits` cleared: who is counted as one neighbour.
    public func network(_ bits: Int) -> IPAddress {
        var masked = bytes
        for index in masked.indices {
            let kept = max(0, min(8, bits - index * 8))
            masked[index] &= kept == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - kept))
        }
        return IPAddress(bytes: masked)
    }

    public var description: String {
        if isIPv4 { return "\(bytes[12]).\(bytes[13]).\(bytes[14]).\(bytes[15])" }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        return bytes.withUnsafeBytes { address in
            guard inet_ntop(AF_INET6, address.baseAddress, &text, socklen_t(text.count)) != nil else { return "?" }
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}

/// `10.0.0.0/8`, `::1`, `2001:db8::/32`.
public struct AddressRange: ConfigurationValue, Hashable {
    private let network: IPAddress
    private let bits: Int

    public static let form = "an address or a network such as 10.0.0.0/8"

    public init?(configuration text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        guard let length = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(length) else { return nil }
        bits = 128 - width + length
        network = address.network(bits)
    }

    public func contains(_ address: IPAddress) -> Bool { address.network(bits) == network }

    public var configurationText: String { network.isIPv4 ? "\(network)/\(bits - 96)" : "\(network)/\(bits)" }
}

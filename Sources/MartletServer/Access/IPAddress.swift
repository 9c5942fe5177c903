import Glibc
import NIOCore

/// An IPv4 or IPv6 address, as sixteen bytes; IPv4 in its mapped form, so that `::ffff:10.0.0.1` and `10.0.0.1` are one.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The bytes in the order of the network, eight each.
    private let high, low: UInt64

    private static let mapped: UInt64 = 0xFFFF_0000_0000

    public var isIPv4: Bool { high == 0 && low & ~0xFFFF_FFFF == Self.mapped }
    public var isLoopback: Bool { isIPv4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }

    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45 else { return nil }
        let text = String(text)
        var v6 = in6_addr()
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4)
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            self.init(v6)
        } else {
            return nil
        }
    }

    /// - Returns: `nil` for an address that is a path.
    init?(_ address: SocketAddress) {
        let found = address.withSockAddr { start, size -> IPAddress? in
            let bytes = UnsafeRawBufferPointer(start: start, count: size)
            switch address {
            case .v4 where size >= MemoryLayout<sockaddr_in>.size:
                return IPAddress(bytes.loadUnaligned(as: sockaddr_in.self).sin_addr)
            case .v6 where size >= MemoryLayout<sockaddr_in6>.size:
                return IPAddress(bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
            default: return nil
            }
        }
        guard let found else { return nil }
        self = found
    }

    private init(_ v4: in_addr) { self.init(high: 0, low: Self.mapped | UInt64(UInt32(bigEndian: v4.s_addr))) }

    private init(_ v6: in6_addr) {
        let halves = withUnsafeBytes(of: v6) {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
    }

    private init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// The address with everything after `bits` cleared: who is counted as one neighbour.
    public func network(_ bits: Int) -> IPAddress {
        func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : bits >= 64 ? .max : .max << UInt64(64 - bits) }
        return IPAddress(high: high & mask(bits), low: low & mask(bits - 64))
    }

    public var description: String {
        if isIPv4 { return "\(low >> 24 & 0xFF).\(low >> 16 & 0xFF).\(low >> 8 & 0xFF).\(low & 0xFF)" }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        return withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { address in
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

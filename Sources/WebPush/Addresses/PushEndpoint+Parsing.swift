/// The parts of a URL, with no more tolerance than RFC 3986: what readers understand differently is refused.
extension PushEndpoint {
    static func splitScheme(
        _ bytes: [UInt8], policy: Policy
    ) throws(PushEndpointError) -> (scheme: String, rest: ArraySlice<UInt8>) {
        for scheme in policy.allowsHTTP ? ["https", "http"] : ["https"] {
            let prefix = Array((scheme + "://").utf8)
            if bytes.count >= prefix.count, bytes.prefix(prefix.count).map(\.lowercased) == prefix {
                return (scheme, bytes[prefix.count...])
            }
        }
        throw .scheme
    }

    static func splitPort(
        _ authority: ArraySlice<UInt8>
    ) throws(PushEndpointError) -> (host: ArraySlice<UInt8>, port: UInt16?) {
        // The colons of an IPv6 address are within brackets.
        let afterBracket = authority.lastIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? authority.startIndex
        guard let colon = authority[afterBracket...].firstIndex(of: UInt8(ascii: ":")) else { return (authority, nil) }
        let digits = authority[(colon + 1)...]
        // RFC 3986 §3.2.3 lets the digits be absent.
        guard !digits.isEmpty else { return (authority[..<colon], nil) }
        guard digits.count <= 5, digits.allSatisfy(\.isDigit), digits.first != UInt8(ascii: "0"),
            let port = UInt16(String(decoding: digits, as: UTF8.self))
        else { throw .port }
        return (authority[..<colon], port)
    }

    static func check(_ target: ArraySlice<UInt8>) throws(PushEndpointError) {
        var index = target.startIndex
        while index < target.endIndex {
            switch target[index] {
            case UInt8(ascii: "#"):
                throw .fragment
            case UInt8(ascii: "%"):
                guard index + 2 < target.endIndex, target[index + 1].hexDigit != nil, target[index + 2].hexDigit != nil
                else { throw .character }
                index += 2
            case let byte:
                guard byte.isLetterOrDigit || alsoInTargets.contains(byte) else { throw .character }
            }
            index += 1
        }
    }

    /// RFC 3986 §3.3, §3.4: unreserved, sub-delims, `:`, `@`, `/`, `?`.
    private static let alsoInTargets = Set("-._~!$&'()*+,;=:@/?".utf8)

    static func parse(host: ArraySlice<UInt8>) throws(PushEndpointError) -> Host {
        if host.first == UInt8(ascii: "[") {
            guard host.last == UInt8(ascii: "]"), host.count > 2,
                case .v6(let value)? = IPAddress(String(decoding: host.dropFirst().dropLast(), as: UTF8.self))
            else { throw .host }
            return .address(.v6(value))
        }
        guard 1...253 ~= host.count else { throw .host }
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy(isLabel), let last = labels.last else { throw .host }
        let text = String(decoding: host.map(\.lowercased), as: UTF8.self)
        if isNumeric(last) {
            guard let address = IPAddress(text) else { throw .numericHost }
            return .address(address)
        }
        return .name(text)
    }

    /// Letters, digits, hyphens within, and the underscore that some names have though RFC 952 has not. No empty label,
    /// and so no trailing dot.
    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        1...63 ~= label.count && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            && label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    /// Whether a last label makes some resolvers read the whole host as a number (the URL standard, "ends in a number").
    private static func isNumeric(_ label: ArraySlice<UInt8>) -> Bool {
        if label.allSatisfy(\.isDigit) { return true }
        let bytes = Array(label.map(\.lowercased))
        return bytes.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")])
            && bytes.dropFirst(2).allSatisfy { $0.hexDigit != nil }
    }
}

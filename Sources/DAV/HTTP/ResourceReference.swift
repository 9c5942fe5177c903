/// What a URI in `Destination`, in a tag of `If` or in a `DAV:href` refers to, as seen from one request.
public enum ResourceReference: Sendable, Hashable {
    /// A resource below the handler.
    case path(DAVPath, hasTrailingSlash: Bool)
    /// Another server, or a part of this one that is not ours.
    case elsewhere
    /// Not an absolute URI or absolute path, or one with user information or a fragment.
    case malformed

    /// Reads `Simple-ref` (RFC 4918 §8.3): an absolute URI or an absolute path; a query is left aside.
    ///
    /// Scheme and host are compared without regard to case, and with the scheme's default port filled in (RFC 9110 §4.2.3).
    public init(parsing text: some StringProtocol, relativeTo origin: Origin, prefix: String) {
        let bytes = Array(text.utf8)
        // Nothing below space and no space may stand in a URI; a fragment or user information would change its meaning.
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !bytes.contains(UInt8(ascii: "#")) else {
            self = .malformed
            return
        }
        if bytes[0] == UInt8(ascii: "/") {
            // `//host/…` would be a network-path reference, which Simple-ref excludes.
            self = bytes.starts(with: "//".utf8) ? .malformed : ResourceReference.local(bytes[...], prefix)
            return
        }
        guard let uri = AbsoluteURI(bytes) else {
            self = .malformed
            return
        }
        guard let target = uri.origin else {
            self = .elsewhere
            return
        }
        self = target == origin ? ResourceReference.local(uri.path, prefix) : .elsewhere
    }

    private static func local(_ path: ArraySlice<UInt8>, _ prefix: String) -> ResourceReference {
        let text = path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
        guard let parsed = try? ParsedPath(parsing: text.hasPrefix("?") ? "/" + text : text) else { return .malformed }
        guard let below = parsed.below(prefix) else { return .elsewhere }
        return .path(below.path, hasTrailingSlash: below.hasTrailingSlash)
    }
}

/// Scheme, host and port of a server (RFC 6454), normalised so that `==` compares as RFC 9110 §4.2.3 says.
public struct Origin: Sendable, Hashable {
    public var scheme: String
    public var host: String
    public var port: Int

    /// - Parameter authority: host and optional port, as in the `Host` field.
    /// - Returns: `nil` if it holds user information or the port is not a number.
    public init?(scheme: String, authority: String) {
        self.init(scheme: Array(scheme.utf8)[...], authority: Array(authority.utf8)[...])
    }

    fileprivate init?(scheme: ArraySlice<UInt8>, authority: ArraySlice<UInt8>) {
        self.scheme = String(decoding: scheme, as: UTF8.self).lowercased()
        guard !authority.contains(UInt8(ascii: "@")) else { return nil }
        var host = authority
        var port = self.scheme == "https" ? 443 : 80
        // A colon inside the brackets of an IPv6 literal does not begin a port.
        if let colon = authority.lastIndex(of: UInt8(ascii: ":")),
            !authority[colon...].contains(UInt8(ascii: "]"))
        {
            host = authority[..<colon]
            let digits = authority[(colon + 1)...]
            if !digits.isEmpty {
                guard digits.allSatisfy({ (0x30...0x39).contains($0) }), digits.count <= 5,
                    let number = Int(String(decoding: digits, as: UTF8.self))
                else { return nil }
                port = number
            }
        }
        guard !host.isEmpty else { return nil }
        self.host = String(decoding: host, as: UTF8.self).lowercased()
        self.port = port
    }
}

extension DAVRequest {
    /// The server as the client addressed it.
    public var origin: Origin? { Origin(scheme: scheme, authority: authority) }
}

/// `scheme ":" hier-part` (RFC 3986 §3), split.
private struct AbsoluteURI {
    /// `nil` for a scheme that names no host (`urn:`, `mailto:`).
    var origin: Origin?
    var path: ArraySlice<UInt8>

    init?(_ bytes: [UInt8]) {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), AbsoluteURI.isScheme(bytes[..<colon]) else {
            return nil
        }
        let rest = bytes[(colon + 1)...]
        guard !rest.isEmpty else { return nil }
        guard rest.starts(with: "//".utf8) else {
            path = []
            return
        }
        let afterSlashes = rest.dropFirst(2)
        let end =
            afterSlashes.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? afterSlashes.endIndex
        guard let origin = Origin(scheme: bytes[..<colon], authority: afterSlashes[..<end]) else { return nil }
        self.origin = origin
        path = afterSlashes[end...]
    }

    private static func isScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E].contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}

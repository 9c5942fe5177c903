import DAVHummingbird

/// Where a probe goes: the parts of an `http` or `https` URL.
public struct ProbeURL: Sendable, Hashable, CustomStringConvertible {
    public var scheme: String
    public var host: String
    public var port: Int
    /// As it goes on the wire: percent-encoded, beginning with a slash.
    public var path: String

    /// - Returns: `nil` for anything but `http` and `https`, and for URLs that carry a password.
    public init?(_ text: String) {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, case let scheme = parts[0].lowercased(), scheme == "http" || scheme == "https" else {
            return nil
        }
        let rest = parts[1].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard RequestOrigin.isPlausible(authority: String(authority)),
            let (host, port) = Self.split(authority, standard: scheme == "https" ? 443 : 80)
        else { return nil }
        let path = rest.dropFirst(authority.count)
        guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path.isEmpty ? "/" : path.hasPrefix("?") ? "/" + path : String(path)
    }

    private static func split(_ authority: Substring, standard: Int) -> (String, Int)? {
        var host = authority
        var port = standard
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else { return nil }
            port = Int(number)
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (host.lowercased(), port)
    }

    public var isTLS: Bool { scheme == "https" }
    /// What `Host` says.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isTLS ? 443 : 80) ? name : "\(name):\(port)"
    }
    public var description: String { "\(scheme)://\(authority)\(path)" }
    /// The machine the doctor runs on, as far as the name tells.
    public var isThisMachine: Bool { host == "localhost" || IPAddress(host)?.isLoopback == true }

    public func at(_ path: String) -> ProbeURL {
        var url = self
        url.path = path
        return url
    }

    /// What a `Location` or an href means that was found here (RFC 3986 §5), as far as servers send them.
    public func resolving(_ reference: String) -> ProbeURL? {
        if reference.contains("://") { return ProbeURL(reference) }
        if reference.hasPrefix("//") { return ProbeURL("\(scheme):\(reference)") }
        guard reference.hasPrefix("/") else { return nil }
        return ProbeURL("\(scheme)://\(authority)\(reference)")
    }

    public func isSameOrigin(as other: ProbeURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }
}

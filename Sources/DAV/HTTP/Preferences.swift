public import HTTPTypes

/// What the client would like of the answer (RFC 7240, RFC 8144), as far as it matters here. Unknown preferences are left
/// aside, and nothing is ever an error.
public struct Preferences: Sendable, Hashable {
    public enum Return: String, Sendable, Hashable { case minimal, representation }

    public var `return`: Return?
    /// PROPFIND and REPORT: leave out the response of the request-URI itself (RFC 8144 §2.2).
    public var depthNoroot = false

    public init() {}

    public init(_ headers: HTTPFields) {
        if let prefer = headers.value(of: .prefer) { read(prefer) }
        // The spellings that came before RFC 8144 (P-01, P-07).
        if self.return == nil, headers.value(of: .brief)?.lowercased() == "t" { self.return = .minimal }
        if self.return == nil, headers.value(of: .mobileMeOptions)?.lowercased().contains("return-changed-data") == true
        {
            self.return = .representation
        }
    }

    /// `preference = token [ "=" word ] *( ";" parameter )`, separated by commas; the first of duplicates counts.
    private mutating func read(_ field: String) {
        var scanner = ByteScanner(field)
        var seen: Set<String> = []
        while !scanner.isAtEnd {
            scanner.skipWhitespace()
            if let (name, value) = scanner.takeParameter(), seen.insert(name).inserted { apply(name, value) }
            // Parameters, and whatever else stands before the next comma.
            while !scanner.isAtEnd, !scanner.take(",") {
                if scanner.takeQuotedString() == nil { scanner.skip() }
            }
        }
    }

    private mutating func apply(_ name: String, _ value: String) {
        switch name {
        case "return": if self.return == nil { self.return = Return(rawValue: value.lowercased()) }
        case "return-minimal": if self.return == nil { self.return = .minimal }
        case "depth-noroot": depthNoroot = true
        default: break
        }
    }
}

extension ByteScanner {
    /// `token [ BWS "=" BWS word ]`, the name in lower case.
    fileprivate mutating func takeParameter() -> (name: String, value: String)? {
        guard let name = takeToken()?.lowercased() else { return nil }
        skipWhitespace()
        guard take("=") else { return (name, "") }
        skipWhitespace()
        return (name, takeQuotedString() ?? takeToken() ?? "")
    }
}

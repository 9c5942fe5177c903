/// An href that names a person, read so that equal ones name the same (draft-pot-webdav-resource-sharing-04 §4.3): a URL of
/// this server or another, a mail address, or a UUID.
package enum ShareeAddress: Sendable, Hashable {
    /// A path or an absolute URL, free of dot segments.
    case reference(String)
    /// `mailto:` and a mail address, or another name, in one spelling.
    case name(String)

    /// Longer ones are refused.
    static let mostBytes = 1024

    /// - Returns: `nil` for what is no URI, or one of a scheme that names nobody. `DAV:all` and the like are among them: what
    ///   stands for everybody must never be taken for a person (X11).
    package init?(_ text: String) {
        let text = text.trimmingXMLSpace
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= ShareeAddress.mostBytes, bytes.allSatisfy(ShareeAddress.mayStandInURI)
        else {
            return nil
        }
        if bytes[0] == UInt8(ascii: "/") {
            guard !bytes.starts(with: "//".utf8) else { return nil }
            self = .reference(ShareeAddress.withoutDots(bytes[...]))
            return
        }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = bytes[(colon + 1)...]
        switch String(decoding: bytes[..<colon], as: UTF8.self).lowercased() {
        case "mailto":
            guard let address = ShareeAddress.mailAddress(rest) else { return nil }
            self = .name("mailto:" + address)
        case "urn":
            guard rest.contains(UInt8(ascii: ":")) else { return nil }
            self = .name("urn:" + String(decoding: rest, as: UTF8.self).lowercased())
        case "http", "https":
            guard rest.starts(with: "//".utf8), rest.count > 2 else { return nil }
            let path = rest.dropFirst(2).firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            self = .reference(
                String(decoding: bytes[..<path], as: UTF8.self) + ShareeAddress.withoutDots(bytes[path...]))
        default: return nil
        }
    }

    /// Everything of RFC 3986, and octets beyond ASCII, which some clients leave as they are.
    private static func mayStandInURI(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && !"\"<>\\^`{|}#".utf8.contains(byte)
    }

    /// One mail address, without regard to case: in what people write to each other there is none.
    private static func mailAddress(_ bytes: ArraySlice<UInt8>) -> String? {
        guard let text = Href.decode(bytes.prefix { $0 != UInt8(ascii: "?") }) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
            text.utf8.allSatisfy({ mayStandInURI($0) && ![0x2C, 0x3B].contains($0) })
        else { return nil }
        return text.lowercased()
    }

    /// RFC 3986 §5.2.4; a dot may be encoded (§6.2.2.2). What the path leads to is only ever looked up among principals.
    private static func withoutDots(_ path: ArraySlice<UInt8>) -> String {
        var kept: [ArraySlice<UInt8>] = []
        for segment in path.split(separator: UInt8(ascii: "/")) {
            switch Href.decode(segment) {
            case ".": continue
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        return kept.reduce(into: kept.isEmpty ? "/" : "") { $0 += "/" + String(decoding: $1, as: UTF8.self) }
    }
}

extension Exchange {
    /// Whom an address names. Who is not known here, or not to the caller, is nobody of this server.
    func sharee(at address: ShareeAddress) async throws -> ShareeRef {
        let directory = facts.principals
        switch address {
        case .name(let uri):
            guard let principal = try await directory.principal(addressed: uri, visibleTo: caller) else {
                return .external(uri)
            }
            return ShareeRef(principal)
        case .reference(let reference):
            guard let path = path(named: reference) else { return .external(reference) }
            guard let id = directory.identity(at: path), id.proxies == nil,
                let principal = try await directory.principal(id, visibleTo: caller)
            else { return .external(href(path, isCollection: true)) }
            return ShareeRef(principal)
        }
    }
}

extension ShareeRef {
    fileprivate init(_ principal: Principal) {
        self = principal.kind == .group ? .group(principal.id) : .principal(principal.id)
    }
}

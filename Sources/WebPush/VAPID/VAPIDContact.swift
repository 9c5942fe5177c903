/// Who runs the sending server: the `sub` of every token (RFC 8292 §2.1).
///
/// Push services use it to reach somebody before they block a sender. The RFC lets it be absent; services in use refuse
/// tokens without it or with an address that cannot be written to (`localhost`, a host without a domain), so it is
/// mandatory here and must look like one that can.
public struct VAPIDContact: Sendable, Hashable, CustomStringConvertible {
    /// `mailto:` and an address.
    public let uri: String

    public var description: String { uri }

    /// Takes a mail address, with `mailto:` in front or without.
    ///
    /// - Throws: ``VAPIDContactError`` if it is no plausible address: one `@`, plain ASCII, a domain of at least two
    ///   labels that is not reserved for local or documentary use (RFC 2606, RFC 6761, RFC 6762).
    public init(_ text: String) throws(VAPIDContactError) {
        let scheme = "mailto:"
        let address =
            text.utf8.count >= scheme.utf8.count && text.prefix(scheme.count).lowercased() == scheme
            ? text.dropFirst(scheme.count) : text[...]
        let bytes = Array(address.utf8)
        guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { throw .noMailAddress }
        let local = bytes[..<at]
        guard 1...64 ~= local.count, local.first != UInt8(ascii: "."), local.last != UInt8(ascii: "."),
            local.allSatisfy({ $0.isLetterOrDigit || Self.alsoInLocalParts.contains($0) })
        else { throw .noMailAddress }
        let domain = String(decoding: bytes[(at + 1)...], as: UTF8.self).lowercased()
        let labels = domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy(Self.isLabel), let top = labels.last, !top.allSatisfy(\.isDigit)
        else { throw .domainCannotReceiveMail }
        let reserved = Self.reservedDomains.contains { domain == $0 || domain.hasSuffix("." + $0) }
        guard !reserved else { throw .domainCannotReceiveMail }
        uri = scheme + String(decoding: local, as: UTF8.self) + "@" + domain
    }

    /// For messages that stay on this machine, where nobody would write to anybody.
    package static let nobody = VAPIDContact(uri: "mailto:nobody@localhost")

    private init(uri: String) { self.uri = uri }

    /// RFC 5322 §3.2.3 without what JSON or a URI would have to escape.
    private static let alsoInLocalParts = Set("!$&'*+-/=_~.".utf8)
    private static let reservedDomains = [
        "localhost", "localdomain", "local", "lan", "home", "internal", "home.arpa", "test", "invalid", "example",
        "example.com", "example.org", "example.net",
    ]

    private static func isLabel(_ label: Substring.UTF8View.SubSequence) -> Bool { isLabel(Array(label)) }

    private static func isLabel(_ label: [UInt8]) -> Bool {
        1...63 ~= label.count && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            && label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
    }
}

/// Why a contact was refused.
public enum VAPIDContactError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not `mailto:NAME@DOMAIN`.
    case noMailAddress
    /// A single label, an address of a host, or a domain reserved for local use or for examples.
    case domainCannotReceiveMail

    public var description: String {
        switch self {
        case .noMailAddress: "The contact must be a mail address, such as mailto:admin@your-domain."
        case .domainCannotReceiveMail:
            "The contact's domain cannot receive mail from the Internet; push services refuse such contacts."
        }
    }
}

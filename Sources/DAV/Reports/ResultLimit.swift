/// How many results a client wants at the most: `nresults` of DAV (RFC 5323 §5.17), CardDAV (RFC 6352 §10.6) and others.
package enum ResultLimit: Sendable, Hashable {
    case atMost(Int)
    /// Zero, not a number, or not there.
    case malformed

    /// - Parameter count: the element `nresults`, which holds an unsigned integer, however large.
    package init(_ count: XMLElement?) {
        let digits = (count?.text ?? "").trimmingXMLSpace
        guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), digits.utf8.contains(where: { $0 != 0x30 }) else {
            self = .malformed
            return
        }
        self = .atMost(Int(digits) ?? .max)
    }
}

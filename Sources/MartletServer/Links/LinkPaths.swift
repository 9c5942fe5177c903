/// The part of the URL space in which a path is a secret.
enum LinkPaths {
    static let prefix = "/links"

    /// Whether a request-target lies there, however it is spelled.
    static func contain(_ target: String) -> Bool {
        // Nearly every target is a path whose second byte tells.
        var bytes = target.utf8.makeIterator()
        if bytes.next() == UInt8(ascii: "/"), let second = bytes.next(), !beginnings.contains(second) { return false }
        let path = path(of: target).drop { $0 == UInt8(ascii: "/") }
        var first = path.prefix { $0 != UInt8(ascii: "/") }.makeIterator()
        var name: [UInt8] = []
        while let byte = first.next(), name.count <= prefix.utf8.count {
            guard byte == UInt8(ascii: "%") else { name.append(byte); continue }
            guard let high = first.next(), let low = first.next(),
                let code = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return false }
            name.append(code)
        }
        return name.elementsEqual(prefix.utf8.dropFirst())
    }

    /// What can follow the first slash of a spelling of ``prefix``: its letter, an escape, another slash.
    private static let beginnings: [UInt8] = [UInt8(ascii: "l"), UInt8(ascii: "%"), UInt8(ascii: "/")]

    /// A request-target as it may be logged.
    static func redacted(_ target: String) -> String { contain(target) ? prefix + "/…" : target }

    /// The path of a target in origin-form or absolute-form (RFC 9112 §3.2).
    private static func path(of target: String) -> Substring.UTF8View {
        let whole = target.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard whole.first != UInt8(ascii: "/"), let mark = Substring(whole).firstRange(of: "://") else { return whole }
        return Substring(whole)[mark.upperBound...].utf8.drop { $0 != UInt8(ascii: "/") }
    }
}

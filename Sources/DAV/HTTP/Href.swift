import HTTPTypes

/// Paths as URIs spell them (RFC 3986 §2, RFC 4918 §8.3).
///
/// Reading: the raw bytes are split at `/` first and each segment is decoded on its own, so `%2F` is part of a name, not a
/// separator. Writing: one canonical spelling, since clients compare the strings.
public enum Href {
    /// The path-absolute reference of a resource; collections end in a slash (RFC 4918 §5.2).
    ///
    /// - Parameter prefix: ``ServerFacts/prefix``, put in front as it is.
    public static func encode(path: DAVPath, isCollection: Bool, prefix: String = "") -> String {
        var bytes = Array(prefix.utf8)
        for name in path.names {
            bytes.append(UInt8(ascii: "/"))
            append(name, to: &bytes)
        }
        if isCollection || path.isRoot { bytes.append(UInt8(ascii: "/")) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One segment: unreserved characters and `@:!$&'()*+,;=` stay, all else becomes `%XX` (RFC 3986 §3.3 `pchar`).
    ///
    /// A listing encodes its collection's path once and appends each member's name with this.
    public static func append(_ name: Name, to bytes: inout [UInt8]) {
        for byte in name.string.utf8 {
            if isRaw[Int(byte)] {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexDigits[Int(byte >> 4)])
                bytes.append(hexDigits[Int(byte & 15)])
            }
        }
    }

    /// Undoes percent escapes.
    ///
    /// - Returns: `nil` if an escape is malformed or the result is not UTF-8.
    static func decode(_ segment: some Collection<UInt8>) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(segment.count)
        var rest = segment.makeIterator()
        while let byte = rest.next() {
            if byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else {
                guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static let isRaw: [Bool] = {
        var table = Array(repeating: false, count: 256)
        let raw = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@:!$&'()*+,;="
        for byte in raw.utf8 { table[Int(byte)] = true }
        return table
    }()

    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

/// A path as it was asked for: the resource, and whether the spelling ended in a slash.
public struct ParsedPath: Sendable, Hashable {
    public var path: DAVPath
    public var hasTrailingSlash: Bool

    public init(path: DAVPath, hasTrailingSlash: Bool) {
        self.path = path
        self.hasTrailingSlash = hasTrailingSlash
    }

    /// Reads a path as it stands in a request: percent-encoded, beginning with a slash; what follows `?` is left aside.
    ///
    /// Empty segments count for nothing (`/a//b` is `/a/b`): clients produce them by joining strings. Dot segments are not
    /// resolved but refused, however they are spelled: resolving them is what lets a path escape its collection.
    /// - Throws: 400 for a malformed escape, NUL, anything that is not UTF-8 once decoded, a dot segment, or a missing slash
    ///   at the start; 414 for a name beyond ``Name/maxBytes`` or a path beyond ``DAVPath/maxDepth``.
    public init(parsing raw: some StringProtocol) throws(DAVError) {
        let bytes = Array(raw.utf8.prefix { $0 != UInt8(ascii: "?") })
        guard bytes.first == UInt8(ascii: "/") else { throw .badRequest("The path does not begin with a slash.") }
        // A fragment is never part of a request; taking it for part of a name, or leaving it aside, would act on another
        // resource than the client means.
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw .badRequest("The path holds a fragment or a character that a URI cannot have.")
        }
        var names: [Name] = []
        for segment in bytes.split(separator: UInt8(ascii: "/")) {
            guard names.count < DAVPath.maxDepth else { throw DAVError(.uriTooLong, nil, "The path is too deep.") }
            names.append(try ParsedPath.name(segment))
        }
        self.init(path: DAVPath(names), hasTrailingSlash: bytes.last == UInt8(ascii: "/"))
    }

    private static func name(_ segment: ArraySlice<UInt8>) throws(DAVError) -> Name {
        guard let string = Href.decode(segment) else {
            throw .badRequest("The path holds a malformed escape or text that is not UTF-8.")
        }
        guard string.utf8.count <= Name.maxBytes else {
            throw DAVError(.uriTooLong, nil, "A name in the path is longer than \(Name.maxBytes) bytes.")
        }
        guard let name = Name(string) else { throw .badRequest("The path holds a dot segment or NUL.") }
        return name
    }

    /// The part below `prefix`, or `nil` if the path lies elsewhere. Spellings of the prefix do not matter.
    package func below(_ prefix: String) -> ParsedPath? {
        guard !prefix.isEmpty else { return self }
        guard let mount = try? ParsedPath(parsing: prefix), let names = path.relative(to: mount.path) else {
            return nil
        }
        return ParsedPath(path: DAVPath(names), hasTrailingSlash: hasTrailingSlash)
    }
}

extension DAVPath {
    /// ``ParsedPath/init(parsing:)`` for those who do not care about the slash at the end.
    public init(parsing raw: some StringProtocol) throws(DAVError) { self = try ParsedPath(parsing: raw).path }
}

import HTTPTypes

extension IfHeader {
    /// A longer field, or one with more conditions, is answered 431.
    public static let maxBytes = 16 << 10
    public static let maxConditions = 256

    /// Reads the whole grammar of RFC 4918 §10.4.2: untagged lists, or tagged ones, never both.
    ///
    /// - Parameters:
    ///   - origin: the server as the client addressed it, and `prefix` where the handler is mounted there: a tag that names
    ///     something else, or nothing that can be read, is ``Resource/elsewhere``, where no state matches (G-05).
    /// - Throws: 400 if the field does not follow the grammar (G-09); 431 beyond the limits.
    public static func parse(_ field: some StringProtocol, relativeTo origin: Origin, prefix: String) throws(DAVError)
        -> IfHeader
    {
        guard field.utf8.count <= maxBytes else { throw tooLarge }
        var parser = IfHeaderParser(scanner: ByteScanner(field), origin: origin, prefix: prefix)
        return IfHeader(lists: try parser.lists())
    }

    fileprivate static let tooLarge = DAVError(.requestHeaderFieldsTooLarge, nil, "The If header is too long.")
}

private struct IfHeaderParser {
    var scanner: ByteScanner
    let origin: Origin
    let prefix: String
    var conditionCount = 0

    mutating func lists() throws(DAVError) -> [IfHeader.List] {
        var lists: [IfHeader.List] = []
        scanner.skipWhitespace()
        if scanner.next == UInt8(ascii: "(") {
            while !scanner.isAtEnd { lists.append(try list(about: .requestURI)) }
        } else {
            while !scanner.isAtEnd {
                let resource = try tag()
                // A tag governs every list until the next tag (G-02), and must govern one.
                repeat { lists.append(try list(about: resource)) } while scanner.next == UInt8(ascii: "(")
            }
        }
        guard !lists.isEmpty else { throw .badRequest("The If header is empty.") }
        return lists
    }

    private mutating func tag() throws(DAVError) -> IfHeader.Resource {
        guard scanner.take("<"), let text = scanner.take(upTo: ">"), isURI(text) else {
            throw .badRequest("The If header holds neither a list nor a resource tag where one must stand.")
        }
        scanner.skipWhitespace()
        guard case .path(let path, _) = ResourceReference(parsing: text, relativeTo: origin, prefix: prefix) else {
            return .elsewhere
        }
        return .path(path)
    }

    /// `"(" 1*Condition ")"`
    private mutating func list(about resource: IfHeader.Resource) throws(DAVError) -> IfHeader.List {
        guard scanner.take("(") else { throw .badRequest("The If header lacks a list of conditions.") }
        var terms: [IfHeader.Term] = []
        scanner.skipWhitespace()
        while !scanner.take(")") {
            conditionCount += 1
            guard conditionCount <= IfHeader.maxConditions else { throw IfHeader.tooLarge }
            terms.append(try term())
            scanner.skipWhitespace()
        }
        guard !terms.isEmpty else { throw .badRequest("The If header holds an empty list.") }
        scanner.skipWhitespace()
        return IfHeader.List(resource: resource, conditions: terms)
    }

    /// `["Not"] (State-token | "[" entity-tag "]")`
    private mutating func term() throws(DAVError) -> IfHeader.Term {
        let negated = scanner.take(word: "Not")
        scanner.skipWhitespace()
        if scanner.take("<") {
            guard let token = scanner.take(upTo: ">"), isURI(token), token.utf8.contains(UInt8(ascii: ":")) else {
                throw .badRequest("The If header holds a malformed state token.")
            }
            return IfHeader.Term(negated: negated, state: .token(token))
        }
        guard scanner.take("[") else { throw .badRequest("The If header holds something that is not a condition.") }
        scanner.skipWhitespace()
        guard let (tag, isWeak) = scanner.takeEntityTag(isQuotedString: true) else {
            throw .badRequest("The If header holds a malformed entity tag.")
        }
        scanner.skipWhitespace()
        guard scanner.take("]") else { throw .badRequest("The If header holds an entity tag without its bracket.") }
        return IfHeader.Term(negated: negated, state: isWeak ? .weakETag(tag) : .etag(tag))
    }

    private func isURI(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "<") }
    }
}

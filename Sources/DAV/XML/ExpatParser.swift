import CExpat
import Synchronization

/// A name as the parser reports it: expanded, with the prefix the document used.
struct ExpatName {
    var name: XMLName
    var prefix: String
}

/// One expat parser object. Making one costs more than parsing a usual request, so idle ones are kept.
struct ExpatParser {
    private let handle: XML_Parser

    /// Parses the whole document in one call.
    static func run(over bytes: ArraySlice<UInt8>, into builder: XMLTreeBuilder) throws(DAVError) {
        guard let parser = idle.take() ?? ExpatParser() else {
            throw DAVError(.insufficientStorage, nil, "Out of memory.")
        }
        let outcome = parser.parse(bytes, into: builder)
        // Large documents leave large buffers behind: such a parser is not kept.
        if case .success = outcome, bytes.count <= 64 << 10 { idle.put(parser) } else { XML_ParserFree(parser.handle) }
        if let failure = builder.failure { throw failure }
        try outcome.get()
    }

    private static let idle = IdleParsers()

    /// Keeps clients from choosing names that collide in the parser's tables. Not zero, which means none.
    private static let salt = UInt.random(in: 1 ... .max)

    // Cannot occur in a document, so it splits the names the parser joins.
    fileprivate static let separator: CChar = 1

    private init?() {
        guard let handle = XML_ParserCreateNS(nil, ExpatParser.separator) else { return nil }
        self.handle = handle
    }

    private func parse(_ bytes: ArraySlice<UInt8>, into builder: XMLTreeBuilder) -> Result<Void, DAVError> {
        let session = ParseSession(builder: builder, parser: handle)
        XML_SetUserData(handle, Unmanaged.passUnretained(session).toOpaque())
        installHandlers()
        let status = withExtendedLifetime(session) {
            bytes.withUnsafeBytes {
                XML_Parse(handle, $0.bindMemory(to: CChar.self).baseAddress, Int32(clamping: $0.count), 1)
            }
        }
        guard status == XML_STATUS_OK else {
            let reason = XML_ErrorString(XML_GetErrorCode(handle)).map { String(cString: $0) } ?? "not well-formed"
            return .failure(
                .badRequest("The XML body is wrong in line \(XML_GetCurrentLineNumber(handle)): \(reason)."))
        }
        return .success(())
    }

    /// Handlers are forgotten by `XML_ParserReset`, so they are set for each document.
    private func installHandlers() {
        // Otherwise the parser asks the kernel for a random number per document.
        XML_SetHashSalt(handle, ExpatParser.salt)
        XML_SetReturnNSTriplet(handle, 1)
        XML_SetElementHandler(
            handle,
            { session, name, attributes in ParseSession.of(session)?.start(name, attributes) },
            { session, _ in ParseSession.of(session)?.builder.end() })
        XML_SetCharacterDataHandler(handle) { session, text, count in
            guard let session = ParseSession.of(session), let text else { return }
            text.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
                session.builder.text(UnsafeBufferPointer(start: $0, count: Int(count)))
            }
        }
        XML_SetStartNamespaceDeclHandler(handle) { session, prefix, namespace in
            ParseSession.of(session)?.builder.declare(
                prefix: prefix.map { String(cString: $0) } ?? "", namespace: namespace.map { String(cString: $0) } ?? ""
            )
        }
        // No document type is needed for DAV, and each trick with entities begins with one (RFC 4918 §20.6).
        XML_SetStartDoctypeDeclHandler(handle) { session, _, _, _, _ in
            ParseSession.of(session)?.stop(.noExternalEntities)
        }
    }

    fileprivate func reset() -> Bool { XML_ParserReset(handle, nil) == XML_TRUE }
    fileprivate func free() { XML_ParserFree(handle) }

    /// Parsers between documents.
    private final class IdleParsers: Sendable {
        /// Unchecked: expat knows nothing of threads, and wants one at a time. A parser is either here or with the one call of
        /// ``run(over:into:)`` that took it, and the lock it changed hands under orders what the two threads do.
        private struct Slot: @unchecked Sendable { var parser: ExpatParser }
        private let slots = Mutex<[Slot]>([])
        private static let most = 8

        func take() -> ExpatParser? { slots.withLock { $0.popLast() }?.parser }

        func put(_ parser: ExpatParser) {
            guard parser.reset() else { return parser.free() }
            let slot = Slot(parser: parser)
            let kept = slots.withLock { slots in
                guard slots.count < IdleParsers.most else { return false }
                slots.append(slot)
                return true
            }
            if !kept { parser.free() }
        }
    }
}

/// What the C callbacks get as their user data, for the time of one call of `XML_Parse`.
private final class ParseSession {
    let builder: XMLTreeBuilder
    private let parser: XML_Parser
    private var lastNamespace = XMLName.davNamespace

    init(builder: XMLTreeBuilder, parser: XML_Parser) {
        self.builder = builder
        self.parser = parser
    }

    /// `nil` once the document was refused: the parser may still report a few events after being stopped.
    static func of(_ pointer: UnsafeMutableRawPointer?) -> ParseSession? {
        guard let pointer else { return nil }
        let session = Unmanaged<ParseSession>.fromOpaque(pointer).takeUnretainedValue()
        return session.builder.hasFailed ? nil : session
    }

    func stop(_ error: DAVError) {
        builder.fail(error)
        XML_StopParser(parser, 0)
    }

    func start(_ name: UnsafePointer<CChar>?, _ pairs: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        guard let name else { return }
        var attributes: [XMLElement.Attribute] = []
        var next = pairs
        while let pair = next, let key = pair[0], let value = pair[1] {
            let name = expanded(key)
            var attribute = XMLElement.Attribute(name: name.name, value: String(cString: value))
            attribute.prefix = name.prefix
            attributes.append(attribute)
            next = pair + 2
        }
        builder.start(expanded(name), attributes)
        if builder.failure != nil { XML_StopParser(parser, 0) }
    }

    /// Splits `namespace ␁ local ␁ prefix`; without a namespace only the local part is there.
    private func expanded(_ joined: UnsafePointer<CChar>) -> ExpatName {
        var end = joined
        while end.pointee != 0 { end += 1 }
        let count = end - joined
        return joined.withMemoryRebound(to: UInt8.self, capacity: count) {
            split(UnsafeBufferPointer(start: $0, count: count))
        }
    }

    private func split(_ bytes: UnsafeBufferPointer<UInt8>) -> ExpatName {
        let separator = UInt8(bitPattern: ExpatParser.separator)
        guard let first = bytes.firstIndex(of: separator) else {
            return ExpatName(name: XMLName("", String(decoding: bytes, as: UTF8.self)), prefix: "")
        }
        // Nearly always the same as before: no new string then.
        let namespace = UnsafeBufferPointer(rebasing: bytes[..<first])
        if !lastNamespace.utf8.elementsEqual(namespace) { lastNamespace = String(decoding: namespace, as: UTF8.self) }
        let rest = UnsafeBufferPointer(rebasing: bytes[(first + 1)...])
        let second = rest.firstIndex(of: separator) ?? rest.count
        let local = UnsafeBufferPointer(rebasing: rest[..<second])
        let prefix = UnsafeBufferPointer(rebasing: rest[min(second + 1, rest.count)...])
        return ExpatName(
            name: XMLName(lastNamespace, String(decoding: local, as: UTF8.self)),
            prefix: String(decoding: prefix, as: UTF8.self))
    }
}

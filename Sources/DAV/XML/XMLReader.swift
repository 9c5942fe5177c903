extension XMLElement {
    /// Reads a whole document: UTF-8 or UTF-16, with or without an XML declaration (RFC 4918 §8.2, Appendix A).
    ///
    /// Comments and processing instructions are dropped, CDATA sections become text, adjacent text is one node.
    /// - Throws: ``DAVError/noExternalEntities`` (403) at any document type declaration, without reading further;
    ///   ``DAVError/contentTooLarge`` (413) beyond the limits on bytes and elements; ``DAVError/badRequest(_:)`` (400) if the
    ///   document is not namespace-well-formed or passes another limit.
    public static func parse(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(DAVError) -> XMLElement {
        guard bytes.count <= limits.maxBytes else { throw .contentTooLarge }
        let builder = XMLTreeBuilder(limits: limits)
        try ExpatParser.run(over: bytes[contentStart(of: bytes)...], into: builder)
        guard let root = builder.root else { throw .badRequest("The XML body holds no element.") }
        return root
    }

    /// The name of the root element, of as much of a document as is there; `nil` if it is not in it, or is not XML.
    static func rootName(of bytes: [UInt8]) -> XMLName? {
        let builder = XMLTreeBuilder(limits: XMLLimits(maxElements: 1))
        try? ExpatParser.run(over: bytes[contentStart(of: bytes)...], into: builder)
        return builder.rootName
    }

    /// Where the document begins. White space before an XML declaration is an error to the parser, but clients send it.
    private static func contentStart(of bytes: [UInt8]) -> Int {
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count, [0x09, 0x0A, 0x0D, 0x20].contains(bytes[start]) {
            // Half of a UTF-16 unit: leave it to the parser.
            if start + 1 < bytes.count, bytes[start + 1] == 0 { break }
            start += 1
        }
        return start
    }
}

/// Builds the tree from the parser's events, with a stack of its own instead of recursion.
final class XMLTreeBuilder {
    private let limits: XMLLimits
    private var open: [XMLElement] = []
    private var pendingText: [UInt8] = []
    private var pendingBindings: [XMLContext.Binding] = []
    private var elementCount = 0
    private(set) var root: XMLElement?
    /// Known as soon as the root begins.
    private(set) var rootName: XMLName?
    /// Set once; events after it are ignored.
    private(set) var failure: DAVError?
    var hasFailed: Bool { failure != nil }

    init(limits: XMLLimits) { self.limits = limits }

    func fail(_ error: DAVError) { failure = failure ?? error }

    func declare(prefix: String, namespace: String) {
        // `xml` is bound everywhere, declared or not.
        guard prefix != "xml" else { return }
        // Each is compared with all before it, so the limit is kept here and not only where attributes are counted.
        guard pendingBindings.count < limits.maxAttributes else {
            return fail(.badRequest("An element of the XML body has too many attributes."))
        }
        pendingBindings.append(XMLContext.Binding(prefix: prefix, namespace: namespace))
    }

    func start(_ name: ExpatName, _ attributes: [XMLElement.Attribute]) {
        closeText()
        elementCount += 1
        if elementCount == 1 { rootName = name.name }
        var element = XMLElement(name: name.name, attributes: attributes)
        element.prefix = name.prefix
        if !open.isEmpty { element.context = open[open.count - 1].context }
        for binding in pendingBindings { element.context.declare(binding.prefix, binding.namespace) }
        if let language = attributes.first(where: { $0.name == .xmlLanguage }) {
            element.context.language = language.value
        }
        checkLimits(of: element)
        pendingBindings.removeAll(keepingCapacity: true)
        open.append(element)
    }

    func end() {
        closeText()
        guard let element = open.popLast() else { return }
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(.element(element))
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) { pendingText.append(contentsOf: bytes) }

    private func closeText() {
        guard !pendingText.isEmpty else { return }
        if !open.isEmpty { open[open.count - 1].children.append(.text(String(decoding: pendingText, as: UTF8.self))) }
        pendingText.removeAll(keepingCapacity: true)
    }

    private func checkLimits(of element: XMLElement) {
        if elementCount > limits.maxElements { fail(.contentTooLarge) }
        if open.count >= limits.maxDepth {
            fail(.badRequest("The XML body is nested more than \(limits.maxDepth) deep."))
        }
        if element.attributes.count + pendingBindings.count > limits.maxAttributes
            || element.context.bindings.count > limits.maxBindings
        {
            fail(.badRequest("An element of the XML body has too many attributes."))
        }
        if isTooLong(element.name.namespace, element.name.local)
            || element.attributes.contains(where: { isTooLong($0.name.namespace, $0.name.local) })
            || pendingBindings.contains(where: { isTooLong($0.namespace, $0.prefix) })
        {
            fail(.badRequest("A name in the XML body is longer than \(limits.maxNameBytes) bytes."))
        }
    }

    private func isTooLong(_ namespace: String, _ local: String) -> Bool {
        namespace.utf8.count + local.utf8.count > limits.maxNameBytes
    }
}

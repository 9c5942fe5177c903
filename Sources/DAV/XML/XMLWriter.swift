/// Writes XML as bytes, so that a multistatus can be streamed: ``take()`` gives what is there so far, elements stay open.
///
/// `DAV:` and other well-known namespaces have a fixed prefix, declared once on the root element. Others are declared where
/// they are used. There is never a default namespace, so that a stored value in no namespace can stand anywhere.
public struct XMLWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var open: [Tag] = []
    private var hasRoot = false

    /// An element that waits for its end tag.
    private struct Tag: Sendable {
        var prefix: Prefix
        var name: XMLName
    }

    private enum Prefix: Sendable, Hashable {
        case none
        /// An index into ``XMLWriter/wellKnown``.
        case fixed(Int)
        /// Declared by the open element at this depth.
        case declared(Int)
    }

    /// Namespaces with a prefix of their own. Many a client looks for the text `D:` rather than for the namespace.
    private static let wellKnown: [(prefix: String, namespace: String)] = [
        ("D", XMLName.davNamespace), ("CS", XMLName.calendarServerNamespace), ("C", XMLName.calDAVNamespace),
        ("CARD", XMLName.cardDAVNamespace),
    ]

    /// How many of ``wellKnown`` have their prefix here.
    private let fixed: Int

    public init() { fixed = XMLWriter.wellKnown.count }

    /// A writer of short documents: of the well-known namespaces only `DAV:` is declared on the root.
    init(onlyDAV: Void) { fixed = 1 }

    /// Bytes written and not yet taken.
    public var count: Int { bytes.count }

    /// Takes back what was written since ``count`` was what is given here; the same elements are open as were then.
    mutating func rewind(to count: Int) { bytes.removeSubrange(count...) }

    /// Hands over what was written since the last time.
    public mutating func take() -> [UInt8] {
        defer {
            bytes = []
            bytes.reserveCapacity(1 << 14)
        }
        return bytes
    }

    public mutating func declaration() { write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n") }

    /// Opens an element. Attributes are in no namespace.
    public mutating func start(_ name: XMLName, attributes: KeyValuePairs<String, String> = [:]) {
        open.append(Tag(prefix: openTag(name, attributes), name: name))
        byte(">")
    }

    /// Closes the element opened last.
    public mutating func end() {
        guard let tag = open.popLast() else { preconditionFailure("Every end needs its start.") }
        write("</")
        writeName(tag.name, tag.prefix)
        byte(">")
    }

    public mutating func empty(_ name: XMLName, attributes: KeyValuePairs<String, String> = [:]) {
        _ = openTag(name, attributes)
        write("/>")
    }

    public mutating func element(_ name: XMLName, text: String) {
        let prefix = openTag(name, [:])
        byte(">")
        self.text(text)
        write("</")
        writeName(name, prefix)
        byte(">")
    }

    /// Escapes; leaves out characters that XML cannot say.
    public mutating func text(_ text: String) { XMLEscaping.append(text, as: .text, to: &bytes) }

    /// Bytes that are XML already and stand alone, such as ``DeadProperty/xml``, or escaped text.
    public mutating func raw(_ xml: [UInt8]) { bytes.append(contentsOf: xml) }

    // MARK: Tags

    /// Everything but the closing `>`.
    private mutating func openTag(_ name: XMLName, _ attributes: KeyValuePairs<String, String>) -> Prefix {
        let prefix = prefix(for: name.namespace)
        byte("<")
        writeName(name, prefix)
        if !hasRoot { declareWellKnown() }
        if prefix == .declared(open.count) { declare("x\(open.count)", name.namespace) }
        for (key, value) in attributes {
            byte(" ")
            write(key)
            write("=\"")
            XMLEscaping.append(value, as: .attribute, to: &bytes)
            byte("\"")
        }
        return prefix
    }

    private func prefix(for namespace: String) -> Prefix {
        if namespace.isEmpty { return .none }
        if let index = XMLWriter.wellKnown.prefix(fixed).firstIndex(where: { $0.namespace.hasSameBytes(as: namespace) })
        {
            return .fixed(index)
        }
        for (depth, tag) in open.enumerated()
        where tag.prefix == .declared(depth) && tag.name.namespace.hasSameBytes(as: namespace) {
            return tag.prefix
        }
        return .declared(open.count)
    }

    private mutating func declareWellKnown() {
        hasRoot = true
        for (prefix, namespace) in XMLWriter.wellKnown.prefix(fixed) { declare(prefix, namespace) }
    }

    private mutating func declare(_ prefix: String, _ namespace: String) {
        write(" xmlns:")
        write(prefix)
        write("=\"")
        XMLEscaping.append(namespace, as: .attribute, to: &bytes)
        byte("\"")
    }

    private mutating func writeName(_ name: XMLName, _ prefix: Prefix) {
        switch prefix {
        case .none: break
        case .fixed(let index):
            write(XMLWriter.wellKnown[index].prefix)
            byte(":")
        case .declared(let depth): write("x\(depth):")
        }
        write(name.local)
    }

    private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }
    private mutating func byte(_ scalar: Unicode.Scalar) { bytes.append(UInt8(ascii: scalar)) }
}

/// A parsed element: names resolved, text kept as it came.
///
/// Two elements are equal if they mean the same: same names, attributes and children. How the client spelled the prefixes is
/// kept (``prefix``, ``context``), so that a stored value can be given back as it came, but does not count.
public struct XMLElement: Sendable {
    public var name: XMLName
    public var attributes: [Attribute]
    public var children: [Node]
    /// The prefix the document used; empty: none.
    public var prefix: String = ""
    /// What the document had said when it came to this element.
    public var context = XMLContext()

    public struct Attribute: Sendable {
        public var name: XMLName
        public var value: String
        /// The prefix the document used; empty: none.
        public var prefix: String = ""
        public init(name: XMLName, value: String) {
            self.name = name
            self.value = value
        }
    }

    public enum Node: Sendable, Hashable {
        case element(XMLElement)
        case text(String)
    }

    public init(name: XMLName, attributes: [Attribute] = [], children: [Node] = []) {
        self.name = name
        self.attributes = attributes
        self.children = children
    }

    /// The child elements, in order; white space and other text between them is not counted.
    public var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The child elements of that name, in order.
    func elements(_ name: XMLName) -> [XMLElement] { elements.filter { $0.name == name } }

    /// The first child element of that name.
    public func first(_ name: XMLName) -> XMLElement? { elements.first { $0.name == name } }

    /// The text directly inside, joined.
    public var text: String {
        children.reduce(into: "") { if case .text(let part) = $1 { $0 += part } }
    }
}

/// What an element inherits from those around it: namespace declarations and `xml:lang` (RFC 4918 §4.3).
public struct XMLContext: Sendable, Hashable {
    /// Prefixes in scope, each once. The empty prefix is the default namespace; `xml` is never listed.
    public var bindings: [Binding] = []
    /// The nearest `xml:lang`, if any.
    public var language: String?

    public struct Binding: Sendable, Hashable {
        public var prefix: String
        /// Empty only for the default namespace taken back by `xmlns=""`.
        public var namespace: String
        public init(prefix: String, namespace: String) {
            self.prefix = prefix
            self.namespace = namespace
        }
    }

    public init() {}

    /// What `prefix` stands for; `nil`: not declared.
    public func namespace(of prefix: String) -> String? {
        bindings.first { $0.prefix.hasSameBytes(as: prefix) }?.namespace
    }

    mutating func declare(_ prefix: String, _ namespace: String) {
        bindings.removeAll { $0.prefix.hasSameBytes(as: prefix) }
        bindings.append(Binding(prefix: prefix, namespace: namespace))
    }
}

extension XMLElement: Hashable {
    public static func == (a: XMLElement, b: XMLElement) -> Bool {
        a.name == b.name && a.attributes == b.attributes && a.children == b.children
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(children.count)
    }
}

extension XMLElement.Attribute: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.name == b.name && a.value == b.value }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(value)
    }
}

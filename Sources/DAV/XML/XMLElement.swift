/// A parsed element: names resolved, text kept as it came.
public struct XMLElement: Sendable, Hashable {
    public var name: XMLName
    public var attributes: [Attribute]
    public var children: [Node]

    public struct Attribute: Sendable, Hashable {
        public var name: XMLName
        public var value: String
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

    /// The first child element of that name.
    public func first(_ name: XMLName) -> XMLElement? { elements.first { $0.name == name } }

    /// The text directly inside, joined.
    public var text: String {
        children.reduce(into: "") { if case .text(let part) = $1 { $0 += part } }
    }
}

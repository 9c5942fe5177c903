extension XMLElement {
    /// The element as XML that stands alone, whatever is written around it (RFC 4918 §4.3).
    ///
    /// Prefixes stay as the document had them. Every declaration in scope is repeated, also those no name uses: a value may
    /// hold prefixed names in its text or attributes (XML Schema's QName). An inherited `xml:lang` is made explicit.
    public func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        var top = self
        if let language = context.language, !attributes.contains(where: { $0.name == .xmlLanguage }) {
            var attribute = Attribute(name: .xmlLanguage, value: language)
            attribute.prefix = "xml"
            top.attributes.append(attribute)
        }
        top.serialize(to: &bytes, inside: XMLContext())
        return bytes
    }

    /// Recursion is bounded by ``XMLLimits/maxDepth``.
    private func serialize(to bytes: inout [UInt8], inside outer: XMLContext) {
        let (element, scope, declarations) = resolvingPrefixes(inside: outer)
        let tag = XMLElement.qualified(element.prefix, name.local)
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: tag.utf8)
        for binding in declarations {
            XMLElement.append(
                attribute: binding.prefix.isEmpty ? "xmlns" : "xmlns:" + binding.prefix, binding.namespace, to: &bytes)
        }
        for attribute in element.attributes {
            XMLElement.append(
                attribute: XMLElement.qualified(attribute.prefix, attribute.name.local), attribute.value, to: &bytes)
        }
        guard !children.isEmpty else { return bytes.append(contentsOf: "/>".utf8) }
        bytes.append(UInt8(ascii: ">"))
        for child in children {
            switch child {
            case .text(let text): XMLEscaping.append(text, as: .text, to: &bytes)
            case .element(let child): child.serialize(to: &bytes, inside: scope)
            }
        }
        bytes.append(contentsOf: "</\(tag)>".utf8)
    }

    private static func qualified(_ prefix: String, _ local: String) -> String {
        prefix.isEmpty ? local : "\(prefix):\(local)"
    }

    private static func append(attribute: String, _ value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: attribute.utf8)
        bytes.append(contentsOf: "=\"".utf8)
        XMLEscaping.append(value, as: .attribute, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Decides which declarations this element must carry so that each of its prefixes means the right namespace. For what
    /// was parsed these are the document's own; names made by hand get a prefix here.
    private func resolvingPrefixes(
        inside outer: XMLContext
    ) -> (element: XMLElement, scope: XMLContext, declarations: [XMLContext.Binding]) {
        var element = self
        var scope = outer
        var declared: [String] = []
        func declare(_ prefix: String, _ namespace: String) {
            scope.declare(prefix, namespace)
            declared.append(prefix)
        }
        func means(_ prefix: String, _ namespace: String) -> Bool {
            (scope.namespace(of: prefix) ?? "").hasSameBytes(as: namespace)
        }
        for binding in context.bindings where !means(binding.prefix, binding.namespace) {
            declare(binding.prefix, binding.namespace)
        }
        if name.namespace.isEmpty { element.prefix = "" }
        if !means(element.prefix, name.namespace) { declare(element.prefix, name.namespace) }
        for index in attributes.indices where !attributes[index].name.namespace.isEmpty {
            let attribute = attributes[index]
            if attribute.name.namespace == XMLName.xmlNamespace {
                element.attributes[index].prefix = "xml"
            } else if attribute.prefix.isEmpty || !means(attribute.prefix, attribute.name.namespace) {
                let prefix = (1...).lazy.map { "a\($0)" }.first { scope.namespace(of: $0) == nil } ?? "a"
                element.attributes[index].prefix = prefix
                declare(prefix, attribute.name.namespace)
            }
        }
        return (element, scope, scope.bindings.filter { declared.contains($0.prefix) })
    }
}

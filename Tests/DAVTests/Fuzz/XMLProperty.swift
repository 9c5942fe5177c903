@testable import DAV

extension ParserProperty {
    func checkXML(_ input: [UInt8]) throws {
        let limits = XMLLimits(maxBytes: 1 << 20)
        guard let element = try? XMLElement.parse(input, limits: limits) else { return }
        let bytes = element.serialized()
        let again = try? XMLElement.parse(bytes)
        try demand(again == element, "what was read, written and read again is the same")
        try demand(again?.serialized() == bytes, "writing is a function of the meaning")
        for child in element.elements.prefix(4) {
            var writer = XMLWriter()
            writer.start(.dav("prop"))
            writer.raw(child.serialized())
            writer.end()
            let stored = try? XMLElement.parse(writer.take())
            // A language in scope is made explicit, which adds an attribute.
            try demand(stored?.elements.first?.children == child.children, "a stored value stands alone")
            try demand(stored?.elements.first?.name == child.name, "a stored value keeps its name")
        }
    }
}

import DAV

/// What came back over the wire, whole.
struct Reply: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The header's value, several lines joined as one list.
    subscript(name: String) -> String? {
        let values = headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    func xml() throws -> XMLElement { try XMLElement.parse(body) }

    /// The child of `DAV:error` in the body, if that is what the body is.
    var error: XMLName? {
        guard let root = try? xml(), root.name == .dav("error") else { return nil }
        return root.elements.first?.name
    }

    /// Whether somebody who reads the answer learns what was wrong: `DAV:error`, or a sentence.
    var saysWhy: Bool { error != nil || self["Content-Type"]?.hasPrefix("text/plain") == true && body.count > 5 }
}

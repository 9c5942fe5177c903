/// Which properties a PROPFIND or a report asks for (RFC 4918 §14.20).
public enum PropertyRequest: Sendable, Hashable {
    /// With the elements that say more than a name, for those properties that listen (``LiveProperty/reading``).
    case names([XMLName], details: [XMLElement] = [])
    /// `DAV:allprop`, with `DAV:include`.
    case all(including: [XMLName])
    /// `DAV:propname`
    case listNames

    /// Most properties one request may name.
    static let maxNames = 1000

    /// Reads the body of PROPFIND; none at all means `allprop` (§9.1).
    ///
    /// - Throws: 400 if it is not a `DAV:propfind`, or does not hold exactly one of its forms.
    init(propfind body: XMLElement?) throws(DAVError) {
        guard let body else {
            self = .all(including: [])
            return
        }
        guard body.name == .dav("propfind") else { throw .badRequest("The body of PROPFIND is not DAV:propfind.") }
        try self.init(in: body)
    }

    /// Reads the `DAV:prop`, `DAV:allprop` or `DAV:propname` inside another element, as reports have it.
    ///
    /// - Throws: 400 unless there is exactly one of them.
    public init(in parent: XMLElement) throws(DAVError) {
        let elements = parent.elements
        let forms = elements.filter { [.dav("prop"), .dav("allprop"), .dav("propname")].contains($0.name) }
        guard let form = forms.first, forms.count == 1 else {
            throw .badRequest("Exactly one of DAV:prop, DAV:allprop and DAV:propname is needed.")
        }
        switch form.name.local {
        case "prop": self = try PropertyRequest(names: form)
        case "allprop":
            let include = elements.first { $0.name == .dav("include") }
            self = .all(including: try include.map(PropertyRequest.names) ?? [])
        default: self = .listNames
        }
    }

    /// Reads a `DAV:prop` that names properties.
    ///
    /// - Throws: 400 if it names more than a request may.
    public init(names form: XMLElement) throws(DAVError) {
        let details = form.elements.filter { !$0.attributes.isEmpty || !$0.elements.isEmpty }
        self = .names(try PropertyRequest.names(in: form), details: details)
    }

    /// The names of an element's children, each once, in order.
    static func names(in element: XMLElement) throws(DAVError) -> [XMLName] {
        var names = element.elements.map(\.name)
        // One has no double.
        if names.count > 1 {
            var seen: Set<XMLName> = []
            names = names.filter { seen.insert($0).inserted }
        }
        guard names.count <= maxNames else { throw .badRequest("More than \(maxNames) properties are asked for.") }
        return names
    }
}

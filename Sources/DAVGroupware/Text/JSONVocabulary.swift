/// What a format knows of its properties, for telling them in JSON (RFC 7265, RFC 7095).
struct JSONVocabulary: Sendable {
    /// The type of a property that names none with VALUE, by the name in upper case. Any other is `unknown`: its value is told
    /// as it stands (RFC 7265 §5.1).
    var types: [String: String]
    /// Properties with several values, separated by commas.
    var lists: Set<String>
    /// Properties of several parts, separated by semicolons.
    var structured: Set<String>
    /// Whether the parts may be lists (RFC 7095 §3.3.1.3).
    var hasListsInParts: Bool

    func type(of line: ContentLine) -> String {
        guard let named = line["VALUE"] else { return types[line.name.uppercased()] ?? Self.unknown }
        return Self.name(named)?.lowercased() ?? Self.unknown
    }

    static let unknown = "unknown"
}

extension JSONVocabulary {
    // MARK: Writing

    /// `[name, [properties], [components]]`, without the last for a card. Components nest to a limit (``ContentLimits``).
    func json(_ component: Component, withComponents: Bool = true) -> JSONValue {
        let properties = JSONValue.array(component.properties.map(json))
        let name = JSONValue.string(component.name.lowercased())
        guard withComponents else { return .array([name, properties]) }
        return .array([name, properties, .array(component.components.map { json($0) })])
    }

    func json(_ line: ContentLine) -> JSONValue {
        let type = type(of: line)
        return .array(
            [.string(line.name.lowercased()), .object(parameters(of: line)), .string(type)] + values(of: line, type))
    }

    private func parameters(of line: ContentLine) -> [JSONValue.Member] {
        var names: [String] = []
        var values: [String: [String]] = [:]
        if let group = line.group {
            names = ["group"]
            values["group"] = [group]
        }
        // A VALUE that names no type stays what it is.
        let hasType = line["VALUE"].map { Self.name($0) != nil } ?? true
        for parameter in line.parameters where !hasType || !parameter.name.isASCIIEqual(to: "VALUE") {
            let name = parameter.name.lowercased()
            if values[name] == nil { names.append(name) }
            values[name, default: []] += parameter.values
        }
        return names.map { name in
            let values = (values[name] ?? []).map { JSONValue.string($0) }
            return JSONValue.Member(name, values.count == 1 ? values[0] : .array(values))
        }
    }

    private func values(of line: ContentLine, _ type: String) -> [JSONValue] {
        let name = line.name.uppercased()
        if type == Self.unknown { return [.string(line.value)] }
        if structured.contains(name) {
            let parts = TextValue.split(line.value, on: ";").map { part(of: $0, type) }
            return parts.count == 1 ? parts : [.array(parts)]
        }
        guard lists.contains(name) else { return [JSONScalar.json(line.value, type)] }
        return TextValue.split(line.value, on: ",").map { JSONScalar.json($0, type) }
    }

    private func part(of raw: String, _ type: String) -> JSONValue {
        guard hasListsInParts else { return JSONScalar.json(raw, type) }
        let values = TextValue.split(raw, on: ",").map { JSONScalar.json($0, type) }
        return values.count == 1 ? values[0] : .array(values)
    }
}

extension JSONVocabulary {
    // MARK: Reading

    func component(_ value: JSONValue, depth: Int = 0) throws(ContentTextError) -> Component {
        guard depth < ContentLimits.greatestDepth else {
            throw ContentTextError(.limit, line: 1, "Too many components stand inside each other.")
        }
        guard case .array(let parts) = value, parts.count == 2 || parts.count == 3, case .string(let name) = parts[0],
            case .array(let properties) = parts[1], let name = Self.name(name)
        else { throw malformed("A component is an array of a name, properties and components.") }
        var component = Component(name.uppercased())
        for property in properties { component.properties.append(try line(property)) }
        guard parts.count == 3 else { return component }
        guard case .array(let children) = parts[2] else { throw malformed("Components stand in an array.") }
        for child in children { component.components.append(try self.component(child, depth: depth + 1)) }
        return component
    }

    func line(_ value: JSONValue) throws(ContentTextError) -> ContentLine {
        guard case .array(let parts) = value, parts.count >= 4, case .string(let name) = parts[0],
            case .object(let members) = parts[1], case .string(let type) = parts[2], let name = Self.name(name),
            let type = Self.name(type)
        else { throw malformed("A property is an array of a name, parameters, a type and values.") }
        var line = ContentLine(name.uppercased(), value: "")
        for member in members {
            guard let name = Self.name(member.name) else { throw malformed("A parameter has no name.") }
            let values = try Self.strings(member.value)
            if name.isASCIIEqual(to: "GROUP"), hasListsInParts {
                line.group = values.first.flatMap(Self.name)
            } else {
                line.parameters.append(.init(name.uppercased(), values))
            }
        }
        let kind = type.lowercased()
        if kind != Self.unknown, kind != types[line.name] {
            line.parameters.append(.init("VALUE", [type.uppercased()]))
        }
        line.value = parts[3...].map { raw($0, kind) }.joined(separator: ",")
        return line
    }

    private func raw(_ value: JSONValue, _ type: String) -> String {
        guard case .array(let parts) = value else { return JSONScalar.raw(value, type) }
        if type == "period" { return parts.map { JSONScalar.raw($0, type) }.joined(separator: "/") }
        return parts.map { part in
            guard case .array(let values) = part else { return JSONScalar.raw(part, type) }
            return values.map { JSONScalar.raw($0, type) }.joined(separator: ",")
        }.joined(separator: ";")
    }

    private static func strings(_ value: JSONValue) throws(ContentTextError) -> [String] {
        if case .array(let values) = value { return values.map { JSONScalar.raw($0, unknown) } }
        return [JSONScalar.raw(value, unknown)]
    }

    private static func name(_ text: String) -> String? {
        !text.isEmpty && text.utf8.allSatisfy(LineTokenizer.isNameOctet) ? text : nil
    }

    private func malformed(_ message: String) -> ContentTextError { ContentTextError(.malformed, line: 1, message) }
}

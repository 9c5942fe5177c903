/// Writes content lines: folded, CR LF, parameters quoted and encoded (RFC 5545 §3.1, RFC 6350 §3.2, RFC 6868).
///
/// Whatever it is given, each property comes out as one content line: line ends in a value are written `\n`, other control
/// characters and what a name cannot hold are left out.
package struct ContentWriter {
    /// RFC 5545 §3.1: lines SHOULD NOT be longer, line end not counted.
    static let maxLineOctets = 75

    private var output: [UInt8] = []
    private var line: [UInt8] = []

    package init() {}

    /// What was written, and begins anew.
    package mutating func take() -> [UInt8] {
        defer { output = [] }
        return output
    }

    package static func octets(of components: [Component]) -> [UInt8] {
        var writer = ContentWriter()
        for component in components { writer.component(component) }
        return writer.take()
    }

    package mutating func begin(_ name: String) { property(ContentLine("BEGIN", value: name)) }

    package mutating func end(_ name: String) { property(ContentLine("END", value: name)) }

    /// A whole component: its properties, then the components in it.
    package mutating func component(_ component: Component) {
        var open = [(component: component, next: 0)]
        begin(component)
        while let (current, next) = open.last {
            if next < current.components.count {
                open[open.count - 1].next += 1
                let child = current.components[next]
                begin(child)
                open.append((child, 0))
            } else {
                end(current.name)
                open.removeLast()
            }
        }
    }

    private mutating func begin(_ component: Component) {
        begin(component.name)
        for line in component.properties { property(line) }
    }

    package mutating func property(_ property: ContentLine) {
        line.removeAll(keepingCapacity: true)
        if let group = property.group {
            appendName(group)
            line.append(UInt8(ascii: "."))
        }
        appendName(property.name)
        for parameter in property.parameters {
            line.append(LineTokenizer.semicolon)
            appendName(parameter.name)
            for (index, value) in parameter.values.enumerated() {
                line.append(index == 0 ? UInt8(ascii: "=") : UInt8(ascii: ","))
                ParameterEncoding.append(value, to: &line)
            }
        }
        line.append(LineTokenizer.colon)
        appendValue(property.value)
        fold()
    }

    /// Octets that are content lines already, line end included.
    package mutating func raw(_ octets: some Sequence<UInt8>) { output.append(contentsOf: octets) }

    private mutating func appendName(_ name: String) {
        line.append(contentsOf: name.utf8.lazy.filter(LineTokenizer.isNameOctet))
    }

    private mutating func appendValue(_ value: String) {
        guard value.utf8.contains(where: LineTokenizer.isControl) else {
            line.append(contentsOf: value.utf8)
            return
        }
        var last: UInt8 = 0
        for octet in value.utf8 {
            if octet == 0x0D || octet == 0x0A && last != 0x0D {
                line += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            } else if !LineTokenizer.isControl(octet) {
                line.append(octet)
            }
            last = octet
        }
    }

    private mutating func fold() {
        var start = 0
        var room = Self.maxLineOctets
        while line.count - start > room {
            var end = start + room
            // Not between the octets of one character; at most three continue it.
            while end > start + room - 3, line[end] & 0xC0 == 0x80 { end -= 1 }
            output.append(contentsOf: line[start..<end])
            output += [0x0D, 0x0A, 0x20]
            start = end
            room = Self.maxLineOctets - 1
        }
        output.append(contentsOf: line[start...])
        output += [0x0D, 0x0A]
    }
}

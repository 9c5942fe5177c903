extension ContentEdits {
    /// Puts whole content lines at a place. What is put at one place stands there in the order in which it was put.
    mutating func insert(_ text: [UInt8], at place: Int) { replace(place..<place, by: text) }
}

extension Component {
    /// Where another property line can be put: behind the last one, and before the components inside.
    var endOfLines: Int {
        let lines = properties.last?.source.upperBound ?? source.upperBound
        return min(lines, components.first?.source.lowerBound ?? .max)
    }

    /// Where another component can be put: behind the last one.
    var endOfComponents: Int {
        max(properties.last?.source.upperBound ?? 0, components.last?.source.upperBound ?? 0)
    }

    /// The component as text: lines that point into `octets` as they stand there, all others newly written.
    ///
    /// Recursion is bounded by the depth of what was read.
    func text(from octets: [UInt8]) -> [UInt8] {
        var writer = ContentWriter()
        write(to: &writer, from: octets)
        return writer.take()
    }

    private func write(to writer: inout ContentWriter, from octets: [UInt8]) {
        writer.begin(name)
        for line in properties {
            if line.source.isEmpty { writer.property(line) } else { writer.raw(octets[line.source]) }
        }
        for component in components {
            if component.source.isEmpty {
                component.write(to: &writer, from: octets)
            } else {
                writer.raw(octets[component.source])
            }
        }
        writer.end(name)
    }
}

/// Changes to a text, gathered and then made at once; all other octets stay as they are.
struct OctetEdits: Sendable {
    private var edits: [(range: Range<Int>, text: [UInt8])] = []

    var isEmpty: Bool { edits.isEmpty }

    /// - Parameter text: whole content lines, if the range is such.
    mutating func replace(_ range: Range<Int>, by text: [UInt8] = []) { edits.append((range, text)) }

    /// What is put at one place stands there in the order in which it was put.
    mutating func insert(_ text: [UInt8], at place: Int) { edits.append((place..<place, text)) }

    /// The text with the changes. What lies in a range that another change replaces is not made.
    func made(in octets: [UInt8]) -> [UInt8] {
        guard !edits.isEmpty else { return octets }
        let order = edits.indices.sorted { a, b in
            let (one, other) = (edits[a].range, edits[b].range)
            // What is inserted goes before what is replaced.
            return (one.lowerBound, one.isEmpty ? 0 : 1, a) < (other.lowerBound, other.isEmpty ? 0 : 1, b)
        }
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var position = 0
        for index in order where edits[index].range.lowerBound >= position {
            let (range, text) = edits[index]
            result += octets[position..<range.lowerBound]
            result += text
            position = range.upperBound
        }
        return result + octets[position...]
    }
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

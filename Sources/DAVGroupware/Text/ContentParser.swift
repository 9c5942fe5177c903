/// Builds the tree of components, with a stack of its own: nothing recurses on what clients send.
struct ContentParser {
    private struct Open {
        var component: Component
        let line: Int
    }

    private let limits: ContentLimits
    private var lines: LineUnfolder
    private var tokenizer: LineTokenizer
    private var open: [Open] = []
    private var closed: [Component] = []
    /// Whether the outermost component is a card.
    private var isCard = false
    private var lineCount = 0
    private var componentCount = 0
    private var ownDeviations: ContentText.Deviations = []

    var deviations: ContentText.Deviations { lines.deviations.union(tokenizer.deviations).union(ownDeviations) }

    init(_ octets: [UInt8], limits: ContentLimits) throws(ContentTextError) {
        guard octets.count <= limits.maxBytes else {
            throw ContentTextError(.limit, line: 1, "The text is longer than \(limits.maxBytes) octets.")
        }
        self.limits = limits
        lines = LineUnfolder(octets)
        tokenizer = LineTokenizer(limits: limits)
    }

    mutating func parse() throws(ContentTextError) -> [Component] {
        while lines.next() {
            if LineTokenizer.isBlank(lines.content) {
                ownDeviations.insert(.blankLines)
                continue
            }
            lineCount += 1
            if lineCount > limits.maxLines { throw limit("There are more than \(limits.maxLines) lines.") }
            let line = try tokenizer.line(
                lines.content, number: lines.number, source: lines.source, isCard: open.first?.component.name == "VCARD"
            )
            try take(line)
        }
        if let last = open.last {
            throw ContentTextError(.malformed, line: last.line, "BEGIN:\(shown(last.component.name)) has no END.")
        }
        return closed
    }

    private mutating func take(_ line: ContentLine) throws(ContentTextError) {
        if line.group == nil, line.isNamed("BEGIN") {
            try begin(line)
        } else if line.group == nil, line.isNamed("END") {
            try end(line)
        } else if open.isEmpty {
            throw malformed("\(shown(line.name)) stands outside of a component.")
        } else {
            open[open.count - 1].component.properties.append(line)
        }
    }

    private mutating func begin(_ line: ContentLine) throws(ContentTextError) {
        componentCount += 1
        if componentCount > limits.maxComponents {
            throw limit("There are more than \(limits.maxComponents) components.")
        }
        if open.count >= limits.maxDepth {
            throw limit("More than \(limits.maxDepth) components stand inside each other.")
        }
        let name = try componentName(line)
        if open.isEmpty { isCard = name == "VCARD" }
        open.append(Open(component: Component(name, source: line.source), line: lines.number))
    }

    private mutating func end(_ line: ContentLine) throws(ContentTextError) {
        let name = try componentName(line)
        guard let last = open.popLast() else { throw malformed("END:\(shown(name)) has no BEGIN.") }
        guard last.component.name == name else {
            throw malformed("END:\(shown(name)) closes BEGIN:\(shown(last.component.name)) of line \(last.line).")
        }
        var component = last.component
        component.source = component.source.lowerBound..<line.source.upperBound
        if open.isEmpty {
            isCard = false
            closed.append(component)
        } else {
            open[open.count - 1].component.components.append(component)
        }
    }

    private func componentName(_ line: ContentLine) throws(ContentTextError) -> String {
        let octets = line.value.utf8.filter { $0 > 0x20 }
        guard !octets.isEmpty, octets.allSatisfy(LineTokenizer.isNameOctet) else {
            throw malformed("\(line.name.uppercased()) names no component.")
        }
        return String(decoding: octets, as: UTF8.self).uppercased()
    }

    private func shown(_ name: String) -> String { String(name.prefix(40)) }

    private func malformed(_ message: String) -> ContentTextError {
        ContentTextError(.malformed, line: lines.number, message)
    }

    private func limit(_ message: String) -> ContentTextError {
        ContentTextError(.limit, line: lines.number, message)
    }
}

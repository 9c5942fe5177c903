extension PersonalPart {
    /// A body with this in place of what was personal in it. All other octets stay as they are.
    func composed(into calendar: Component, of octets: [UInt8]) -> [UInt8] {
        var edits: [Edit] = []
        for component in calendar.components where Self.isBearer(component) {
            edits += self[component].edits(of: component)
        }
        guard !edits.isEmpty else { return octets }
        edits.sort { ($0.range.lowerBound, $0.order) < ($1.range.lowerBound, $1.order) }
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var position = 0
        for edit in edits where edit.range.lowerBound >= position {
            result += octets[position..<edit.range.lowerBound]
            result += edit.text
            position = edit.range.upperBound
        }
        return result + octets[position...]
    }

    fileprivate struct Edit {
        var range: Range<Int>
        var text: [UInt8] = []
        /// Among those at one place.
        var order: Int
    }
}

extension PersonalPart.Piece {
    fileprivate func edits(of component: Component) -> [PersonalPart.Edit] {
        let alarmsBefore = component.components.filter { $0.name == "VALARM" }.map(\.source)
        let notesBefore = component.properties.filter(PersonalPart.isNote).map(\.source)
        let lines = component.properties.last?.source.upperBound ?? component.source.upperBound
        let firstInner = component.components.first?.source.lowerBound ?? .max
        let endOfLines = min(lines, firstInner)
        let end = max(lines, component.components.last?.source.upperBound ?? lines)
        var edits = replacing(notesBefore, by: notes, or: endOfLines, order: 1)
        edits += replacing(alarmsBefore, by: alarms, or: end, order: 2)
        if let transparency {
            let before = component.all("TRANSP").map(\.source)
            edits += replacing(before, by: transparency, or: endOfLines, order: 0)
        }
        return edits
    }

    /// What is new stands where the first of what was there stood.
    private func replacing(
        _ ranges: [Range<Int>], by text: [UInt8], or place: Int, order: Int
    ) -> [PersonalPart.Edit] {
        guard let first = ranges.first else {
            return text.isEmpty ? [] : [PersonalPart.Edit(range: place..<place, text: text, order: order)]
        }
        return [PersonalPart.Edit(range: first, text: text, order: order)]
            + ranges.dropFirst().map { PersonalPart.Edit(range: $0, order: order) }
    }
}

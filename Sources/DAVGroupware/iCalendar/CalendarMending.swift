/// What is put right in a body before it is stored: a METHOD is cut out where the rules say so, and a component without a UID
/// gets one (C-14). All other octets stay as they are.
struct CalendarMending {
    private let components: [Component]
    private let octets: [UInt8]
    private let rules: CalendarRules

    init(_ components: [Component], in octets: [UInt8], rules: CalendarRules) {
        self.components = components
        self.octets = octets
        self.rules = rules
    }

    /// - Returns: `nil` if nothing is to be mended.
    func mended() throws(CalendarViolation) -> [UInt8]? {
        guard components.count == 1, let calendar = components.first, calendar.name == "VCALENDAR" else { return nil }
        let removed = rules.method == .strip ? calendar.all("METHOD").map(\.source) : []
        let place = rules.isStrict ? nil : placeForUID(in: calendar)
        guard !removed.isEmpty || place != nil else { return nil }
        var result: [UInt8] = []
        var start = 0
        let uid = place.map { ($0..<$0, "UID:\(TextValue.escape(rules.makeUID()))\r\n") }
        let edits = (removed.map { ($0, "") } + [uid].compactMap { $0 }).sorted { $0.0.lowerBound < $1.0.lowerBound }
        for (range, text) in edits {
            result += octets[start..<range.lowerBound]
            result += text.utf8
            start = range.upperBound
        }
        return result + octets[start...]
    }

    /// Before the first property of the only component, if that has no UID. Of several one cannot tell whether they are one
    /// thing.
    private func placeForUID(in calendar: Component) -> Int? {
        let candidates = calendar.components.filter { CalendarRules.knownComponents.contains($0.name) }
        guard candidates.count == 1, let component = candidates.first, component["UID"] == nil else { return nil }
        return component.properties.first?.source.lowerBound
    }
}

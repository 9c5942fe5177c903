/// When somebody is busy, gathered from calendar objects (RFC 4791 §7.10, C-26).
package struct FreeBusy: Sendable {
    /// FBTYPE (RFC 5545 §3.2.9). Where several hold at once, the greatest counts (RFC 7953 §5).
    package enum Kind: String, Sendable, Hashable, CaseIterable, Comparable {
        case tentative = "BUSY-TENTATIVE", unavailable = "BUSY-UNAVAILABLE", busy = "BUSY"

        package static func < (a: Kind, b: Kind) -> Bool {
            (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
        }
    }

    package struct Span: Sendable, Hashable {
        package var start: Int64
        package var end: Int64
        package var kind: Kind
    }

    package let range: Range<Int64>
    private var spans: [Span] = []
    private var loose = 0
    /// One layer a priority of VAVAILABILITY; inside it `nil` says free.
    private var layers: [Int: [(start: Int64, end: Int64, kind: Kind?)]] = [:]
    /// Whose time it is; `nil`: what they answered to invitations does not matter.
    private let person: CalendarUser?
    /// More spans apart from each other than this are not kept.
    var most = 200_000
    /// Whether a budget ran out, or there was too much; then somebody may be busy at more times.
    package private(set) var isIncomplete = false

    /// - Parameters:
    ///   - range: bounded; what lies outside is left out.
    ///   - person: what they declined is no busy time of theirs, and what they did not decide on yet is tentative.
    package init(_ range: Range<Int64>, of person: CalendarUser? = nil) {
        self.range = range
        self.person = person
    }

    /// Adds what one object says: events that are opaque and not cancelled, and VFREEBUSY.
    package mutating func add(
        _ object: CalendarInstances, floating: ZoneRules, within budget: inout WorkBudget
    ) {
        let kinds = object.components.map(kind)
        if kinds.contains(where: { $0 != nil }) {
            var iterator = object.iterator(in: range, floating: floating)
            while let next = iterator.next(within: &budget) {
                guard let kind = kinds[next.component], let start = next.start, let end = next.end else { continue }
                add(start, end, kind)
            }
            if budget.isExhausted { isIncomplete = true }
        }
        for component in object.components where component.name == "VFREEBUSY" {
            for line in component.all("FREEBUSY") {
                let type = (line["FBTYPE"] ?? "BUSY").uppercased()
                guard type != "FREE" else { continue }
                // An unknown type counts as BUSY (RFC 5545 §3.2.9).
                let kind = Kind(rawValue: type) ?? .busy
                for span in object.spans(of: line, floating: floating) { add(span.start, span.end, kind) }
            }
        }
    }

    private mutating func add(_ start: Int64, _ end: Int64, _ kind: Kind) {
        guard start < end, start < range.upperBound, end > range.lowerBound else { return }
        guard spans.count < most else {
            isIncomplete = true
            return
        }
        spans.append(Span(start: max(start, range.lowerBound), end: min(end, range.upperBound), kind: kind))
        loose += 1
        guard loose > max(10_000, spans.count / 2) else { return }
        // Many objects at the same times take no more room than one.
        spans = Timeline(spans).spans
        loose = 0
    }

    /// What an event makes of its time; `nil`: nothing.
    private func kind(_ component: Component) -> Kind? {
        guard component.name == "VEVENT" else { return nil }
        func says(_ name: String, _ value: String) -> Bool {
            component[name].map { TextCursor.trimmed($0.value).isASCIIEqual(to: value) } ?? false
        }
        if says("TRANSP", "TRANSPARENT") || says("STATUS", "CANCELLED") { return nil }
        let kind: Kind = says("STATUS", "TENTATIVE") ? .tentative : .busy
        guard let person, let answer = component.all("ATTENDEE").first(where: person.isNamed) else { return kind }
        return switch answer["PARTSTAT"]?.uppercased() {
        case "DECLINED", "DELEGATED": nil
        case "NEEDS-ACTION", "TENTATIVE": .tentative
        default: kind
        }
    }

    /// Lays a VAVAILABILITY below what is busy (RFC 7953 §4, K-09): its time is BUSYTYPE but for its AVAILABLE instances; where
    /// two overlap the one of the better priority counts.
    ///
    /// - Parameter calendar: the VCALENDAR with the VAVAILABILITY and its zones.
    package mutating func addAvailability(
        _ calendar: Component, zones: Zones, floating: ZoneRules, within budget: inout WorkBudget
    ) {
        guard calendar.components.contains(where: { $0.name == "VAVAILABILITY" }) else { return }
        let vtimezones = calendar.components.filter { $0.name == "VTIMEZONE" }
        let object = CalendarInstances(calendar.components, zones: zones)
        for component in calendar.components where component.name == "VAVAILABILITY" {
            let bounds = object.bounds(of: component, floating: floating)
            let (start, end) = (max(bounds.start ?? .min, range.lowerBound), min(bounds.end ?? .max, range.upperBound))
            guard start < end else { continue }
            let type = component["BUSYTYPE"].map { TextCursor.trimmed($0.value).uppercased() }
            // 1 is the best, 9 the worst, and 0, the default, worse than that.
            let priority = component["PRIORITY"].flatMap { Int($0.value) }.flatMap { 1...9 ~= $0 ? $0 : nil } ?? 10
            var timeline = Timeline([Span(start: start, end: end, kind: type.flatMap(Kind.init) ?? .unavailable)])
            let available = component.components.filter { $0.name == "AVAILABLE" }
            var free: [(start: Int64, end: Int64)] = []
            for parts in Dictionary(grouping: available, by: { $0["UID"]?.value }).values {
                // The zones are read anew for each of them.
                guard budget.take(1 + vtimezones.count) else { break }
                let series = CalendarInstances(vtimezones + parts, zones: zones)
                var iterator = series.iterator(in: start..<end, floating: floating)
                while let next = iterator.next(within: &budget) {
                    if let from = next.start, let to = next.end { free.append((from, to)) }
                }
            }
            timeline.clear(free)
            if budget.isExhausted { isIncomplete = true }
            layers[priority, default: []] += timeline.filled(from: start, to: end)
        }
    }

    /// In order, apart from each other, merged where one goes on as the next.
    package var result: [Span] {
        var timeline = Timeline([])
        for priority in layers.keys.sorted(by: >) {
            let layer = layers[priority] ?? []
            // Of the same priority the busier counts.
            timeline.clear(layer.map { ($0.start, $0.end) })
            let busy = layer.compactMap { part in part.kind.map { Span(start: part.start, end: part.end, kind: $0) } }
            timeline.spans = Timeline(timeline.spans + Timeline(busy).spans).spans
        }
        return Timeline(timeline.spans + spans).spans
    }

    /// The answer to a free-busy-query, or to a request of somebody else's.
    ///
    /// - Parameter lines: of the request, as they are told again.
    package func component(stamp: Int64, _ lines: [ContentLine] = []) -> Component {
        let utc = { (instant: Int64) in DateValue.utc(CivilDateTime(seconds: instant)) }
        var lines =
            lines + [
                utc(stamp).line("DTSTAMP"), utc(range.lowerBound).line("DTSTART"), utc(range.upperBound).line("DTEND"),
            ]
        let result = result
        for kind in Kind.allCases.reversed() {
            let parameters: [ContentLine.Parameter] = kind == .busy ? [] : [.init("FBTYPE", [kind.rawValue])]
            for span in result where span.kind == kind {
                lines.append(
                    ContentLine("FREEBUSY", parameters, value: utc(span.start).text + "/" + utc(span.end).text))
            }
        }
        return Component("VFREEBUSY", lines)
    }
}

/// Spans in order that do not overlap; where they did, the greater kind was kept.
private struct Timeline {
    var spans: [FreeBusy.Span]

    init(_ spans: [FreeBusy.Span]) {
        var edges: [(at: Int64, kind: FreeBusy.Kind, opens: Bool)] = []
        for span in spans where span.start < span.end {
            edges.append((span.start, span.kind, true))
            edges.append((span.end, span.kind, false))
        }
        edges.sort { $0.at < $1.at }
        self.spans = []
        var open: [FreeBusy.Kind: Int] = [:]
        var since: Int64 = .min
        for edge in edges {
            if since < edge.at, let kind = open.filter({ $0.value > 0 }).keys.max() {
                append(FreeBusy.Span(start: since, end: edge.at, kind: kind))
            }
            since = edge.at
            open[edge.kind, default: 0] += edge.opens ? 1 : -1
        }
    }

    private mutating func append(_ span: FreeBusy.Span) {
        if let last = spans.last, last.end == span.start, last.kind == span.kind {
            spans[spans.count - 1].end = span.end
        } else {
            spans.append(span)
        }
    }

    /// Takes those times out of it. Cost: that of sorting them.
    mutating func clear(_ times: [(start: Int64, end: Int64)]) {
        let times = times.filter { $0.start < $0.end }.sorted { $0.start < $1.start }
        var left: [FreeBusy.Span] = []
        var cursor = 0
        for span in spans {
            var start = span.start
            // Times that end before this span end before all that follow, but for those that a longer one hides.
            while cursor < times.count, times[cursor].end <= start { cursor += 1 }
            var index = cursor
            while index < times.count, times[index].start < span.end {
                if times[index].start > start {
                    left.append(FreeBusy.Span(start: start, end: times[index].start, kind: span.kind))
                }
                start = max(start, times[index].end)
                index += 1
            }
            if start < span.end { left.append(FreeBusy.Span(start: start, end: span.end, kind: span.kind)) }
        }
        spans = left
    }

    /// With the gaps told, as free.
    func filled(from start: Int64, to end: Int64) -> [(start: Int64, end: Int64, kind: FreeBusy.Kind?)] {
        var result: [(start: Int64, end: Int64, kind: FreeBusy.Kind?)] = []
        var at = start
        for span in spans {
            if at < span.start { result.append((at, span.start, nil)) }
            result.append((span.start, span.end, span.kind))
            at = span.end
        }
        if at < end { result.append((at, end, nil)) }
        return result
    }
}

extension TextCursor {
    /// Without the white space around it.
    static func trimmed(_ text: String) -> String {
        let bytes = text.utf8.drop { $0 <= 0x20 }
        return String(Substring(bytes.prefix(bytes.reversed().drop { $0 <= 0x20 }.count)))
    }
}

/// When somebody is busy (RFC 4791 §7.10, RFC 5545 §3.2.9): gathered from many objects, told as one VFREEBUSY.
struct BusyTime: Sendable {
    /// From the weightiest down: where they overlap, that one is told.
    enum Kind: String, Sendable, Hashable, CaseIterable {
        case busy = "BUSY"
        case unavailable = "BUSY-UNAVAILABLE"
        case tentative = "BUSY-TENTATIVE"
    }

    let range: Range<Int64>
    private var periods: [Kind: [Range<Int64>]] = [:]
    private var count = 0
    /// More than that is put together before more is gathered.
    private static let maxLoose = 10_000

    init(range: Range<Int64>) { self.range = range }

    mutating func add(_ kind: Kind, _ start: Int64, _ end: Int64) {
        let (lower, upper) = (max(start, range.lowerBound), min(end, range.upperBound))
        guard lower < upper else { return }
        periods[kind, default: []].append(lower..<upper)
        count += 1
        if count > BusyTime.maxLoose {
            for kind in Kind.allCases { periods[kind] = BusyTime.merged(periods[kind] ?? []) }
            count = 0
        }
    }

    /// What an object says: events that are neither cancelled nor transparent, and the periods of free-busy objects.
    mutating func add(_ object: StoredCalendar, _ zone: FloatingZone, _ zones: Zones, within budget: inout WorkBudget) {
        let instances = ObjectInstances(object.calendar, zones: zones, floating: zone.rules)
        let overlap = RangeOverlap(instances, range)
        for component in object.calendar.components {
            switch component.name {
            case "VEVENT":
                guard let kind = BusyTime.kind(of: component) else { continue }
                let siblings = object.calendar.components
                let isDate = component["DTSTART"].flatMap { DateValue($0) }?.isDate ?? false
                instances.forEach(component, among: siblings, starts: overlap.starts(of: component), within: &budget) {
                    if let start = $0.start { add(kind, start, $0.end ?? start + (isDate ? 86_400 : 0)) }
                    return true
                }
            case "VFREEBUSY":
                for line in component.all("FREEBUSY") { add(line, instances) }
            default: break
            }
        }
    }

    private mutating func add(_ line: ContentLine, _ instances: ObjectInstances) {
        let type = line["FBTYPE"]?.uppercased() ?? "BUSY"
        guard type != "FREE" else { return }
        for period in Period.list(line) {
            let (start, end) = instances.bounds(of: period)
            // A type not known is treated as BUSY (RFC 5545 §3.2.9).
            add(Kind(rawValue: type) ?? .busy, start, end)
        }
    }

    private static func kind(of event: Component) -> Kind? {
        if event["TRANSP"]?.value.isASCIIEqual(to: "TRANSPARENT") ?? false { return nil }
        let status = event["STATUS"]?.value ?? ""
        if status.isASCIIEqual(to: "CANCELLED") { return nil }
        return status.isASCIIEqual(to: "TENTATIVE") ? .tentative : .busy
    }

    /// The answer: periods in UTC, merged, each instant told once.
    func calendar(now: Int64) -> Component {
        func utc(_ instant: Int64) -> String { CivilDateTime(seconds: instant).text + "Z" }
        var lines = [
            ContentLine("DTSTAMP", value: utc(now)), ContentLine("DTSTART", value: utc(range.lowerBound)),
            ContentLine("DTEND", value: utc(range.upperBound)),
        ]
        var told: [Range<Int64>] = []
        for kind in Kind.allCases {
            let own = BusyTime.merged(periods[kind] ?? [])
            for part in BusyTime.subtracting(told, from: own) {
                let parameters = kind == .busy ? [] : [ContentLine.Parameter("FBTYPE", [kind.rawValue])]
                lines.append(
                    ContentLine("FREEBUSY", parameters, value: "\(utc(part.lowerBound))/\(utc(part.upperBound))"))
            }
            told = BusyTime.merged(told + own)
        }
        return Component.calendar([Component("VFREEBUSY", lines)])
    }

    /// In order, those that touch put together.
    static func merged(_ periods: [Range<Int64>]) -> [Range<Int64>] {
        var result: [Range<Int64>] = []
        for period in periods.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, period.lowerBound <= last.upperBound {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, period.upperBound)
            } else {
                result.append(period)
            }
        }
        return result
    }

    /// - Parameters: both merged.
    static func subtracting(_ others: [Range<Int64>], from periods: [Range<Int64>]) -> [Range<Int64>] {
        var result: [Range<Int64>] = []
        var next = 0
        for period in periods {
            var start = period.lowerBound
            while next < others.count, others[next].upperBound <= start { next += 1 }
            var index = next
            while index < others.count, others[index].lowerBound < period.upperBound {
                if start < others[index].lowerBound { result.append(start..<others[index].lowerBound) }
                start = max(start, others[index].upperBound)
                index += 1
            }
            if start < period.upperBound { result.append(start..<period.upperBound) }
        }
        return result
    }
}

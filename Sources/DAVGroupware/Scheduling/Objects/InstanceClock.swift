/// Tells which instance of a series a RECURRENCE-ID, EXDATE or RDATE means, however it is written (RFC 5545 §3.8.4.4).
///
/// An instance is its start by the series' rules, as an instant; times without a zone count as if in Greenwich. So the instances
/// of two versions of an object can be compared.
struct InstanceClock: Sendable {
    private let zones: ObjectZones
    /// The start of the series; `nil`: there is none.
    let anchor: DateValue?
    private let rules: ZoneRules
    private var known: [String: ZoneRules] = [:]

    /// - Parameter other: of a copy that knows the series, if these are overrides alone.
    init(_ instances: CalendarInstances, like other: InstanceClock? = nil) {
        zones = instances.zones
        let own = instances.master.flatMap { instances.times[$0]?.anchor }
        anchor = own ?? other?.anchor
        rules = own.map { instances.rules($0, floating: .utc) } ?? other?.rules ?? .utc
    }

    mutating func instant(of value: DateValue) -> Int64 {
        guard case .zoned(let civil, let tzid) = value else { return value.civil.seconds }
        return rules(tzid).instant(of: civil)
    }

    /// The instance that a value names.
    mutating func instance(_ value: DateValue) -> Int64 {
        guard let anchor else { return instant(of: value) }
        if anchor.isDate { return CivilDateTime(value.civil.date).seconds }
        switch value {
        case .date(let date): return instance(at: CivilDateTime(date, anchor.civil.time))
        case .floating(let civil): return instance(at: civil)
        case .utc, .zoned: return instant(of: value)
        }
    }

    /// The instance that starts when the series' clock shows this.
    func instance(at local: CivilDateTime) -> Int64 {
        anchor?.isFloating ?? true ? local.seconds : rules.instant(of: local)
    }

    /// The value that names an instance, of the type of the series' start; `nil` if there is no series.
    func value(of instance: Int64) -> DateValue? {
        let seconds = CivilDateTime(seconds: instance)
        return switch anchor {
        case nil: nil
        case .date: .date(seconds.date)
        case .floating: .floating(seconds)
        case .utc: .utc(seconds)
        case .zoned(_, let tzid): .zoned(rules.local(instance), tzid: tzid)
        }
    }

    mutating func rules(_ tzid: String) -> ZoneRules {
        if let rules = known[tzid] { return rules }
        let rules = zones.rules(tzid) ?? .utc
        known[tzid] = rules
        return rules
    }
}

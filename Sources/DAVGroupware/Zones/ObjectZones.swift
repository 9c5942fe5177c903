/// The zones that the TZIDs of one object mean.
///
/// Which of two definitions counts (K-08, RFC 7809 §3): a TZID spelled as an IANA name is that zone of ours, even if the object
/// brings a VTIMEZONE for it, since copies in objects are cut short and grow old. Any other TZID is what the object's VTIMEZONE
/// says; without one, what the name can be recognised as. `nil`: unknown, and its times are floating.
package struct ObjectZones: Sendable {
    private let zones: Zones
    private let components: [Component]

    /// - Parameter components: of the object; only its VTIMEZONEs are looked at.
    package init(_ components: [Component], zones: Zones) {
        self.zones = zones
        self.components = components.filter { $0.name == "VTIMEZONE" }
    }

    package func rules(_ tzid: String) -> ZoneRules? {
        let bare = DateValue.bare(tzid: tzid)
        if zones.exactName(bare) == nil, let component = component(bare), let rules = zones.rules(of: component) {
            return rules
        }
        return zones.rules(bare)
    }

    private func component(_ tzid: String) -> Component? {
        components.first { $0["TZID"].map { DateValue.bare(tzid: $0.value) == tzid } ?? false }
    }

    /// The instant of a date; a DATE is its midnight.
    ///
    /// - Parameter floating: the zone of whoever looks.
    package func instant(of value: DateValue, floating: ZoneRules) -> Int64 {
        switch value {
        case .utc(let civil): civil.seconds
        case .date, .floating: floating.instant(of: value.civil)
        case .zoned(let civil, let tzid): (rules(tzid) ?? floating).instant(of: civil)
        }
    }
}

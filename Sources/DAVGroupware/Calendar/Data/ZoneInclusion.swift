import DAV
import HTTPTypes

/// Whether objects bring the VTIMEZONEs of zones that everybody knows (RFC 7809 §7.1, K-08).
enum ZoneInclusion: Sendable, Hashable {
    /// As they are stored.
    case asStored
    /// All, those that the object was stored without too: `CalDAV-Timezones: T`.
    case all
    /// Only those with no name everybody knows: `CalDAV-Timezones: F`.
    case unknown

    init(_ headers: HTTPFields) {
        switch headers[.calDAVTimezones]?.lowercased() {
        case "t": self = .all
        case "f": self = .unknown
        default: self = .asStored
        }
    }

    /// The same VCALENDAR with its zones as wanted.
    func applied(to calendar: Component, _ zones: Zones) -> Component {
        var result = calendar
        switch self {
        case .asStored: break
        case .unknown:
            result.components.removeAll { part in
                part.name == "VTIMEZONE" && part["TZID"].map { zones.isStandard($0.value) } ?? false
            }
        case .all: result.components.insert(contentsOf: calendar.missingZones(zones), at: 0)
        }
        return result
    }
}

extension HTTPField.Name {
    /// RFC 7809 §7.1
    static let calDAVTimezones: HTTPField.Name = {
        guard let name = HTTPField.Name("CalDAV-Timezones") else { preconditionFailure("It is a field name.") }
        return name
    }()
}

extension Zones {
    /// Whether a TZID is spelled as an IANA name.
    func isStandard(_ tzid: String) -> Bool { exactName(DateValue.bare(tzid: tzid)) != nil }
}

extension Component {
    /// Definitions of the zones that a VCALENDAR refers to and does not bring, as far as they are known.
    func missingZones(_ zones: Zones) -> [Component] {
        let defined = components.filter { $0.name == "VTIMEZONE" }.compactMap { $0["TZID"]?.value }
        return zoneReferences.subtracting(defined).sorted().compactMap { tzid in
            zones.rules(tzid).map { $0.component(tzid: tzid, in: 0..<ZoneRules.end) }
        }
    }

    /// The TZIDs that properties refer to, here and further inside.
    var zoneReferences: Set<String> {
        var found: Set<String> = []
        var pending = [self]
        while let component = pending.popLast() {
            for line in component.properties { found.formUnion(line.values(of: "TZID")) }
            pending += component.components
        }
        return found
    }
}

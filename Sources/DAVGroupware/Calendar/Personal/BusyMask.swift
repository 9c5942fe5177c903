/// What remains of a calendar object for those who may know when somebody is busy, and no more.
///
/// What is kept is listed, all else is left out, whatever it is: properties, parameters, components. The mask of an object
/// has the components, instances and times of the object, so queries by time find both.
enum BusyMask {
    /// What everybody reads there.
    static let summary = "Busy"

    private static let times = [
        "UID", "DTSTAMP", "DTSTART", "DTEND", "DUE", "DURATION", "COMPLETED", "RECURRENCE-ID", "RRULE", "RDATE",
        "EXRULE",
        "EXDATE", "TRANSP", "STATUS",
    ]
    /// Of the components that say nothing but when somebody is free.
    private static let busyTimes = times + ["FREEBUSY", "BUSYTYPE"]
    private static let zone = ["TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"]
    private static let parameters = ["TZID", "VALUE", "RANGE", "FBTYPE"]

    /// Whether the object is marked as one that not everybody may read. What CLASS says in other words counts as PRIVATE
    /// (RFC 5545 §3.8.1.3).
    static func isPrivate(_ calendar: Component) -> Bool {
        calendar.components.contains { component in
            component.all("CLASS").contains { line in
                let word = line.value.utf8.filter { $0 > 0x20 }
                return !word.isEmpty && !String(decoding: word, as: UTF8.self).isASCIIEqual(to: "PUBLIC")
            }
        }
    }

    /// The mask as a body; of what cannot be read a calendar of nothing.
    static func octets(of calendar: Component?) -> [UInt8] {
        let components = (calendar?.components ?? []).compactMap(masked)
        return ContentWriter.octets(of: [.calendar(components)])
    }

    private static func masked(_ component: Component) -> Component? {
        switch component.name {
        case "VTIMEZONE":
            let rules = component.components.filter { ["STANDARD", "DAYLIGHT"].contains($0.name) }
            return kept(component, zone, inner: rules.map { kept($0, zone) })
        case "VEVENT", "VTODO", "VJOURNAL":
            var masked = kept(component, times)
            masked.properties.append(ContentLine("SUMMARY", value: summary))
            return masked
        case "VFREEBUSY": return kept(component, busyTimes)
        case "VAVAILABILITY":
            let available = component.components.filter { $0.name == "AVAILABLE" }
            return kept(component, busyTimes, inner: available.map { kept($0, busyTimes) })
        default: return nil
        }
    }

    private static func kept(_ component: Component, _ names: [String], inner: [Component] = []) -> Component {
        let lines = component.properties.filter { line in names.contains { line.isNamed($0) } }
        return Component(
            component.name,
            lines.map { line in
                ContentLine(
                    line.name,
                    line.parameters.filter { parameter in parameters.contains { parameter.name.isASCIIEqual(to: $0) } },
                    value: line.value)
            }, inner)
    }
}

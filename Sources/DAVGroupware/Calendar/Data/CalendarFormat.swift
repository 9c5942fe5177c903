/// In which formats calendar objects come and go (RFC 4791 §5.2.4).
enum CalendarFormat: String, Sendable, Hashable, CaseIterable {
    case iCalendar = "text/calendar"
    /// RFC 7265
    case jCal = "application/calendar+json"

    func octets(of calendar: Component) -> [UInt8] {
        switch self {
        case .iCalendar: ContentWriter.octets(of: [calendar])
        case .jCal: JCal.octets(of: calendar)
        }
    }

    /// What GET calls an object of that component type.
    func contentType(component: String) -> String {
        switch self {
        case .iCalendar: "text/calendar; charset=utf-8; component=\(component)"
        case .jCal: "application/calendar+json; component=\(component)"
        }
    }
}

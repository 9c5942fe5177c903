import DAV

/// A stored object, taken apart for a report. It was judged when it came; what cannot be read nevertheless is left aside, so
/// that one bad item never breaks a report.
package struct StoredCalendar: Sendable {
    package let octets: [UInt8]
    /// The VCALENDAR.
    package let calendar: Component

    package init?(_ octets: [UInt8]) {
        guard let components = try? ContentText.components(of: octets),
            let calendar = components.first(where: { $0.name == "VCALENDAR" })
        else { return nil }
        self.octets = octets
        self.calendar = calendar
    }
}

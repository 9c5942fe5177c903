import DAV

extension Report {
    /// calendar-multiget (RFC 4791 §7.9).
    static let calendarMultiget = Report(.calDAV("calendar-multiget"), isOffered: { _, _ in true }) { report in
        try await Multiget.run(report) { $0.holdsCalendarObjects }
    }
}

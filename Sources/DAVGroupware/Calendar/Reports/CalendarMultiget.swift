import DAV

extension Report {
    /// calendar-multiget (RFC 4791 §7.9).
    static func calendarMultiget(_ settings: CalendarSettings) -> Report {
        let zone: Multiget.Surroundings = { try await FloatingZone(of: $0, settings.zones) }
        return Report(.calDAV("calendar-multiget"), isOffered: { _, _ in true }) { report in
            try await Multiget.run(
                report, holds: { $0.holdsCalendarObjects }, surroundings: report.dependsOnZones ? zone : nil)
        }
    }
}

extension ReportRequest {
    /// Whether what is told of an object may depend on the zone of its calendar. Objects told whole do not.
    fileprivate var dependsOnZones: Bool {
        body.first(.dav("prop"))?.first(.calDAV("calendar-data"))?.elements.isEmpty == false
    }
}

import DAV

extension CalendarFilter {
    /// What the index can answer of it: members it excludes fail the filter, others have to be opened.
    ///
    /// Alarms are left out, since they may ring long before and after what they belong to; text is, since tests look for parts.
    var query: ContentQuery {
        var query = ContentQuery()
        guard !calendar.isAbsent else { return query }
        // An object has components of one type, VTIMEZONE aside, so of several tests one is enough to exclude it.
        let main = calendar.components.first { !$0.isAbsent && CalendarFilter.indexed.contains($0.name) }
        query.component = main?.name
        query.range = main?.range
        return query
    }

    private static let indexed: Set<String> = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY"]
}

import DAV
import HTTPTypes

extension Presentation {
    /// How GET tells calendar objects and calendars: an object as jCal, or with or without the zones everybody knows (RFC
    /// 7809 §7.1), a calendar as one iCalendar text for `?export` or an `Accept` that names `text/calendar` (C-15).
    static func calendar(_ settings: CalendarSettings) -> Presentation {
        Presentation(
            memberHeaders: { _, member in try await member.schedulingHeaders() },
            member: { exchange, member in
                let inclusion = ZoneInclusion(exchange.request.headers)
                let format = exchange.calendarFormat
                guard inclusion != .asStored || format != .iCalendar,
                    let object = StoredCalendar(try await member.octets())
                else { return nil }
                let told = inclusion.applied(to: object.calendar, settings.zones)
                // Nothing to add or to leave out: then it is the stored object, with its ETag.
                guard format != .iCalendar || told != object.calendar else { return nil }
                let component = told.components.first { $0.name != "VTIMEZONE" }?.name ?? ""
                return DAVResponse(
                    .ok, headers: .document(format.contentType(component: component)),
                    body: .bytes(format.octets(of: told)))
            },
            collection: { exchange, collection in
                let accept = Accept(exchange.request.headers[.accept] ?? "")
                guard exchange.asks("export") || accept.names(CalendarFormat.iCalendar.rawValue) else { return nil }
                var headers = HTTPFields.document("text/calendar; charset=utf-8")
                headers[.contentDisposition] = HTTPFields.attachment(collection.info.path.last, "ics")
                let entry = try await collection.entries(.itself, fields: .deadProperties).first
                return DAVResponse(
                    .ok, headers: headers,
                    body: .stream(length: nil) { writer in
                        try await CalendarExport.write(collection, entry, settings.zones, to: writer)
                    })
            })
    }
}

extension Exchange {
    /// The format `Accept` asks for: jCal only where it is liked better than iCalendar (RFC 7265, K-10).
    fileprivate var calendarFormat: CalendarFormat {
        guard let field = request.headers[.accept] else { return .iCalendar }
        let accept = Accept(field)
        let isJSON = accept.quality(of: CalendarFormat.jCal.rawValue) > accept.quality(of: "text/calendar")
        return isJSON ? .jCal : .iCalendar
    }
}

import DAV
import HTTPTypes

extension LiveProperty {
    /// `C:calendar-data` (RFC 4791 §9.6): the object itself, in a report's answer. The ETag beside it is that of the object
    /// as it is stored, whatever part of it is told (C-23).
    static func calendarData(_ settings: CalendarSettings) -> LiveProperty {
        LiveProperty(ofReports: .calDAV("calendar-data"), fields: .content) { element throws(DAVError) in
            let request = try CalendarDataRequest(element, settings.limits)
            let budget = SharedBudget()
            return { subject in
                guard !subject.isCollection, let octets = subject.entry.content else { return nil }
                let inclusion = ZoneInclusion(subject.exchange.request.headers)
                if request.isWhole, inclusion == .asStored { return .text(String(decoding: octets, as: UTF8.self)) }
                // What cannot be taken apart has no parts (law 8).
                guard let object = StoredCalendar(octets) else { return nil }
                let writer = CalendarDataWriter(request, inclusion, settings.zones, budget)
                // Floating times lie where the report says (RFC 4791 §7.3).
                let zone = subject.surroundings as? FloatingZone ?? .utc
                return writer.text(of: object, floating: zone.rules).map { .text($0) }
            }
        }
    }
}

/// Makes of a stored object what a request wants of it.
struct CalendarDataWriter: Sendable {
    private let request: CalendarDataRequest
    private let inclusion: ZoneInclusion
    private let zones: Zones
    private let budget: SharedBudget

    init(_ request: CalendarDataRequest, _ inclusion: ZoneInclusion, _ zones: Zones, _ budget: SharedBudget) {
        self.request = request
        self.inclusion = inclusion
        self.zones = zones
        self.budget = budget
    }

    /// - Parameter floating: the zone for dates without one.
    /// - Returns: `nil` if nothing is left of it.
    func text(of object: StoredCalendar, floating: ZoneRules) -> String? {
        var calendar = object.calendar
        switch request.recurrence {
        case .asStored: calendar = inclusion.applied(to: calendar, zones)
        case .limited(let range):
            calendar = Expansion.limitRecurrenceSet(calendar, to: range, zones: zones, floating: floating)
            calendar = inclusion.applied(to: calendar, zones)
        case .expanded(let range):
            calendar = budget.spend {
                Expansion.expand(calendar, to: range, zones: zones, floating: floating, within: &$0)
            }
            if calendar.components.isEmpty { return nil }
        }
        if let range = request.freeBusyRange {
            calendar = Expansion.limitFreeBusySet(calendar, to: range, zones: zones, floating: floating)
        }
        if let selection = request.selection {
            guard let selected = selection.applied(to: calendar) else { return nil }
            calendar = selected
        }
        return String(decoding: request.format.octets(of: calendar), as: UTF8.self)
    }
}

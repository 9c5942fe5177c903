/// One time at which a component happens.
struct ObjectInstance: Sendable, Hashable {
    /// Seconds since 1970 UTC; `nil`: the component has no DTSTART.
    var start: Int64?
    /// Of DTEND, DUE or DURATION, if there is one.
    var end: Int64?
    /// On the clock of DTSTART.
    var civil: CivilDateTime?
    /// The instant of the occurrence it is, or stands for; `nil`: the component does not recur.
    var recurrenceID: Int64?
}

/// The dates of a component, as they are written.
struct ObjectTimes: Sendable {
    /// How the end follows from the start.
    enum Length: Sendable, Hashable {
        case none
        /// Of DTEND and DUE: the same number of seconds for each instance (RFC 5545 §3.8.5.3).
        case exact(Int64)
        /// Of DURATION, and between two DATEs: days keep the time on the clock.
        case nominal(CalendarDuration)
    }

    let start: DateValue?
    let length: Length
    /// DTEND or DUE.
    let end: DateValue?

    init(_ component: Component, _ clock: ObjectZones, _ floating: ZoneRules) {
        start = component["DTSTART"].flatMap { DateValue($0) }
        end = (component[component.name == "VTODO" ? "DUE" : "DTEND"]).flatMap { DateValue($0) }
        guard let start else {
            length = .none
            return
        }
        if let end {
            if case .date(let first) = start, case .date(let last) = end {
                length = .nominal(CalendarDuration(days: last.number - first.number, seconds: 0))
            } else {
                length = .exact(
                    clock.instant(of: end, floating: floating) - clock.instant(of: start, floating: floating))
            }
        } else if let duration = component["DURATION"].flatMap({ CalendarDuration($0.value) }) {
            length = .nominal(duration)
        } else {
            length = .none
        }
    }

    /// How long before its start an instance ends: a task may be due before it begins. Not above 0.
    var shortest: Int64 {
        switch length {
        case .none: 0
        case .exact(let seconds): min(seconds, 0)
        case .nominal(let duration): min(duration.nominalSeconds - 86_400, 0)
        }
    }

    /// No instance is longer than that, give or take a change of the clock.
    var longest: Int64 {
        switch length {
        case .none: 86_400
        case .exact(let seconds): max(seconds, 0) + 86_400
        case .nominal(let duration): max(duration.nominalSeconds, 0) + 2 * 86_400
        }
    }
}

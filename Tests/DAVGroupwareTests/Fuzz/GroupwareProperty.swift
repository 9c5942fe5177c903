/// What must hold of calendars and cards for every input whatever.
///
/// `scripts/fuzz` lets libFuzzer look for inputs that break one; ``GroupwareMutationTests`` tries some in every test run.
enum GroupwareProperty: String, CaseIterable, Sendable {
    case cardFilter = "card-filter"
    case cardForms = "card-forms"
    case calendarFilter = "calendar-filter"
    case calendar
    case card
    case scheduling

    /// - Throws: ``Violation`` if the property does not hold.
    func check(_ input: [UInt8]) throws {
        switch self {
        case .cardFilter: try checkCardFilter(input)
        case .cardForms: try checkCardForms(input)
        case .calendarFilter: try checkCalendarFilter(input)
        case .calendar: try checkCalendar(input)
        case .card: try checkCard(input)
        case .scheduling: try checkScheduling(input)
        }
    }

    struct Violation: Error, CustomStringConvertible {
        var description: String
    }

    func demand(_ condition: Bool, _ rule: String) throws {
        if !condition { throw Violation(description: "\(rawValue): \(rule)") }
    }
}

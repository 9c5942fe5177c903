/// What in a calendar object is each person's own (draft-pot-caldav-sharing §5.2, caldav-sharing §5.5.4): alarms, TRANSP, and what
/// clients note about the alarms they have shown.
///
/// It belongs to the master or to an override, by RECURRENCE-ID; an override that nothing is said of has what the master has.
struct PersonalPart: Sendable, Hashable {
    private(set) var master = Piece()
    private(set) var overrides: [RecurrenceID: Piece] = [:]

    /// What is one component's.
    struct Piece: Sendable, Hashable {
        /// One content line; empty: there is none; `nil`: whatever the owner's component says.
        var transparency: [UInt8]?
        /// Content lines about alarms, such as when one was put off.
        var notes: [UInt8] = []
        /// VALARM components.
        var alarms: [UInt8] = []

        var isEmpty: Bool { self == Piece() }
    }

    /// Which instance an override replaces, as far as its text tells.
    struct RecurrenceID: Sendable, Hashable, Comparable {
        private var text: String

        /// `nil`: the component is the master.
        init?(_ component: Component) {
            guard let line = component["RECURRENCE-ID"] else { return nil }
            // RANGE says how far the override reaches, not what it overrides.
            text = line.value + ";" + DateValue.bare(tzid: line["TZID"] ?? "")
        }

        static func < (a: RecurrenceID, b: RecurrenceID) -> Bool { a.text < b.text }
    }

    /// Whether a component may have a part of somebody's own.
    static func isBearer(_ component: Component) -> Bool { component.name == "VEVENT" || component.name == "VTODO" }

    /// What clients keep beside alarms: Thunderbird when one was dismissed, or is to come again, for all instances or for one.
    static func isNote(_ line: ContentLine) -> Bool {
        line.isNamed("X-MOZ-LASTACK") || line.name.uppercased().hasPrefix("X-MOZ-SNOOZE-TIME")
    }

    init() {}

    /// All that is personal in a body, TRANSP or its absence included.
    init(in calendar: Component, of octets: [UInt8]) {
        for component in calendar.components where Self.isBearer(component) {
            self[component] = Piece(of: component, octets)
        }
    }

    /// - Returns: what the component has, or an override without anything of its own gets from the master.
    subscript(component: Component) -> Piece {
        get { RecurrenceID(component).map { overrides[$0] ?? master } ?? master }
        set { if let id = RecurrenceID(component) { overrides[id] = newValue } else { master = newValue } }
    }
}

extension PersonalPart.Piece {
    init(of component: Component, _ octets: [UInt8]) {
        transparency = component.all("TRANSP").first.map { Array(octets[$0.source]) } ?? []
        for line in component.properties where PersonalPart.isNote(line) { notes += octets[line.source] }
        for alarm in component.components where alarm.name == "VALARM" { alarms += octets[alarm.source] }
    }
}

// MARK: - As it is kept

extension PersonalPart {
    /// An iCalendar text of nothing but the pieces; `nil`: there are none.
    ///
    /// - Parameter calendar: the body it was taken from, which has the components in question.
    func octets(for calendar: Component, in octets: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var seen: Set<RecurrenceID?> = []
        for component in calendar.components where Self.isBearer(component) {
            let id = RecurrenceID(component)
            let piece = self[component]
            guard seen.insert(id).inserted, id == nil ? !piece.isEmpty : piece != master else { continue }
            result += "BEGIN:\(component.name)\r\n".utf8
            if let line = component["RECURRENCE-ID"] { result += octets[line.source] }
            result += (piece.transparency ?? []) + piece.notes + piece.alarms
            result += "END:\(component.name)\r\n".utf8
        }
        return result.isEmpty ? nil : Array("BEGIN:VCALENDAR\r\n".utf8) + result + Array("END:VCALENDAR\r\n".utf8)
    }

    /// What ``octets(for:in:)`` wrote; nothing, if it cannot be read.
    init(stored octets: [UInt8]) {
        guard let calendar = StoredCalendar(octets)?.calendar else { return }
        for component in calendar.components where Self.isBearer(component) {
            var piece = Piece(of: component, octets)
            if piece.transparency?.isEmpty == true { piece.transparency = nil }
            self[component] = piece
        }
    }
}

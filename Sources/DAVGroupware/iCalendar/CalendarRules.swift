import DAV

/// What a calendar object has to keep to be stored.
package struct CalendarRules: Sendable {
    /// What becomes of METHOD, which no stored object may have (RFC 4791 §4.1).
    package enum MethodRule: Sendable, Hashable {
        /// 403 `valid-calendar-object-resource`.
        case refuse
        /// The line is cut out, for clients that put what came by mail; what is stored is then not what was sent.
        case strip
        /// Kept: an inbox holds messages (RFC 6638 §2.2).
        case keep
    }

    package var limits: ContentLimits
    /// The components the calendar takes, in upper case.
    package var components: [String]
    /// Refuses what is otherwise accepted and kept although it is not as RFC 5545 wants it (C-14).
    package var isStrict: Bool
    package var method: MethodRule
    /// Of one instance; `nil`: any number.
    package var maxAttendees: Int?
    /// The years dates may lie in.
    package var years: ClosedRange<Int>
    /// Whether a zone needs no VTIMEZONE (RFC 7809 §3); strict rules ask.
    package var knowsZone: @Sendable (String) -> Bool
    /// Makes a UID for a component that has none.
    package var makeUID: @Sendable () -> String

    /// What can be stored in any calendar at all.
    package static let knownComponents = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY"]
    /// UIDs are kept in an index; the longest seen, Exchange's, have a few hundred octets.
    package static let maxUIDOctets = 2048

    package init(
        limits: ContentLimits = ContentLimits(), components: [String] = CalendarRules.knownComponents,
        isStrict: Bool = false, method: MethodRule = .refuse, maxAttendees: Int? = nil,
        years: ClosedRange<Int> = 0...9999,
        knowsZone: @escaping @Sendable (String) -> Bool = { _ in false },
        makeUID: @escaping @Sendable () -> String = { ResourceID.random().uuidString }
    ) {
        self.limits = limits
        self.components = components
        self.isStrict = isStrict
        self.method = method
        self.maxAttendees = maxAttendees
        self.years = years
        self.knowsZone = knowsZone
        self.makeUID = makeUID
    }
}

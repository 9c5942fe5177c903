public import DAV

/// CalDAV (RFC 4791) for a server: what to put into its tables.
///
/// ```swift
/// let calendars = CalDAV()
/// facts.kinds += calendars.kinds          // what MKCOL makes, and what reports know
/// let methods = MethodTable(MethodTable.standard.rows + calendars.methods)
/// ```
///
/// The store is given the same ``kinds``, since it keeps collections by the names of theirs. Where calendars stand is the
/// matter of a ``HomeTemplate`` with ``home``.
public struct CalDAV: Sendable {
    public let limits: CalendarLimits
    public let scheduling: SchedulingRules?
    /// A calendar (§4.2): events, tasks, journals.
    public let calendar: CollectionKind
    /// What holds a person's calendars (§6.2.1).
    public let home: CollectionKind
    /// RFC 6638 §2.2: made by the server, takes what others send.
    public let inbox: CollectionKind
    /// RFC 6638 §2.1: made by the server, holds nothing.
    public let outbox: CollectionKind
    /// A calendar kept elsewhere that a client follows: a name, a colour, and `CS:source`.
    public let subscription: CollectionKind
    let settings: CalendarSettings

    /// - Parameters:
    ///   - limits: published as properties and enforced.
    ///   - zoneFolder: the system's time zone files.
    ///   - scheduling: how people schedule with each other; `nil`: not at all, and inboxes stay empty.
    public init(
        limits: CalendarLimits = CalendarLimits(), zoneFolder: String = "/usr/share/zoneinfo",
        scheduling: SchedulingRules? = nil
    ) {
        self.limits = limits
        self.scheduling = scheduling
        let settings = CalendarSettings(limits: limits, zones: Zones(folder: zoneFolder), scheduling: scheduling)
        self.settings = settings
        calendar = .calendar(settings)
        home = .calendarHome(settings)
        inbox = .scheduleInbox(settings)
        outbox = .scheduleOutbox(settings)
        subscription = .calendarSubscription(settings)
    }

    /// All of them.
    public var kinds: [CollectionKind] { [calendar, home, inbox, outbox, subscription] }

    /// MKCALENDAR (§5.3.1).
    public var methods: [Method] { [.mkcalendar(calendar, subscription)] }
}

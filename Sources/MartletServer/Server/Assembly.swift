public import DAV
public import DAVGroupware
public import DAVStorage

/// What Martlet is made of: files, calendars and contacts, and what a person begins with. Everything that opens a store or
/// answers requests takes it from here, so that they agree.
public struct Assembly: Sendable {
    public let calendars: CalDAV
    public let contacts: CardDAV
    /// How people share; `nil`: they do not.
    public let sharing: ShareRules?

    public static let standard = Assembly()

    /// How people schedule with each other; `nil`: they do not.
    public var scheduling: SchedulingRules? { calendars.scheduling }

    public init(
        calendars: CalDAV = CalDAV(scheduling: SchedulingRules(calendars: Assembly.calendarRoot)),
        contacts: CardDAV = CardDAV(), sharing: ShareRules? = ShareRules()
    ) {
        self.calendars = calendars
        self.contacts = contacts
        self.sharing = sharing
    }

    /// What an operator wants of them.
    public init(_ configuration: Configuration) {
        var calendars = CalendarLimits()
        calendars.isStrict = configuration.strictCalendars
        calendars.stripsMethod = configuration.stripsMethod
        var contacts = CardDAV.Limits()
        contacts.isStrict = configuration.strictContacts
        self.init(
            calendars: CalDAV(limits: calendars, scheduling: SchedulingRules(configuration)),
            contacts: CardDAV(limits: contacts),
            sharing: ShareRules(configuration))
    }

    public static let calendarRoot = DAVPath([Name("calendars")!])
    package static let contactRoot = DAVPath([Name("contacts")!])

    /// Kinds a store must know.
    public var kinds: [CollectionKind] { calendars.kinds + contacts.kinds + [.notifications] }
    /// Kinds that people make themselves.
    public var makeable: [CollectionKind] {
        [.folder, calendars.calendar, calendars.subscription, contacts.addressBook]
    }
    public var methods: MethodTable { MethodTable(MethodTable.standard.rows + calendars.methods) }
    public var properties: PropertyTable {
        PropertyTable(
            PropertyTable.standard.rows
                + PrincipalServices(calendars: Self.calendarRoot, contacts: Self.contactRoot).properties)
    }
    /// What the `DAV` header says where it is about the server rather than a collection: the root and principals.
    public var complianceClasses: [String] {
        calendars.home.complianceClasses + contacts.home.complianceClasses
    }

    /// What is made for a person, all at once, when they are added or first sign in (C-09). What they remove stays removed.
    public var homes: [HomeTemplate] {
        [
            .files,
            HomeTemplate(
                root: Self.calendarRoot, kind: calendars.home,
                children: [
                    calendar("calendar", named: "Calendar", of: "VEVENT", colour: "#2F6FD0FF", order: 1),
                    calendar("tasks", named: "Tasks", of: "VTODO", colour: "#D97A2BFF", order: 2),
                    .init(PrincipalServices.inbox, calendars.inbox, properties: [.text(Self.displayName, "Inbox")]),
                    .init(PrincipalServices.outbox, calendars.outbox, properties: [.text(Self.displayName, "Outbox")]),
                    .init(
                        PrincipalServices.notifications, .notifications,
                        properties: [.text(Self.displayName, "Notifications")]),
                ]),
            HomeTemplate(
                root: Self.contactRoot, kind: contacts.home,
                children: [
                    .init(
                        Name("contacts")!, contacts.addressBook, properties: [.text(Self.displayName, "Contacts")])
                ]),
        ]
    }

    /// One kind of component each: Apple's Reminders shows only lists of nothing but tasks.
    private func calendar(_ name: String, named displayName: String, of component: String, colour: String, order: Int)
        -> HomeTemplate.Child
    {
        let components = XMLName("urn:ietf:params:xml:ns:caldav", "supported-calendar-component-set")
        return HomeTemplate.Child(
            Name(name)!, calendars.calendar,
            properties: [
                .text(Self.displayName, displayName),
                .text(XMLName("http://apple.com/ns/ical/", "calendar-color"), colour),
                .text(XMLName("http://apple.com/ns/ical/", "calendar-order"), String(order)),
                DeadProperty(components) {
                    $0.empty(XMLName("urn:ietf:params:xml:ns:caldav", "comp"), attributes: ["name": component])
                },
            ])
    }

    private static let displayName = XMLName.dav("displayname")
}

extension DeadProperty {
    fileprivate static func text(_ name: XMLName, _ text: String) -> DeadProperty {
        DeadProperty(name) { $0.text(text) }
    }

    fileprivate init(_ name: XMLName, _ content: (inout XMLWriter) -> Void) {
        var xml = XMLWriter()
        xml.start(name)
        content(&xml)
        xml.end()
        self.init(name: name, xml: xml.take())
    }
}

extension SchedulingRules {
    fileprivate init?(_ configuration: Configuration) {
        guard configuration.scheduling else { return nil }
        self.init(
            calendars: Assembly.calendarRoot,
            delivery: configuration.schedulingDelivery == .everyone ? .everybody : .granted)
    }
}

extension ShareRules {
    fileprivate init?(_ configuration: Configuration) {
        let mode: Mode
        switch configuration.sharing {
        case .invitation: mode = .invitation
        case .instant: mode = .instant
        case .off: return nil
        }
        self.init(
            mode: mode, hidesUnknown: configuration.sharingHidesUnknown, mostInvites: configuration.sharingMost,
            mostInvitationsPerHour: configuration.sharingMostPerHour)
    }
}

extension SQLiteStore.Options {
    /// How a data folder of Martlet's is opened.
    public static func martlet(_ assembly: Assembly = .standard) -> SQLiteStore.Options {
        var options = SQLiteStore.Options()
        options.homes = assembly.homes
        options.kinds = assembly.kinds
        if let sharing = assembly.sharing { options.sharing = sharing }
        return options
    }
}

import DAV

extension CollectionKind {
    /// What the `DAV:` header says at all of them (RFC 4791 §5.1, RFC 6638 §2).
    private static func classes(_ settings: CalendarSettings) -> [String] {
        ["calendar-access", "calendar-availability"] + (settings.scheduling == nil ? [] : ["calendar-auto-schedule"])
    }

    /// RFC 4791 §4.2, §5.2. Nothing but calendar objects stands in it (C-03).
    static func calendar(_ settings: CalendarSettings) -> CollectionKind {
        CollectionKind(
            id: "calendar", resourceTypes: [.dav("collection"), .calDAV("calendar")],
            complianceClasses: classes(settings), properties: LiveProperty.calendar(settings),
            reports: [.calendarQuery(settings), .calendarMultiget(settings), .freeBusyQuery(settings)],
            content: CalendarContentPolicy(settings: settings, isInbox: false),
            placement: Placement(
                holders: ["calendar-home"], children: [], refusal: .calendarCollectionLocation),
            presentation: .calendar(settings), privileges: [.readFreeBusy], isOpenToProxies: true, push: .calendar,
            sharing: ShareSupport(
                calendarServerType: "calendar", properties: [.transparent], components: ComponentSet.usual))
    }

    /// What `C:calendar-home-set` leads to. Clients expect it to report each change inside its calendars (Y-42).
    static func calendarHome(_ settings: CalendarSettings) -> CollectionKind {
        CollectionKind(
            id: "calendar-home", resourceTypes: [.dav("collection")], complianceClasses: classes(settings),
            properties: LiveProperty.calendarHome,
            reports: [.calendarQuery(settings), .calendarMultiget(settings), .freeBusyQuery(settings)],
            placement: Placement(
                holders: [],
                children: ["calendar", "calendar-subscription", "schedule-inbox", "schedule-outbox", "notifications"],
                holdsMembers: false, refusal: .calendarCollectionLocation),
            reportsChildChanges: true, privileges: [.readFreeBusy], isOpenToProxies: true, push: .home)
    }

    /// RFC 6638 §2.2.
    static func scheduleInbox(_ settings: CalendarSettings) -> CollectionKind {
        CollectionKind(
            id: "schedule-inbox", resourceTypes: [.dav("collection"), .calDAV("schedule-inbox")],
            complianceClasses: classes(settings), properties: LiveProperty.scheduleInbox(settings),
            reports: [.calendarQuery(settings), .calendarMultiget(settings)],
            content: CalendarContentPolicy(settings: settings, isInbox: true),
            placement: Placement(
                holders: [], children: [], takesMembers: false, refusal: .calendarCollectionLocation),
            privileges: settings.scheduling == nil ? [] : Privilege.delivering,
            rights: StandingRights(everybody: settings.scheduling?.delivery == .everybody ? [.scheduleDeliver] : []),
            isOpenToProxies: true, push: .mailbox)
    }

    /// RFC 6638 §2.1.
    static func scheduleOutbox(_ settings: CalendarSettings) -> CollectionKind {
        CollectionKind(
            id: "schedule-outbox", resourceTypes: [.dav("collection"), .calDAV("schedule-outbox")],
            complianceClasses: classes(settings),
            placement: Placement(holders: [], children: [], holdsMembers: false, refusal: .calendarCollectionLocation),
            privileges: settings.scheduling == nil ? [] : Privilege.sending,
            rights: StandingRights(writingProxies: settings.scheduling == nil ? [] : [.scheduleSend]),
            isOpenToProxies: true, push: .mailbox, post: settings.scheduling.map { freeBusyPost(settings, $0) })
    }

    /// Made by Apple's calendars: what it shows comes from `CS:source`, an ordinary stored property.
    static func calendarSubscription(_ settings: CalendarSettings) -> CollectionKind {
        CollectionKind(
            id: "calendar-subscription",
            resourceTypes: [.dav("collection"), XMLName(XMLName.calendarServerNamespace, "subscribed")],
            complianceClasses: classes(settings),
            placement: Placement(
                holders: ["calendar-home"], children: [], holdsMembers: false, refusal: .calendarCollectionLocation),
            isOpenToProxies: true, push: .calendar)
    }
}

extension DeadProperty {
    /// What somebody else does is not when the sharee is busy, until they say so (caldav-sharing, on accepting).
    fileprivate static let transparent = DeadProperty(
        name: .calDAV("schedule-calendar-transp"),
        xml: Array(
            "<C:schedule-calendar-transp xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><C:transparent/></C:schedule-calendar-transp>"
                .utf8))
}

public import DAV

/// What a principal tells clients that look for calendars and contacts: where they are, and under which addresses the person
/// is known (RFC 4791 §6.2.1, RFC 6352 §7.1.1, RFC 6638 §2.4).
///
/// ```swift
/// let services = PrincipalServices(calendars: DAVPath("/calendars"), contacts: DAVPath("/contacts"))
/// let properties = PropertyTable(PropertyTable.standard.rows + services.properties)
/// ```
public struct PrincipalServices: Sendable {
    /// Holds the calendar homes; each bears its owner's name.
    public var calendars: DAVPath
    /// Holds the homes of address books.
    public var contacts: DAVPath

    /// Names inside a calendar home.
    public static let inbox = Name(unchecked: "inbox")
    public static let outbox = Name(unchecked: "outbox")
    public static let notifications = Name(unchecked: "notifications")

    public init(calendars: DAVPath, contacts: DAVPath) {
        self.calendars = calendars
        self.contacts = contacts
    }

    /// Rows for the table of properties that every resource is asked for; other resources than principals have none of them.
    public var properties: [LiveProperty] {
        [
            home(.calDAV("calendar-home-set"), below: calendars),
            home(.cardDAV("addressbook-home-set"), below: contacts),
            home(.calDAV("schedule-inbox-URL"), below: calendars, Self.inbox),
            home(.calDAV("schedule-outbox-URL"), below: calendars, Self.outbox),
            Self.addresses, Self.emailAddresses,
        ] + LiveProperty.notificationURLs(notifications(of:))
    }

    /// Where the principal is told of invitations, whatever they are to: everybody has one place, and that is where Apple's
    /// clients look.
    private func notifications(of principal: Principal) -> DAVPath? {
        principal.hasHomes ? calendars.appending([principal.id.name, Self.notifications]) : nil
    }

    private func home(_ name: XMLName, below root: DAVPath, _ member: Name? = nil) -> LiveProperty {
        LiveProperty(name) { subject in
            guard let principal = subject.entry.principal, principal.hasHomes else { return nil }
            var path = root.appending(principal.id.name)
            if let member { path = path.appending(member) }
            return .hrefs([subject.exchange.href(path, isCollection: true)])
        }
    }

    /// RFC 6638 §2.4.1. Clients take the first address, the last, or the one marked as preferred: all three are the same.
    private static let addresses = LiveProperty(.calDAV("calendar-user-address-set")) { subject in
        guard let principal = subject.entry.principal else { return nil }
        let known = principal.calendarAddresses(at: subject.href)
        let hasMail = !principal.mailAddresses.isEmpty
        let uris = known + (hasMail ? known.prefix(1) : [])
        return .xml { xml in
            for (index, uri) in uris.enumerated() {
                let isPreferred = hasMail && (index == 0 || index == uris.count - 1)
                xml.start(.dav("href"), attributes: isPreferred ? ["preferred": "1"] : [:])
                xml.text(uri)
                xml.end()
            }
        }
    }

    private static let emailAddresses = LiveProperty(XMLName(XMLName.calendarServerNamespace, "email-address-set")) {
        subject in
        guard let principal = subject.entry.principal else { return nil }
        return .xml { xml in
            for address in principal.mailAddresses {
                xml.element(XMLName(XMLName.calendarServerNamespace, "email-address"), text: address)
            }
        }
    }
}

extension Principal {
    /// Groups of people have no calendars of their own, nor have the two groups of somebody's proxies.
    fileprivate var hasHomes: Bool { kind != .group && id.proxies == nil }

    /// Under what they are invited: mail addresses, the preferred one first, the UUID, the URL.
    func calendarAddresses(at href: String) -> [String] {
        mailAddresses.map { "mailto:" + $0 } + (uuid.map { ["urn:uuid:" + $0.uuidString] } ?? []) + [href]
    }

    /// The preferred one first. Where none is known, a name that is an address stands for itself.
    var mailAddresses: [String] {
        if !addresses.isEmpty { return addresses }
        let name = id.name.string
        let parts = name.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } ? [name] : []
    }
}

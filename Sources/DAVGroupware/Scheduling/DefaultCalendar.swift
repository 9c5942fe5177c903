package import DAV

/// The calendar that receives what others send (RFC 6638 §4.3, §9.2; D-12): the one its owner has chosen, or else one that is
/// found, so that people need not choose.
package struct DefaultCalendar: Sendable {
    static let property = XMLName.calDAV("schedule-default-calendar-URL")
    /// Preferred among several: that of a new home.
    private static let usualName = "calendar"
    private static let pageSize = 200

    /// The owner's own calendars, by their names.
    private var own: [Entry] = []
    /// The one that was chosen, if it is still there.
    private var chosen: Entry?
    private let home: DAVPath

    /// Cost: one query a page of the home.
    private init(in home: DAVPath, of owner: PrincipalID, _ backend: any Backend) async throws {
        self.home = home
        guard let collection = try await backend.collection(at: home, for: .principal(owner)) else { return }
        var choice: String?
        var last: Name?
        repeat {
            let page = try await collection.entries(
                .all(after: last, limit: Self.pageSize), fields: [.deadProperties, .resourceID])
            if let inbox = page.first(where: { $0.name == PrincipalServices.inbox }) { choice = inbox.chosenCalendar }
            own += page.filter { $0.isOwnCalendar(of: owner) }
            last = page.count == Self.pageSize ? page.last?.name : nil
        } while last != nil
        chosen = choice.flatMap { choice in own.first { $0.identity(in: home) == choice } }
    }

    private func first(taking component: String) -> Entry? {
        if let chosen, chosen.takes(component) { return chosen }
        let fit = own.filter { $0.takes(component) }
        return fit.first { $0.name.string == Self.usualName } ?? fit.first
    }

    /// Where an object goes that somebody was sent; `nil`: they have no calendar of their own that takes it. What others share with
    /// them never is one (caldav-sharing §5.5).
    ///
    /// - Parameters:
    ///   - home: the calendar home.
    ///   - component: `VEVENT`, `VTODO`, …
    package static func find(
        in home: DAVPath, of owner: PrincipalID, taking component: String, _ backend: any Backend
    ) async throws -> DAVPath? {
        let found = try await DefaultCalendar(in: home, of: owner, backend).first(taking: component)
        return found.map { home.appending($0.name) }
    }

    /// Asked before a calendar is deleted, or moved out of its home.
    ///
    /// - Throws: 403 `default-calendar-needed` for the one that was chosen, until another one is; and for the last one that takes
    ///   events. Any other may go, the one that was found among them: another one will be.
    package static func demandMayGo(
        _ calendar: Name, from home: DAVPath, of owner: PrincipalID, _ backend: any Backend
    ) async throws {
        let standing = try await DefaultCalendar(in: home, of: owner, backend)
        guard let entry = standing.own.first(where: { $0.name == calendar }) else { return }
        if standing.chosen?.name == calendar {
            throw needed("This calendar receives invitations; let another one do so first.")
        }
        let isLast = !standing.own.contains { $0.name != calendar && $0.takes("VEVENT") }
        if entry.takes("VEVENT"), isLast {
            throw needed("This is the last calendar that can receive invitations.")
        }
    }

    /// What is kept of a choice.
    ///
    /// - Throws: 403 `valid-schedule-default-calendar-URL` for whatever is not a calendar in the home that belongs to `owner` and
    ///   takes events.
    fileprivate static func choice(
        _ path: DAVPath?, in home: DAVPath, of owner: PrincipalID, _ backend: any Backend
    ) async throws -> String {
        let standing = try await DefaultCalendar(in: home, of: owner, backend)
        guard let path, path.parent == home,
            let entry = standing.own.first(where: { $0.name == path.last }), entry.takes("VEVENT")
        else {
            throw DAVError.calDAV(
                "valid-schedule-default-calendar-URL", "This is no calendar of one's own that takes events.")
        }
        return entry.identity(in: home)
    }

    fileprivate static func needed(_ message: String) -> DAVError { .calDAV("default-calendar-needed", message) }
}

extension Entry {
    /// Not what somebody shares, nor an inbox.
    fileprivate func isOwnCalendar(of owner: PrincipalID) -> Bool {
        guard let collection, let policy = collection.kind.content as? CalendarContentPolicy else { return false }
        return !policy.isInbox && collection.owner == owner && collection.share.instance == nil
    }

    fileprivate func takes(_ component: String) -> Bool {
        ComponentSet(settings: deadProperties).names.contains(component)
    }

    /// What a choice is kept as: it holds when the calendar gets another name.
    fileprivate func identity(in home: DAVPath) -> String {
        resourceID.map { "urn:uuid:" + $0.uuidString } ?? Href.encode(path: home.appending(name), isCollection: true)
    }

    /// The same as it stands at the inbox.
    fileprivate var chosenCalendar: String? {
        let kept = deadProperties.first { $0.name == DefaultCalendar.property }
        return kept.flatMap { try? XMLElement.parse($0.xml) }?.first(.dav("href"))?.text
    }
}

extension LiveProperty {
    /// RFC 6638 §9.2, of an inbox. Without scheduling there is none; protected, or what was kept could name what must never be the
    /// default.
    static func defaultCalendar(_ rules: SchedulingRules?) -> LiveProperty {
        let name = DefaultCalendar.property
        guard rules != nil else { return LiveProperty(name) { _ in nil } }
        return LiveProperty(
            name, fields: .deadProperties,
            setting: .always { element throws(DAVError) in
                guard let element else { throw DefaultCalendar.needed("There has to be a default calendar.") }
                return [.set(DeadProperty(name: name, xml: element.serialized()))]
            },
            lookup: Lookup { subject in
                guard let owner = subject.collection.owner else { return nil }
                let backend = subject.exchange.handler.backend
                let home = subject.path.parent
                let found = try await DefaultCalendar.find(in: home, of: owner, taking: "VEVENT", backend)
                return found.map { .hrefs([subject.exchange.href($0, isCollection: true)]) }
            } setting: { element, subject in
                guard let owner = subject.collection.owner else { throw DAVError.forbidden("Nobody owns this.") }
                let hrefs = element.elements.filter { $0.name == .dav("href") }.map(\.text.trimmingWhitespace)
                let path = hrefs.count == 1 ? subject.exchange.path(named: hrefs[0]) : nil
                let choice = try await DefaultCalendar.choice(
                    path, in: subject.path.parent, of: owner, subject.exchange.handler.backend)
                let href = XMLElement(name: .dav("href"), children: [.text(choice)])
                return XMLElement(name: name, children: [.element(href)])
            })
    }
}

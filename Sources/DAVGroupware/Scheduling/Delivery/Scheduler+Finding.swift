import DAV

extension Scheduler {
    /// The calendars of one's own in a home, each as its owner sees it; what others share is theirs.
    func calendars(of owner: PrincipalID) async throws -> [any DAVCollection] {
        let caller = Caller.principal(owner)
        let home = rules.home(of: owner)
        guard let collection = try await backend.collection(at: home, for: caller) else { return [] }
        var found: [any DAVCollection] = []
        var last: Name?
        repeat {
            let page = try await collection.entries(.all(after: last, limit: Self.pageSize), fields: [])
            for entry in page {
                guard let info = entry.collection, info.isScheduled, info.share.instance == nil,
                    let calendar = try await backend.collection(at: home.appending(entry.name), for: caller)
                else { continue }
                found.append(calendar)
            }
            last = page.count == Self.pageSize ? page.last?.name : nil
        } while last != nil
        return found
    }

    private static let pageSize = 200

    /// The object with that UID among somebody's calendars (RFC 6638 §3.2.4.1: there is one at most).
    func object(_ uid: String, of owner: PrincipalID) async throws -> ScheduledObject? {
        for calendar in try await calendars(of: owner) {
            for name in try await calendar.names(matching: ContentQuery(uid: uid)) {
                guard let object = try await ScheduledObject(name, in: calendar), object.stored.uid == uid else {
                    continue
                }
                return object
            }
        }
        return nil
    }

    /// The calendars of whom a message is for.
    ///
    /// - Returns: `nil` if they have none.
    func recipient(_ user: CalendarUser, of message: SchedulingMessage, about uid: String) async throws -> Recipient? {
        let home = rules.home(of: user.principal)
        let inbox = home.appending(PrincipalServices.inbox)
        guard try await backend.collection(at: inbox, for: .principal(user.principal)) != nil else { return nil }
        let found = try await object(uid, of: user.principal)
        let type = message.calendar.components.first { $0.name != "VTIMEZONE" }?.name ?? "VEVENT"
        let place =
            found == nil ? try await DefaultCalendar.find(in: home, of: user.principal, taking: type, backend) : nil
        return Recipient(user, home: home, found: found, calendar: place)
    }
}

extension CollectionInfo {
    /// Whether what stands here can be a scheduling object (RFC 6638 §3.1).
    var isScheduled: Bool { kind.id == "calendar" && owner != nil }
    /// Whether it is somebody's home of calendars.
    var holdsCalendars: Bool { kind.id == "calendar-home" }
}

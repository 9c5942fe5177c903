import DAV

/// When a person is busy: what all of their calendars say that count for it (RFC 6638 §9.1), above when they can be asked for at all
/// (RFC 7953 §7.2.4).
struct BusyTimes {
    let backend: any Backend
    let settings: CalendarSettings
    let rules: SchedulingRules

    private static let pageSize = 200
    /// Work that a collection costs beside what its objects do, in steps of a budget.
    private static let costOfCalendar = 5_000

    /// Cost: one query a page of the home, and for each calendar as many as a free-busy-query makes.
    ///
    /// - Parameter isMasked: objects that do not count.
    /// - Throws: 507 when it is more work than `budget` allows.
    func find(
        in range: Range<Int64>, of user: CalendarUser, within budget: inout QueryBudget,
        without isMasked: (Component) -> Bool
    ) async throws -> FreeBusy {
        var busy = FreeBusy(range, of: user)
        let caller = Caller.principal(user.principal)
        guard let home = try await backend.collection(at: rules.home(of: user.principal), for: caller) else {
            return busy
        }
        var zone: FloatingZone?
        var last: Name?
        repeat {
            let page = try await home.entries(.all(after: last, limit: Self.pageSize), fields: .deadProperties)
            for entry in page where entry.countsAsBusy {
                guard let path = entry.collection?.path,
                    let calendar = try await backend.collection(at: path, for: caller)
                else { continue }
                budget.charge(Self.costOfCalendar)
                try await busy.add(calendar, settings.zones, &budget, without: isMasked)
                if zone == nil { zone = FloatingZone(settings: entry.deadProperties, settings.zones) }
            }
            last = page.count == Self.pageSize ? page.last?.name : nil
        } while last != nil
        try await addAvailability(of: home, zone ?? .utc, to: &busy, &budget)
        return busy
    }

    /// What the inbox says (``LiveProperty/availability(_:)``). Dates without a zone are those of the first calendar.
    private func addAvailability(
        of home: any DAVCollection, _ zone: FloatingZone, to busy: inout FreeBusy, _ budget: inout QueryBudget
    ) async throws {
        let inbox = try await home.entries(.named([PrincipalServices.inbox]), fields: .deadProperties).first
        let kept = inbox?.deadProperties.first { $0.name == .calDAV("calendar-availability") }
        guard let kept, let element = try? XMLElement.parse(kept.xml),
            let object = StoredCalendar(Array(element.text.trimmingWhitespace.utf8))
        else { return }
        budget.spend {
            busy.addAvailability(object.calendar, zones: settings.zones, floating: zone.rules, within: &$0)
        }
    }
}

extension Entry {
    /// A calendar that is opaque: a person's own unless they say otherwise, one of somebody else's only if they do
    /// (caldav-sharing §5).
    fileprivate var countsAsBusy: Bool {
        guard let collection, let policy = collection.kind.content as? CalendarContentPolicy, !policy.isInbox,
            !isTransparent(unlessSaid: collection.share.instance != nil)
        else { return false }
        let names = ComponentSet(settings: deadProperties).names
        return ["VEVENT", "VFREEBUSY", "VAVAILABILITY"].contains(where: names.contains)
    }
}

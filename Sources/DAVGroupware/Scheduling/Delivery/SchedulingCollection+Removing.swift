import DAV

extension SchedulingCollection {
    /// Removes a calendar object: the organizer's is called off, an attendee's is declined (RFC 6638 §3.2.1.3, §3.2.2.3).
    func delete(_ name: Name, if condition: Condition, plainly: (Condition) async throws -> Void) async throws {
        try await scheduler.repeating { refusing in
            guard let old = try await ScheduledObject(name, in: base) else { return try await plainly(condition) }
            var condition = condition
            condition.standings.append(old.standing)
            try condition.scheduling.demand(old)
            guard old.stored.hasOrganizer, let owner = try await owner() else { return try await plainly(condition) }
            let operation = try operation(from: old.stored, to: nil, by: owner, condition)
            if case .none = operation { return try await plainly(condition) }
            let work = Scheduler.Work(
                owner: owner.principal, calendar: info, condition: condition, refusing: refusing)
            _ = try await scheduler.carryOut([operation], work) { _ in [WriteStep(old.path, .delete, if: condition)] }
        }
    }

    /// Removes a calendar from a home, and with it every object in it, as if each were removed (RFC 6638 §3.2.3.3).
    func deleteCalendar(_ name: Name, if condition: Condition, plainly: (Condition) async throws -> Void) async throws {
        let path = info.path.appending(name)
        guard let calendar = try await scheduler.backend.collection(at: path, for: condition.caller),
            calendar.info.isScheduled, calendar.info.share.instance == nil, let owner = calendar.info.owner
        else { return try await plainly(condition) }
        try await DefaultCalendar.demandMayGo(name, from: info.path, of: owner, scheduler.backend)
        let inside = SchedulingCollection(base: calendar, scheduler: scheduler)
        try await scheduler.repeating { refusing in
            let (operations, standing) = try await inside.operationsOfRemoval(condition)
            guard !operations.isEmpty else { return try await plainly(condition) }
            var condition = condition
            condition.standings.append(standing)
            let work = Scheduler.Work(owner: owner, calendar: calendar.info, condition: condition, refusing: refusing)
            _ = try await scheduler.carryOut(operations, work) { _ in [WriteStep(path, .delete, if: condition)] }
        }
    }

    /// What follows if everything here goes, and what it was computed from.
    func operationsOfRemoval(_ condition: Condition) async throws -> ([SchedulingOperation], Standing) {
        let token = try await base.entries(.itself, fields: .syncToken).first?.syncToken
        let standing = Standing(path: info.path, syncToken: token)
        guard let owner = try await owner() else { return ([], standing) }
        var operations: [SchedulingOperation] = []
        try await base.forEachMember { entry in
            guard let stored = entry.content.flatMap(StoredCalendar.init), stored.hasOrganizer else { return }
            let operation = try operation(from: stored, to: nil, by: owner, condition)
            if !operation.messages.isEmpty { operations.append(operation) }
        }
        return (operations, standing)
    }

    /// Whether something here is a scheduling object of its owner's.
    func holdsSchedulingObjects() async throws -> Bool {
        guard let owner = try await owner() else { return false }
        var found = false
        try await base.forEachMember { entry in
            guard !found, let stored = entry.content.flatMap(StoredCalendar.init) else { return }
            found = SchedulingRole(of: stored.calendar, for: owner) != .none
        }
        return found
    }
}

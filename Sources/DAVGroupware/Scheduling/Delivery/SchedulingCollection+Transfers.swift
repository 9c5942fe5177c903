import DAV

/// COPY and MOVE (RFC 6638 §3.2.3.2): what comes into a calendar is as good as put there, what leaves the calendars is as good
/// as removed, and from one calendar of a person to another nothing happens.
extension SchedulingCollection {
    /// - Parameter plainly: the same where nobody takes part.
    func transfer(
        _ source: Target, to destination: DAVPath, _ action: WriteStep.Action, if condition: Condition,
        plainly: (Condition) async throws -> WriteResult
    ) async throws -> WriteResult {
        let isCalendarNear = info.isScheduled || info.holdsCalendars || destination.isWithin(scheduler.rules.calendars)
        guard isCalendarNear else { return try await plainly(condition) }
        guard case .member(let name) = source, !info.holdsCalendars else {
            return try await transferCalendar(source, to: destination, action, if: condition, plainly: plainly)
        }
        let holder = try await scheduler.backend.collection(at: destination.parent, for: condition.caller)
        let target = holder.map { SchedulingCollection(base: $0, scheduler: scheduler) }
        guard info.isScheduled || target?.info.isScheduled == true, let last = destination.last else {
            return try await plainly(condition)
        }
        // What is longer than a calendar takes is refused there, and never read here.
        if !info.isScheduled, let most = target?.info.kind.content?.maxBytes,
            let length = try await base.entries(.named([name]), fields: []).first?.contentLength, length > Int64(most)
        {
            return try await plainly(condition)
        }
        return try await scheduler.repeating { refusing in
            guard let object = try await ScheduledObject(name, in: base) else { return try await plainly(condition) }
            var condition = condition
            condition.standings.append(object.standing)
            try condition.scheduling.demand(info.isScheduled ? object : nil)
            var replaced: ScheduledObject?
            if let target { replaced = try await ScheduledObject(last, in: target.base) }
            condition.standings.append(replaced?.standing ?? Standing(path: destination, etag: nil))
            let transfer = SchedulingTransfer(
                object: object, source: self, target: target?.info.isScheduled == true ? target : nil,
                destination: destination, replaced: replaced, isMove: action.isMove, condition: condition)
            var result: WriteResult
            if let told = try await transfer.run(action, refusing) {
                result = told
            } else {
                result = try await plainly(condition)
            }
            if transfer.target != nil, object.stored.hasOrganizer { result.scheduleTag = result.etag?.opaque }
            return result
        }
    }

    /// Whole calendars (RFC 6638 leaves them open): MOVE renames one, and a second one with the same scheduling objects cannot be.
    private func transferCalendar(
        _ source: Target, to destination: DAVPath, _ action: WriteStep.Action, if condition: Condition,
        plainly: (Condition) async throws -> WriteResult
    ) async throws -> WriteResult {
        let path =
            switch source {
            case .itself: info.path
            case .member(let name): info.path.appending(name)
            }
        guard let calendar = try await scheduler.backend.collection(at: path, for: condition.caller),
            calendar.info.isScheduled, calendar.info.share.instance == nil, let owner = calendar.info.owner,
            let name = path.last
        else { return try await plainly(condition) }
        if action.isMove, destination.parent != path.parent {
            try await DefaultCalendar.demandMayGo(name, from: path.parent, of: owner, scheduler.backend)
        } else if !action.isMove,
            try await SchedulingCollection(base: calendar, scheduler: scheduler).holdsSchedulingObjects()
        {
            throw DAVError.calDAV(
                "unique-scheduling-object-resource", "A calendar of events others take part in cannot be copied.")
        }
        return try await replacing(destination, by: action, from: path, if: condition, plainly: plainly)
    }

    /// A calendar that is overwritten goes as if it were removed (RFC 4918 §9.8.4, §9.9.3; RFC 6638 §3.2.3.3).
    private func replacing(
        _ destination: DAVPath, by action: WriteStep.Action, from source: DAVPath, if condition: Condition,
        plainly: (Condition) async throws -> WriteResult
    ) async throws -> WriteResult {
        guard action.overwrites, destination != source, let name = destination.last,
            let calendar = try await scheduler.backend.collection(at: destination, for: condition.caller),
            calendar.info.isScheduled, calendar.info.share.instance == nil, let owner = calendar.info.owner
        else { return try await plainly(condition) }
        try await DefaultCalendar.demandMayGo(name, from: destination.parent, of: owner, scheduler.backend)
        let inside = SchedulingCollection(base: calendar, scheduler: scheduler)
        return try await scheduler.repeating { refusing in
            let (operations, standing) = try await inside.operationsOfRemoval(condition)
            guard !operations.isEmpty else { return try await plainly(condition) }
            var condition = condition
            condition.standings.append(standing)
            let work = Scheduler.Work(owner: owner, calendar: calendar.info, condition: condition, refusing: refusing)
            let results = try await scheduler.carryOut(operations, work) { _ in
                [WriteStep(source, action, if: condition)]
            }
            guard let result = results.first else { throw DAVError.changedMeanwhile }
            return result
        }
    }
}

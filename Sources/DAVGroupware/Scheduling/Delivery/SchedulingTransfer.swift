import DAV

/// What one COPY or MOVE of a calendar object means to those who take part.
struct SchedulingTransfer: Sendable {
    let object: ScheduledObject
    let source: SchedulingCollection
    /// `nil`: it leaves the calendars.
    let target: SchedulingCollection?
    let destination: DAVPath
    /// What stands at the destination.
    let replaced: ScheduledObject?
    let isMove: Bool
    let condition: Condition

    /// - Returns: `nil` if nobody has to be told.
    /// - Throws: 403 if it would become somebody else's, or stand twice among one's calendars.
    func run(_ action: WriteStep.Action, _ refusing: Set<PrincipalID>) async throws -> WriteResult? {
        let sender = source.info.isScheduled ? try await source.owner() : nil
        let receiver = try await target?.owner()
        var operations: [SchedulingOperation] = []
        if isMove, let sender, sender != receiver {
            operations.append(try leaving(sender, isGivenAway: receiver != nil))
        }
        var arrival = SchedulingOperation.none
        if let target, let receiver {
            arrival = try await arriving(in: target, of: receiver, isOwnMove: isMove && sender == receiver)
            if let replaced, replaced.stored.uid != object.stored.uid {
                operations.append(try target.operation(from: replaced.stored, to: nil, by: receiver, condition))
            }
        }
        operations.append(arrival)
        guard let owner = receiver ?? sender, operations.contains(where: \.matters) else { return nil }
        let work = Scheduler.Work(
            owner: owner.principal, calendar: (target ?? source).info, condition: condition, refusing: refusing)
        let results = try await source.scheduler.carryOut(operations, work) { statuses in
            [WriteStep(object.path, action, if: condition)] + rewriting(arrival.body(statuses))
        }
        guard var result = results.first else { return nil }
        if let last = results.last, last.etag != nil { (result.etag, result.modified) = (last.etag, last.modified) }
        return result
    }

    private func leaving(_ owner: CalendarUser, isGivenAway: Bool) throws -> SchedulingOperation {
        guard !isGivenAway || SchedulingRole(of: object.stored.calendar, for: owner) == .none else {
            throw DAVError.calDAV(
                "allowed-organizer-scheduling-object-change",
                "An event others take part in cannot become somebody else's.")
        }
        return try source.operation(from: object.stored, to: nil, by: owner, condition)
    }

    private func arriving(in target: SchedulingCollection, of owner: CalendarUser, isOwnMove: Bool) async throws
        -> SchedulingOperation
    {
        guard !isOwnMove else { return .none }
        let known = replaced.flatMap { $0.stored.uid == object.stored.uid ? $0.stored : nil }
        let arrival = try target.operation(from: known, to: object.stored, by: owner, condition)
        if arrival.matters, known == nil { try await target.demandOnlyOne(object.stored, of: owner, condition.caller) }
        return arrival
    }

    /// What became of the messages stands in the object, which is written once more where it has come to. What was kept beside the
    /// one that was copied is not of the new one.
    private func rewriting(_ octets: [UInt8]?) -> [WriteStep] {
        var condition = Condition(caller: condition.caller, now: condition.now)
        condition.dontNotify = self.condition.dontNotify
        if let octets, octets != object.stored.octets {
            let tag = [PropertyChange.remove(ScheduleTag.name)]
            return [WriteStep(destination, .put(Upload(calendar: octets), properties: tag), if: condition)]
        }
        return isMove ? [] : [WriteStep(destination, .patch([.remove(ScheduleTag.name)]), if: condition)]
    }
}

extension SchedulingOperation {
    /// Whether it is about a scheduling object at all.
    var matters: Bool {
        if case .none = self { false } else { true }
    }
}

extension WriteStep.Action {
    var isMove: Bool {
        if case .move = self { true } else { false }
    }

    var overwrites: Bool {
        switch self {
        case .move(_, let overwrite), .copy(_, _, let overwrite): overwrite
        default: false
        }
    }
}

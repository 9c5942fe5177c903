import DAV
import HTTPTypes

/// Implicit scheduling (RFC 6638 §3): whoever changes their own calendar object has changed that of everybody who takes part.
///
/// Reads what stands, asks pure functions what follows, and writes all of it as one transaction. If something of what it had
/// read is another one by then, it begins again.
struct Scheduler: Sendable {
    let backend: any Backend
    let joint: any JointWriting
    let users: CalendarUsers
    let authority: SchedulingAuthority
    let rules: SchedulingRules
    let rate: ShareRate
    let zones: Zones

    /// One request that writes, as far as its messages go by it.
    struct Work: Sendable {
        /// Whose calendar it is: they schedule, whoever writes.
        var owner: PrincipalID
        /// As the caller reached it.
        var calendar: CollectionInfo
        /// The request's own.
        var condition: Condition
        /// Those whose store would not take a message.
        var refusing: Set<PrincipalID>
    }

    /// Runs `act` until nothing changes underneath it: each time somebody else's write succeeded.
    ///
    /// - Throws: 503 if that never comes to pass.
    func repeating<T: Sendable>(_ act: (_ refusing: Set<PrincipalID>) async throws -> T) async throws -> T {
        var refusing: Set<PrincipalID> = []
        var tries = 64
        while tries > 0 {
            do {
                return try await act(refusing)
            } catch let error as DAVError where error == .changedMeanwhile {
                tries -= 1
            } catch let refusal as Refusal {
                // Nobody refuses twice: that many recipients are as often as it can happen.
                if !refusing.insert(refusal.recipient).inserted { tries -= 1 }
            }
        }
        throw DAVError.changedMeanwhile
    }

    /// A recipient's calendar does not take what it is sent.
    private struct Refusal: Error {
        var recipient: PrincipalID
    }

    /// Has everybody told who is to be, and does `first` with what became of it.
    ///
    /// - Parameter first: what the request itself does.
    /// - Returns: what its steps did.
    func carryOut(
        _ operations: [SchedulingOperation], _ work: Work,
        first: ([CalendarUserAddress: DeliveryStatus]) -> [WriteStep]
    ) async throws -> [WriteResult] {
        var deliveries = Deliveries(self, work)
        for operation in operations { try await deliveries.send(operation.messages) }
        let own = first(deliveries.statuses)
        let others = deliveries.steps
        do {
            return Array(try await joint.write(own + others.map(\.step)).prefix(own.count))
        } catch let failure as JointFailure {
            guard failure.step >= own.count else { throw failure.error }
            // Their object appeared, went, or changed while this was computed.
            if failure.error == .changedMeanwhile || [.conflict, .notFound].contains(failure.error.status) {
                throw DAVError.changedMeanwhile
            }
            throw Refusal(recipient: others[failure.step - own.count].recipient)
        }
    }
}

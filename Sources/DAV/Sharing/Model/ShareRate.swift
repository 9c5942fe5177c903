import HTTPTypes
import Synchronization

/// How many invitations each person sends: no more in an hour than a limit such as ``ShareRules/mostInvitationsPerHour``, and all of
/// those at once if they like (draft-pot-webdav-resource-sharing-04 §6.2).
///
/// For each person one number is kept: when what they sent will be paid off, at one invitation an interval.
package final class ShareRate: Sendable {
    private static let hour: Int64 = 3_600_000_000
    /// So many people are remembered before those who owe nothing are forgotten.
    private static let mostIdle = 1000

    private let most: Int64
    private let paidOff = Mutex<[PrincipalID: Int64]>([:])

    /// - Parameter most: no fewer than one.
    package init(_ most: Int) { self.most = Int64(max(1, most)) }

    /// Counts `invitations`, or none of them.
    ///
    /// - Returns: `nil`, or the seconds after which there is room for them.
    package func wait(of person: PrincipalID, for invitations: Int, at now: Timestamp) -> Int64? {
        let interval = ShareRate.hour / most
        // More than that never fits, and is the matter of other limits.
        let cost = interval * min(Int64(invitations), most)
        return paidOff.withLock { paidOff in
            if paidOff.count > ShareRate.mostIdle { paidOff = paidOff.filter { $0.value > now.microseconds } }
            let next = max(paidOff[person] ?? .min, now.microseconds) &+ cost
            let excess = next &- now.microseconds &- ShareRate.hour
            guard excess <= 0 else { return (excess + 999_999) / 1_000_000 }
            paidOff[person] = next
            return nil
        }
    }
}

extension Exchange {
    /// - Returns: the answer (429) if the caller invites too many people too fast.
    func refusal(of changes: [ShareChange], _ roster: ShareRoster) -> DAVResponse? {
        guard let rate = handler.shareRate, let person = caller.principal else { return nil }
        let invitations = changes.reduce(0) { sum, change in
            switch change {
            // Whoever invites a group invites all who are in it.
            case .set(.group(let id), _, _, _): sum + max(1, roster.people(in: id).count)
            case .set: sum + 1
            case .revoke: sum
            }
        }
        guard invitations > 0, let seconds = rate.wait(of: person, for: invitations, at: now) else { return nil }
        let error = DAVError(.tooManyRequests, nil, "So many people cannot be invited in so short a time.")
        var response = DAVResponse(refusing: error, facts: facts, collection: nil)
        response.headers[.retryAfter] = String(seconds)
        return response
    }
}

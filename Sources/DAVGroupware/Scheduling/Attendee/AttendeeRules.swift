import DAV

/// What attendees may change in their copy (RFC 6638 §3.2.2.1, D-06).
///
/// Their own answer and the rest of their own ATTENDEE line; how the server schedules for them (SCHEDULE- parameters of ORGANIZER);
/// alarms, TRANSP, COMMENT, PERCENT-COMPLETE, COMPLETED and, of tasks, STATUS; X- properties; what instances they leave out; and
/// overrides that say no more than that. Writing the same in other words is no change: see ``OrganizersPart``.
enum AttendeeRules {
    static func check(
        _ new: ScheduledCopy, against old: ScheduledCopy, within budget: inout WorkBudget
    ) throws(DAVError) {
        guard (new.index.master == nil) == (old.index.master == nil) else {
            throw .attendeeChange("Only the organizer says what recurs.")
        }
        guard new.series == old.series, new.part(nil) == old.part(nil) else {
            throw .attendeeChange("Only the organizer changes what an invitation says.")
        }
        guard old.index.excluded.isSubset(of: new.index.excluded) else {
            throw .attendeeChange("Only the organizer brings back what is left out of a series.")
        }
        try checkOverrides(of: new, against: old, within: &budget)
    }

    private static func checkOverrides(
        of new: ScheduledCopy, against old: ScheduledCopy, within budget: inout WorkBudget
    ) throws(DAVError) {
        let (before, after) = (old.index.overrides.keys, new.index.overrides.keys)
        let added = after.filter { old.index.overrides[$0] == nil }
        let gone = before.filter { new.index.overrides[$0] == nil && !new.index.excluded.contains($0) }
        let civil = old.index.instances(at: added + gone, within: &budget)
        for key in after where old.index.overrides[key] != nil {
            guard new.part(key) == old.part(key) else {
                throw .attendeeChange("Only the organizer changes what an invitation says of one instance.")
            }
        }
        for key in added {
            guard let civil = civil[key], !old.index.excluded.contains(key), new.part(key) == old.part(at: key, civil)
            else {
                throw .attendeeChange("Only the organizer adds instances, or says something else of one.")
            }
        }
        // What is no instance of the series any more was an invitation to that alone: it is declined.
        for key in gone {
            guard let civil = civil[key] else { continue }
            guard old.part(key) == new.part(at: key, civil) else {
                throw .attendeeChange("Only the organizer takes back what was said of one instance.")
            }
        }
    }
}

import DAV
import HTTPTypes

/// A body on its way into a calendar.
struct SentObject: Sendable {
    var upload: Upload
    var octets: [UInt8]

    /// Whether it could be about a scheduling object, in whatever format.
    var mentionsOrganizer: Bool {
        let word = Array("organizer".utf8)
        guard octets.count >= word.count else { return false }
        var matched = 0
        for octet in octets {
            let octet = octet | 0x20
            matched = octet == word[matched] ? matched + 1 : octet == word[0] ? 1 : 0
            if matched == word.count { return true }
        }
        return false
    }

    /// The same upload with another body.
    func with(_ octets: [UInt8], type: String? = nil) -> Upload {
        var upload = upload
        upload.contentType = type ?? upload.contentType
        upload.declaredLength = Int64(octets.count)
        upload.body = BodyStream(of: octets)
        upload.isOnItsWay = true
        return upload
    }
}

extension SchedulingCollection {
    /// Takes the body, if nothing is known yet that refuses it.
    func receive(_ upload: Upload, at name: Name, if condition: Condition) async throws -> SentObject {
        guard let policy = info.kind.content else { return SentObject(upload: upload, octets: []) }
        if !upload.isOnItsWay, condition.ifHeader == nil {
            let entry = try await base.entries(.named([name]), fields: []).first
            let state = entry.map { ResourceState(isMapped: true, etag: $0.etag, modified: $0.modified) } ?? .unmapped
            try condition.check(.write, at: info.path.appending(name)) { _ in state }
        }
        if let declared = upload.declaredLength, declared > Int64(policy.maxBytes) { throw policy.tooLarge }
        var octets: [UInt8] = []
        for try await chunk in upload.body {
            guard chunk.count <= policy.maxBytes - octets.count else { throw policy.tooLarge }
            octets += chunk
        }
        return SentObject(upload: upload, octets: octets)
    }

    /// Creates or replaces a calendar object, and has those told who take part (RFC 6638 §3.2.1.1, §3.2.2.1).
    ///
    /// - Parameter plainly: the same where nobody takes part.
    func put(
        _ name: Name, _ sent: SentObject, own: WriteStep.OwnPart, if condition: Condition,
        plainly: (Upload, Condition) async throws -> WriteResult
    ) async throws -> WriteResult {
        let path = info.path.appending(name)
        return try await scheduler.repeating { refusing in
            var condition = condition
            var old: ScheduledObject?
            // What must not be there is refused by the store if it is.
            if condition.ifNoneMatch != .any {
                old = try await ScheduledObject(name, in: base)
                condition.standings.append(old?.standing ?? Standing(path: path, etag: nil))
            }
            try condition.scheduling.demand(old)
            guard sent.mentionsOrganizer || old?.stored.hasOrganizer == true, let owner = try await owner() else {
                return try await plainly(sent.with(sent.octets), condition)
            }
            let new = try await admitted(sent, over: old)
            var text = new.stored
            if condition.scheduling.ifScheduleTagMatch != nil, let old {
                let merged = ScheduleTagMerge.merged(text, with: old.stored, by: owner, zones: scheduler.zones)
                text = StoredCalendar(merged) ?? text
            }
            let operation = try operation(from: old?.stored, to: text, by: owner, condition)
            if case .none = operation { return try await plainly(sent.with(sent.octets), condition) }
            if old?.stored.uid != text.uid { try await demandOnlyOne(text, of: owner, condition.caller) }
            var stored = text.octets
            let work = Scheduler.Work(owner: owner.principal, calendar: info, condition: condition, refusing: refusing)
            let results = try await scheduler.carryOut([operation], work) { statuses in
                stored = operation.body(statuses) ?? text.octets
                let tag: [PropertyChange] = old == nil ? [] : [.remove(ScheduleTag.name)]
                return [
                    WriteStep(path, .put(sent.with(stored, type: new.type), own: own, properties: tag), if: condition)
                ]
            }
            guard var result = results.first else { throw DAVError.changedMeanwhile }
            result.scheduleTag = result.etag?.opaque
            // Whoever is told an ETag may keep what they sent (RFC 4791 §5.3.4).
            if stored != sent.octets { result.etag = nil }
            return result
        }
    }

    /// What was sent as it would be stored.
    private func admitted(_ sent: SentObject, over old: ScheduledObject?) async throws -> (
        stored: StoredCalendar, type: String
    ) {
        guard let policy = info.kind.content else { throw DAVError.forbidden("Nothing can be stored here.") }
        let settings = try await base.entries(.itself, fields: .deadProperties).first?.deadProperties ?? []
        let admitted = try policy.admit(
            sent.octets, contentType: sent.upload.contentType, settings: settings, storedUID: old?.stored.uid)
        guard let stored = StoredCalendar(admitted.replacement ?? sent.octets) else {
            throw DAVError.validCalendarData("The text is no iCalendar.")
        }
        return (stored, admitted.contentType)
    }
}

extension SchedulingCollection {
    /// Whose calendar it is.
    func owner() async throws -> CalendarUser? {
        guard let owner = info.owner else { return nil }
        return try await scheduler.users.user(owner)
    }

    func operation(
        from old: StoredCalendar?, to new: StoredCalendar?, by owner: CalendarUser, _ condition: Condition
    ) throws(DAVError) -> SchedulingOperation {
        try SchedulingOperation(
            from: old, to: new, by: owner, sendsReply: condition.scheduling.sendsReply, now: condition.now,
            zones: scheduler.zones)
    }

    /// RFC 6638 §3.2.4.1: a scheduling object stands once among somebody's calendars.
    ///
    /// - Throws: 403 `unique-scheduling-object-resource`, naming the other one to whom it belongs.
    func demandOnlyOne(_ object: StoredCalendar, of owner: CalendarUser, _ caller: Caller) async throws {
        guard let uid = object.uid, let other = try await scheduler.object(uid, of: owner.principal),
            // Within one calendar that is a conflict of UIDs, which the store finds.
            other.path.parent != info.share.instance?.source ?? info.path
        else { return }
        throw DAVError(
            .forbidden,
            DAVError.Condition(
                .calDAV("unique-scheduling-object-resource"),
                resources: caller.principal == owner.principal ? [other.path] : []),
            "The same event stands in another calendar already.")
    }
}

extension SchedulingHeaders {
    /// - Throws: 412 if the object has another tag than the client knows, or none.
    func demand(_ object: ScheduledObject?) throws(DAVError) {
        guard let ifScheduleTagMatch else { return }
        guard object?.tag == ifScheduleTagMatch else { throw .preconditionFailed }
    }
}

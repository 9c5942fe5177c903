import DAV
import HTTPTypes

extension CollectionKind {
    /// POST to an outbox (RFC 6638 §5, D-13): asks when others are busy, in the name of the person it belongs to.
    static func freeBusyPost(_ settings: CalendarSettings, _ rules: SchedulingRules) -> Post {
        { exchange, located in
            try exchange.demand([.scheduleSendFreeBusy], of: located)
            guard let owner = located.collection.info.owner else { throw DAVError.methodNotAllowed }
            let text = try await exchange.schedulingMessage(settings)
            let request = try FreeBusyRequest(parsing: text, settings)
            let people = CalendarUsers(exchange.facts.principals, prefix: exchange.facts.prefix)
            guard let organizer = try await people.user(owner), organizer.isNamed(by: request.organizer) else {
                throw DAVError.calDAV(
                    "valid-organizer", "ORGANIZER is not an address of the person whose outbox this is.")
            }
            let inquiry = FreeBusyInquiry(
                request: request, organizer: organizer, people: people, exchange: exchange,
                authority: SchedulingAuthority(
                    backend: exchange.handler.backend, authorizer: exchange.handler.authorizer, rules: rules),
                times: BusyTimes(backend: exchange.handler.backend, settings: settings, rules: rules))
            return try await inquiry.answer()
        }
    }
}

extension Exchange {
    /// The body as iCalendar.
    ///
    /// - Throws: 403 `supported-calendar-data` for another type; 403 `max-resource-size`; 415 for an encoded one.
    fileprivate func schedulingMessage(_ settings: CalendarSettings) async throws -> [UInt8] {
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw DAVError.unsupportedMediaType("Bodies are not accepted in Content-Encoding: \(encoding).")
        }
        let format = try CalendarContentPolicy.format(request.headers[.contentType])
        let most = min(settings.limits.maxResourceBytes, FreeBusyRequest.mostBytes)
        let tooLarge = DAVError.calDAV("max-resource-size", "A request may have \(most) bytes.")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > most { throw tooLarge }
        var body: [UInt8] = []
        for try await chunk in request.body {
            guard body.count + chunk.count <= most else { throw tooLarge }
            body += chunk
        }
        return format == .jCal ? try CalendarContentPolicy.octets(ofJCal: body) : body
    }
}

/// One request, put to everybody whom it names.
private struct FreeBusyInquiry {
    let request: FreeBusyRequest
    let organizer: CalendarUser
    let people: CalendarUsers
    let exchange: Exchange
    let authority: SchedulingAuthority
    let times: BusyTimes

    /// REQUEST-STATUS (RFC 5545 §3.8.8.3, RFC 5546 §3.6).
    private enum Status: String {
        case success = "2.0;Success"
        /// Nobody here, or nobody whom the one who asks may find: which of both is not told.
        case invalidUser = "3.7;Invalid Calendar User"
        case noAuthority = "3.8;No Authority"
        case unavailable = "5.1;Service unavailable"
    }

    /// Work that one address costs beside what the calendars do, in steps of a budget.
    private static let costOfPerson = 5_000
    /// A span that is told takes some octets, which are work, too.
    private static let costOfSpan = 100

    /// One after the other: what one request may do in all is shared out, so that nobody's calendars use up what is for others.
    func answer() async throws -> DAVResponse {
        var xml = XMLWriter()
        xml.declaration()
        xml.start(.calDAV("schedule-response"))
        var budget = QueryBudget()
        for (index, attendee) in request.attendees.enumerated() {
            budget.charge(Self.costOfPerson)
            var share = budget.takeShare(of: request.attendees.count - index)
            let (status, busy) = try await times(of: attendee, &share)
            budget.give(back: share)
            xml.start(.calDAV("response"))
            xml.start(.calDAV("recipient"))
            xml.element(.dav("href"), text: TextCursor.trimmed(attendee.value))
            xml.end()
            xml.element(.calDAV("request-status"), text: status.rawValue)
            if let busy { xml.element(.calDAV("calendar-data"), text: reply(busy, of: attendee)) }
            xml.end()
        }
        xml.end()
        return DAVResponse(
            .ok, headers: .document("application/xml; charset=utf-8"), body: .bytes(xml.take()))
    }

    private func times(of attendee: ContentLine, _ budget: inout QueryBudget) async throws -> (Status, FreeBusy?) {
        guard !budget.isExhausted else { return (.unavailable, nil) }
        let found = try await people.user(
            at: attendee.value, visibleTo: .principal(organizer.principal), origin: exchange.request.origin)
        guard let user = found else { return (.invalidUser, nil) }
        guard try await authority.mayAskFreeBusy(organizer.principal, of: user.principal) else {
            return (.noAuthority, nil)
        }
        do {
            let busy = try await times.find(in: request.range, of: user, within: &budget) {
                request.masks($0, of: user, for: organizer)
            }
            budget.charge(busy.result.count * Self.costOfSpan)
            return budget.isExhausted ? (.unavailable, nil) : (.success, busy)
        } catch let error as DAVError where error == .numberOfMatchesWithinLimits {
            return (.unavailable, nil)
        }
    }

    /// The REPLY (RFC 5546 §3.3.3).
    private func reply(_ busy: FreeBusy, of attendee: ContentLine) -> String {
        let component = busy.component(stamp: exchange.now.seconds, request.lines + [attendee])
        let calendar = Component.calendar([component], [ContentLine("METHOD", value: "REPLY")])
        return String(decoding: ContentWriter.octets(of: [calendar]), as: UTF8.self)
    }
}

import DAV
import HTTPTypes

extension Method {
    /// MKCALENDAR (RFC 4791 §5.3.1): makes a calendar with its properties, or nothing.
    ///
    /// Clients also ask it for a subscription, by a `DAV:resourcetype` in the body.
    static func mkcalendar(_ calendar: CollectionKind, _ subscription: CollectionKind) -> Method {
        let form = CollectionCreation(
            body: .calDAV("mkcalendar"), response: .calDAV("mkcalendar-response"), kind: calendar,
            choice: [calendar, subscription])
        return Method(
            .mkcalendar, scope: .binding, on: [.unmapped, .collection], requires: .writing, needs: [.bind],
            toCreate: [.bind], makes: calendar
        ) { exchange, located in
            let body = try await exchange.xmlBody()
            guard located.entry == nil else {
                throw DAVError(
                    .forbidden, DAVError.Condition(.dav("resource-must-be-null")), "Something is here already.")
            }
            try located.collection.info.kind.demandMayHold(calendar)
            return try await exchange.makeCollection(at: located, body, as: form)
        }
    }
}

extension HTTPRequest.Method {
    /// RFC 4791 §5.3.1
    static let mkcalendar: HTTPRequest.Method = {
        guard let method = HTTPRequest.Method("MKCALENDAR") else { preconditionFailure("MKCALENDAR is a token.") }
        return method
    }()
}

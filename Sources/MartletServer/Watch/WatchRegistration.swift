import DAV
import WebPush

/// A registration as the client has it (draft-bitfire-webdav-push §3).
struct WatchRegistration: Sendable, Hashable {
    /// Where it is removed; kept as the server wrote it.
    var location: String?
    var made: Timestamp
    var expires: Timestamp

    /// Long enough that a laptop that sleeps over the week-end is still registered; servers may give less (§3.4).
    static let wantedLifetime: Int64 = 3 * 86_400

    /// The body of the request.
    ///
    /// - Parameter support: what the resource offers: the deepest content updates are asked for, and property updates as deep
    ///   as they are looked at.
    static func request(
        pushResource: String, keys: SubscriberKeys, support: PushSupport, now: Timestamp
    ) -> [UInt8] {
        var xml = XMLWriter()
        xml.declaration()
        xml.start(.push("push-register"))
        xml.start(.push("subscription"))
        xml.start(.push("web-push-subscription"))
        xml.element(.push("push-resource"), text: pushResource)
        xml.element(.push("content-encoding"), text: "aes128gcm")
        xml.start(.push("subscription-public-key"), attributes: ["type": "p256dh"])
        xml.text(Base64URL.encode(keys.publicKeyBytes))
        xml.end()
        xml.element(.push("auth-secret"), text: Base64URL.encode(keys.authenticationSecret))
        xml.end()
        xml.end()
        xml.start(.push("trigger"))
        for (name, depth) in [("content-update", support.content), ("property-update", support.property)] {
            guard let depth else { continue }
            xml.start(.push(name))
            xml.element(.dav("depth"), text: depth.rawValue)
            xml.end()
        }
        xml.end()
        xml.element(.push("expires"), text: now.adding(seconds: wantedLifetime).httpDate)
        xml.end()
        return xml.take()
    }

    /// Reads a successful answer: 201 or 204, or what some servers send instead.
    init(_ answer: ProbeAnswer, now: Timestamp) {
        location = answer["Location"]
        made = now
        let promised = answer["Expires"].flatMap { Timestamp(httpDate: $0, now: now) }
        expires = promised.flatMap { $0 > now ? $0 : nil } ?? now.adding(seconds: Self.wantedLifetime)
    }

    /// Two thirds of the life are over.
    func isDue(at now: Timestamp) -> Bool {
        expires.seconds - now.seconds <= (expires.seconds - made.seconds) / 3
    }

    /// What a refusal means, and what to do about it.
    static func meaning(of answer: ProbeAnswer, at url: ProbeURL, receiver: String) -> String {
        switch (answer.status, answer.condition) {
        case (403, XMLName.push("invalid-subscription")):
            """
            \(url) refuses to send to \(receiver) (invalid-subscription). Servers send to public https addresses only, unless \
            they are told otherwise: on Martlet set push.contact, and add \(receiver) to push.allow (the port stays the same \
            with --receiver listen:HOST:PORT). Or receive through a push service: --receiver ntfy:https://ntfy.example.org
            """
        case (403, XMLName.push("push-not-available")): "\(url) does not offer push (push-not-available)."
        case (403, XMLName.push("no-supported-trigger")):
            "\(url) offers none of the triggers it advertises (no-supported-trigger)."
        case (401, _): "Registering at \(url) needs a user name and password: --user NAME."
        case (403, _): "You may not register at \(url) (403). Reading it may need other rights."
        case (429, _), (507, _):
            "\(url) takes no more registrations (\(answer.status)). Old ones go by themselves; try again later."
        default: "Registering at \(url) failed: \(answer.status)."
        }
    }
}

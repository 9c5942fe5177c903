import DAV
import DAVTesting
import HTTPTypes
import Testing

/// A transport that anything can be sent to, and that sends nothing.
struct PaperTransport: PushTransport {
    var id: String { "paper" }
    var subscriptionElement: XMLName { .push("paper-subscription") }
    func advertise(in xml: inout XMLWriter) { xml.element(.push("paper"), text: "any") }

    func subscription(from element: XMLElement) async throws -> PushSubscription {
        guard let address = element.first(.push("address"))?.text, !address.isEmpty else {
            throw DAVError.invalidPushSubscription("Where to?")
        }
        let key = Array((element.first(.push("key"))?.text ?? "").utf8)
        return PushSubscription(transport: id, identity: address, details: key, lane: "paper")
    }

    func send(_ notice: PushNotice, to subscription: PushSubscription) async -> PushOutcome {
        PushOutcome(.accepted, "taken")
    }
}

/// A wire on which one can register.
struct PushWire {
    static let now = Timestamp(seconds: 1_000_000_000)
    let wire = Wire(push: [PaperTransport()])
    var registry: any PushRegistry { get throws { try #require(wire.memory.pushRegistry) } }

    static func body(
        _ subscription: String = "<paper-subscription><address>x</address></paper-subscription>",
        trigger: String? = "<content-update><D:depth>infinity</D:depth></content-update>", expires: String? = nil
    ) -> String {
        """
        <push-register xmlns="https://bitfire.at/webdav-push" xmlns:D="DAV:"><subscription>\(subscription)</subscription>
        \(trigger.map { "<trigger>\($0)</trigger>" } ?? "")
        \(expires.map { "<expires>\($0)</expires>" } ?? "")</push-register>
        """
    }

    static func address(_ address: String, key: String = "") -> String {
        "<paper-subscription><address>\(address)</address><key>\(key)</key></paper-subscription>"
    }

    func register(
        _ target: String, _ body: String = PushWire.body(), type: String = "application/xml; charset=\"utf-8\"",
        as caller: Caller = .principal(Wire.alice)
    ) async throws -> Wire.Answer {
        try await wire.send("POST", target, ["Content-Type": type], as: caller, body)
    }

    /// - Returns: the registration URL.
    func registered(_ target: String, _ body: String = PushWire.body(), as caller: Caller = .principal(Wire.alice))
        async throws -> String
    {
        let answer = try await register(target, body, as: caller)
        #expect(answer.status == 204, "\(answer.text)")
        return try #require(answer.headers[.location])
    }

    func id(_ location: String) -> PushRegistration.ID {
        PushRegistration.ID(String(location.split(separator: "/").last ?? ""))
    }

    /// What is due, as "content", "property", "both" or "none".
    func due(_ location: String) async throws -> String {
        guard let delivery = try await registry.delivery(of: id(location), now: Self.now) else { return "none" }
        if delivery.gone != nil { return "gone" }
        return switch (delivery.hasContentUpdate, delivery.hasPropertyUpdate) {
        case (true, true): "both"
        case (true, false): "content"
        case (false, true): "property"
        case (false, false): "nothing"
        }
    }

    /// Takes the message, as if it had been sent.
    func tell(_ location: String) async throws {
        let delivery = try #require(try await registry.delivery(of: id(location), now: Self.now))
        try await registry.record([PushRecord(id: delivery.registration.id, told: delivery.told)])
    }
}

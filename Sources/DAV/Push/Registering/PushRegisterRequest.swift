/// The body of a registration (draft-bitfire-webdav-push §3.1), read as leniently as deployed clients need.
struct PushRegisterRequest: Sendable {
    /// The transport's own element, and who reads it.
    var subscription: XMLElement
    var transport: any PushTransport
    var triggers: PushTriggers
    var expires: Timestamp

    /// - Throws: 403 `invalid-subscription` unless there is exactly one subscription of a transport that is offered, and at most
    ///   one trigger; 403 `no-supported-trigger` if nothing that was asked for is offered here.
    init(_ body: XMLElement, support: PushSupport, offer: PushOffer, now: Timestamp) throws(DAVError) {
        let subscriptions = body.elements(.push("subscription"))
        guard subscriptions.count == 1 else {
            throw .invalidPushSubscription("A registration has exactly one subscription.")
        }
        let found = subscriptions[0].elements.compactMap { element in
            offer.transports.first { $0.subscriptionElement == element.name }.map { (element, $0) }
        }
        guard found.count == 1 else {
            throw .invalidPushSubscription(
                "A subscription has exactly one element of a transport that is offered here.")
        }
        (subscription, transport) = found[0]
        triggers = try Self.triggers(body.elements(.push("trigger")), support, offer)
        expires = Self.expiry(body.first(.push("expires"))?.text, offer, now)
    }

    private static func triggers(_ elements: [XMLElement], _ support: PushSupport, _ offer: PushOffer) throws(DAVError)
        -> PushTriggers
    {
        guard elements.count <= 1 else { throw .invalidPushSubscription("A registration has exactly one trigger.") }
        var wanted = PushTriggers(content: .one)
        if let element = elements.first {
            wanted = try PushTriggers(element)
        } else if offer.requiresTrigger {
            throw .noSupportedTrigger
        }
        let triggers = wanted.clamped(to: support)
        guard !triggers.isEmpty else { throw .noSupportedTrigger }
        return triggers
    }

    /// What was asked for, within the server's limits; what cannot be read, or is past, was not asked for (§3.4).
    private static func expiry(_ text: String?, _ offer: PushOffer, _ now: Timestamp) -> Timestamp {
        let wanted = text.flatMap { Timestamp(httpDate: $0.trimmingXMLSpace, now: now) }
        guard let wanted, wanted > now else { return Timestamp(seconds: now.seconds + offer.defaultLifetime) }
        let seconds = wanted.seconds - now.seconds
        guard !offer.lifetimes.contains(seconds) else { return wanted }
        return Timestamp(seconds: now.seconds + seconds.clamped(to: offer.lifetimes))
    }
}

extension PushTriggers {
    /// The `trigger` element. Of several of a kind the deepest counts; what is not known is left aside.
    fileprivate init(_ element: XMLElement) throws(DAVError) {
        self.init()
        for update in element.elements(.push("content-update")) {
            let depth = try update.pushDepth ?? .one
            content = max(content ?? depth, depth)
        }
        for update in element.elements(.push("property-update")) {
            let depth = try update.pushDepth ?? .zero
            let names = update.first(.dav("prop")).map { Set($0.elements.map(\.name)) } ?? []
            let told = names.filter(PushSupport.isTold(of:))
            // Named, but nothing of it is ever told (§3.1.2): nothing is left of the trigger.
            if !names.isEmpty, told.isEmpty { continue }
            let isFirst = property == nil
            property = max(property ?? depth, depth)
            properties = names.isEmpty || !isFirst && properties == nil ? nil : (properties ?? []).union(told)
        }
    }
}

extension XMLElement {
    /// `DAV:depth`, or `DAV:sync-level` and `infinite` as earlier drafts had them.
    fileprivate var pushDepth: Depth? {
        get throws(DAVError) {
            guard let element = first(.dav("depth")) ?? first(.dav("sync-level")) else { return nil }
            let text = element.text.trimmingXMLSpace.lowercased()
            return text == "infinite" ? .infinity : try Depth.parse(text)
        }
    }
}

extension Int64 {
    fileprivate func clamped(to range: ClosedRange<Int64>) -> Int64 {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}

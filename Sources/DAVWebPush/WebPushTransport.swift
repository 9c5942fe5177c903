public import DAV
public import WebPush

/// Web Push as a transport of WebDAV-Push (draft-bitfire-webdav-push §6): reads subscriptions, encrypts, signs, sends.
public struct WebPushTransport: PushTransport {
    public let id = "web-push"
    public let subscriptionElement = XMLName.push("web-push-subscription")

    private let keyring: VAPIDKeyring
    private let tokens: VAPIDTokens
    private let client: PushClient
    private let destinations: PushDestinations
    private let encryption = MessageEncryption()

    /// - Parameters:
    ///   - client: made with ``PushDestinations/addresses``.
    ///   - destinations: where messages may be sent; judged when somebody registers, and before each message.
    public init(
        keyring: VAPIDKeyring, tokens: VAPIDTokens, client: PushClient, destinations: PushDestinations
    ) {
        self.keyring = keyring
        self.tokens = tokens
        self.client = client
        self.destinations = destinations
    }

    public func advertise(in xml: inout XMLWriter) {
        xml.start(.push("web-push"))
        // No white space within: clients take the text as it stands.
        xml.start(.push("vapid-public-key"), attributes: ["type": "p256ecdsa"])
        xml.text(keyring.current.publicKey)
        xml.end()
        xml.end()
    }

    // MARK: Subscribing

    public func subscription(from element: XMLElement) async throws -> PushSubscription {
        let text = try element.only("push-resource")
        let endpoint = try destinations.endpoint(text)
        if let encoding = try element.atMostOne("content-encoding"), encoding.lowercased() != "aes128gcm" {
            throw DAVError.invalidPushSubscription("The only content-encoding is aes128gcm.")
        }
        let name =
            element.first(.push("subscription-public-key")) == nil ? "client-public-key" : "subscription-public-key"
        let keys: SubscriberKeys
        do {
            keys = try SubscriberKeys(p256dh: try element.only(name), auth: try element.only("auth-secret"))
        } catch let error as SubscriberKeysError {
            throw DAVError.invalidPushSubscription("The keys are wrong: \(error).")
        }
        switch await client.obstacle(to: endpoint) {
        case .refusedAddress:
            throw DAVError.invalidPushSubscription(
                "Messages are not sent to that address; push.allow names exceptions.")
        case .untrusted: throw DAVError.invalidPushSubscription("The host of the push resource is not known.")
        default: break
        }
        return PushSubscription(
            transport: id, identity: text, details: keys.publicKeyBytes + keys.authenticationSecret,
            lane: endpoint.origin)
    }

    // MARK: Sending

    public func send(_ notice: PushNotice, to subscription: PushSubscription) async -> PushOutcome {
        await send(notice, to: subscription, keys: keyring.keys(for: subscription.identity))
    }

    /// Tells that the key has changed (§6.2.1), signed with the one the subscription was made for.
    public func sendRotation(_ notice: PushNotice, to subscription: PushSubscription) async -> PushOutcome {
        await send(notice, to: subscription, keys: Array(keyring.retired.prefix(1)))
    }

    /// Tries the keys in turn while the service refuses the one before.
    private func send(_ notice: PushNotice, to subscription: PushSubscription, keys: [VAPIDKey]) async -> PushOutcome {
        guard let endpoint = try? destinations.endpoint(subscription.identity), subscription.details.count == 81,
            let subscriber = try? SubscriberKeys(
                publicKey: Array(subscription.details.prefix(65)),
                authenticationSecret: Array(subscription.details.suffix(16))),
            let content = try? encryption.encrypt(notice.body, for: subscriber)
        else { return PushOutcome(.forbidden, "the subscription is not allowed any more") }
        let message = WebPush.PushMessage(
            content, contentType: "application/xml; charset=\"UTF-8\"", timeToLive: Int(clamping: notice.lifetime),
            urgency: .init(notice.urgency), topic: .init(keyring.topic(notice.replacing)))
        var result: PushResult?
        for key in keys {
            guard let authorization = try? tokens.authorization(for: endpoint, key: key) else { continue }
            result = await client.send(message, to: endpoint, authorization: authorization)
            if result?.answer == .accepted { keyring.remember(key, for: subscription.identity) }
            guard result?.answer == .wrongKey else { break }
        }
        if result?.answer == .wrongKey, let key = keys.first,
            let fresh = try? tokens.authorization(for: endpoint, key: key, isFresh: true)
        {
            // The clock may have been set since it was signed.
            result = await client.send(message, to: endpoint, authorization: fresh)
        }
        return result.map(PushOutcome.init) ?? PushOutcome(.unavailable, "nothing could be signed")
    }
}

extension XMLElement {
    private func texts(_ name: String) -> [String] {
        elements.filter { $0.name == .push(name) }.map { $0.text.trimmingXMLSpace }
    }

    /// - Throws: 403 `invalid-subscription` unless there is exactly one, and it says something.
    fileprivate func only(_ name: String) throws(DAVError) -> String {
        let found = texts(name)
        guard found.count == 1, let text = found.first, !text.isEmpty else {
            throw .invalidPushSubscription("A subscription has exactly one \(name).")
        }
        return text
    }

    fileprivate func atMostOne(_ name: String) throws(DAVError) -> String? {
        let found = texts(name)
        guard found.count <= 1 else { throw .invalidPushSubscription("A subscription has one \(name) at most.") }
        return found.first
    }
}

extension WebPush.PushMessage.Urgency {
    fileprivate init(_ urgency: PushNotice.Urgency) {
        self =
            switch urgency {
            case .low: .low
            case .normal: .normal
            case .high: .high
            }
    }
}

extension PushOutcome {
    fileprivate init(_ result: PushResult) {
        let status = result.status.map(String.init) ?? ""
        switch result.answer {
        case .accepted: self.init(.accepted, status)
        case .gone, .notFound: self.init(.gone, "\(status): the subscription is no more")
        case .wrongKey: self.init(.unauthorized, "\(status): our key is refused")
        case .malformed, .tooLarge: self.init(.rejected, "\(status): not understood")
        case .pause(_, let seconds): self.init(.throttled(seconds), "\(status): too much at once")
        case .unavailable(let seconds?): self.init(.throttled(seconds), "\(status): come again later")
        case .unavailable(nil): self.init(.unavailable, status.isEmpty ? "no answer" : status)
        case .noReceiver: self.init(.unclaimed, "\(status): nobody to give it to")
        case .redirected: self.init(.redirected, "\(status): a redirect, not followed")
        case .untrusted: self.init(.unauthorized, "the name or the certificate is not to be trusted")
        case .refusedAddress: self.init(.forbidden, "the address is not allowed")
        }
    }
}

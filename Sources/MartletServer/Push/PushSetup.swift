import DAV
import DAVStorage
import DAVWebPush
import Logging
import ServiceLifecycle
import WebPush

/// Everything a server needs to push, put together from configuration and store.
struct PushSetup: Sendable {
    let offer: PushOffer
    let transport: WebPushTransport
    let keyring: VAPIDKeyring
    let client: PushClient
    let figures = PushFigures()

    /// - Returns: `nil` if push is not offered: switched off, no contact, or a store that keeps no registrations.
    init?(_ configuration: Configuration, _ store: any ServerStore, _ logger: Logger) async throws {
        guard let registry = store.backend.pushRegistry, let destinations = PushDestinations(configuration) else {
            if configuration.push, configuration.pushContact == nil {
                logger.notice(
                    "Push is off: set push.contact to an e-mail address at which push services can reach you.")
            }
            return nil
        }
        keyring = try await VAPIDKeyring.open(store.secrets)
        var settings = PushClient.Configuration()
        settings.addressPolicy = destinations.addresses
        do {
            settings.additionalTrustRoots =
                try configuration.pushTrust.map { [try SmallFile.read($0, upTo: 1 << 20)] } ?? []
            client = try PushClient(configuration: settings)
        } catch {
            throw ConfigurationError("`push.trust` must name a file with certificates in PEM: \(error)")
        }
        let tokens = VAPIDTokens(contact: configuration.pushContact?.contact ?? .nobody)
        transport = WebPushTransport(keyring: keyring, tokens: tokens, client: client, destinations: destinations)
        var offer = PushOffer(
            registry: registry, transports: [transport], origin: configuration.baseURL?.configurationText)
        offer.limits.perPrincipal = configuration.pushMost
        offer.lifetimes = min(3600, configuration.pushLifetime.count)...configuration.pushLifetime.count
        offer.defaultLifetime = min(7 * 86_400, configuration.pushLifetime.count)
        self.offer = offer
    }
}

/// Tells registrations while the server runs.
struct PushDispatchService: Service {
    let dispatcher: PushDispatcher
    let setup: PushSetup
    let store: any ServerStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await dispatcher.run() }
                group.addTask { await watchKeys() }
                group.addTask { await lookAround() }
            }
        }
        await setup.client.shutdown()
    }

    /// Every second: what other processes changed, and the figures for `/metrics`.
    private func lookAround() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            // What cannot be read now is read the next time.
            try? store.noticeOthers()
            setup.figures.update(await dispatcher.metrics)
        }
    }

    /// Takes over a key that `martlet push rotate-key` made, tells subscribers of it, and forgets keys that no subscription can be
    /// bound to any more.
    private func watchKeys() async {
        var rotation: PushRotation?
        while (try? await Task.sleep(for: .seconds(5))) != nil {
            do {
                let keys = try await store.secrets.secrets(VAPIDKeyring.purpose)
                if setup.keyring.update(try VAPIDKeyring.parse(keys)) {
                    logger.notice("The VAPID key was replaced; subscribers are told within the hour.")
                }
                if let key = keys.first, keys.count > 1, rotation?.progress.key != key.number {
                    rotation = try await resumedRotation(to: key)
                }
                try await advance(&rotation)
                // Mostly there is one key, and nothing to write.
                if keys.count > 1 {
                    try await store.secrets.removeSecrets(
                        VAPIDKeyring.purpose, replacedBefore: Timestamp.now.adding(seconds: -14 * 86_400))
                }
            } catch {
                logger.error("The VAPID keys cannot be read; it is tried again.", metadata: ["error": "\(error)"])
            }
        }
    }

    private func resumedRotation(to key: StoredSecret) async throws -> PushRotation {
        let kept = try await store.secrets.secrets(PushRotation.purpose).first.flatMap {
            PushRotation.Progress($0.value)
        }
        let progress = kept.flatMap { $0.key == key.number ? $0 : nil } ?? .init(key: key.number, began: .now)
        return PushRotation(registry: setup.offer.registry, transport: setup.transport, progress: progress)
    }

    private func advance(_ rotation: inout PushRotation?) async throws {
        guard let before = rotation?.progress, rotation?.isOver == false else { return }
        try await rotation?.advance(to: .now)
        guard let after = rotation?.progress, after != before else { return }
        _ = try await store.secrets.replaceSecret(PushRotation.purpose, by: after.bytes)
        try await store.secrets.removeSecrets(PushRotation.purpose, replacedBefore: .now)
    }
}

extension PushDispatchService: CustomStringConvertible {
    /// For logs of the services' start and stop: nothing of what it holds.
    var description: String { "push" }
}

public import DAV
import DAVStorage
import DAVWebPush
import Logging
import WebPush

/// What `martlet push` does, beside a running server or without one.
public struct PushAdministration: Sendable {
    private let configuration: Configuration
    private let store: any ServerStore
    private let registry: any PushRegistry

    /// - Throws: ``ConfigurationError`` if the store keeps no registrations.
    public init(_ configuration: Configuration, store: any ServerStore) throws {
        guard let registry = store.backend.pushRegistry else {
            throw ConfigurationError("This store keeps no registrations.")
        }
        self.configuration = configuration
        self.store = store
        self.registry = registry
    }

    /// All registrations of a person, or of everybody, with what became of the last message.
    public func registrations(of principal: PrincipalID?) async throws -> [PushRegistration] {
        var all: [PushRegistration] = []
        while true {
            let page = try await registry.registrations(of: principal, after: all.last?.id, limit: 500, now: .now)
            all += page
            if page.count < 500 { return all }
        }
    }

    /// Forgets one.
    ///
    /// - Returns: whether it was there.
    public func drop(_ id: PushRegistration.ID) async throws -> Bool {
        try await registry.unregister(id, of: nil, now: .now)
    }

    /// Sends one message as if something had changed, and keeps what the push service answered. `nil`: no such registration.
    ///
    /// - Throws: ``ConfigurationError`` if push is off.
    public func test(_ id: PushRegistration.ID) async throws -> PushOutcome? {
        guard let setup = try await PushSetup(configuration, store, Logger(label: "martlet")) else {
            throw ConfigurationError("Push is off: set `push.contact`, or `push.enabled`.")
        }
        guard let registration = try await registrations(of: nil).first(where: { $0.id == id }) else { return nil }
        let message = DAV.PushMessage.contentUpdate(of: registration.resource)
        let notice = PushNotice(
            body: message.xml, replacing: "test \(id)", urgency: .normal, lifetime: 3600)
        let outcome = await setup.transport.send(notice, to: registration.subscription)
        await setup.client.shutdown()
        var health = registration.health
        (health.lastAttempt, health.lastOutcome) = (.now, "test: " + outcome.summary)
        try await registry.record([PushRecord(id: id, health: health)])
        return outcome
    }

    /// Makes a new VAPID key. A running server takes it over within seconds, and tells subscribers within the hour; until they
    /// have subscribed anew, messages to them are signed with the old one.
    public func rotateKey() async throws -> String {
        _ = try await VAPIDKeyring.open(store.secrets)
        let key = VAPIDKey()
        _ = try await store.secrets.replaceSecret(VAPIDKeyring.purpose, by: key.rawRepresentation)
        return key.publicKey
    }
}

import AsyncHTTPClient
import NIOCore
import NIOSSL
import Synchronization

/// An HTTP client that connects to one address and no other, whatever the name says by now. The name is what TLS asks for
/// (SNI) and what the certificate must be for.
final class PinnedClient: Sendable {
    let http: HTTPClient

    init(host: PushEndpoint.Host, address: IPAddress, configuration: HTTPClient.Configuration) {
        var configuration = configuration
        configuration.dnsOverride = [host.description: address.description]
        http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }
}

/// The pinned clients in use, a bounded number.
final class PinnedClients: Sendable {
    private struct Key: Hashable {
        let origin: String
        let address: IPAddress
    }

    private struct Entry {
        let client: PinnedClient
        var users = 0
        var lastUse = ContinuousClock.now
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        /// The address of an origin that worked last.
        var preferred: [String: IPAddress] = [:]
        /// Clients that nobody new may use, until their last user is done.
        var retired: [ObjectIdentifier: Int] = [:]
        var isShutDown = false
    }

    private let configuration: HTTPClient.Configuration
    private let capacity: Int
    private let idleTimeout: Duration
    private let state = Mutex(State())

    init(configuration: HTTPClient.Configuration, capacity: Int, idleTimeout: Duration) {
        self.configuration = configuration
        self.capacity = max(1, capacity)
        self.idleTimeout = idleTimeout
    }

    var count: Int { state.withLock { $0.entries.count } }

    /// The addresses in the order in which to try them. Clients of the origin's former addresses are let go.
    func order(_ addresses: [IPAddress], for endpoint: PushEndpoint) -> [IPAddress] {
        let (order, idle) = state.withLock { state -> ([IPAddress], [PinnedClient]) in
            var idle: [PinnedClient] = []
            for key in state.entries.keys where key.origin == endpoint.origin && !addresses.contains(key.address) {
                retire(key, in: &state, &idle)
            }
            guard let preferred = state.preferred[endpoint.origin], addresses.contains(preferred) else {
                state.preferred[endpoint.origin] = nil
                return (addresses, idle)
            }
            return ([preferred] + addresses.filter { $0 != preferred }, idle)
        }
        shutDown(idle)
        return order
    }

    /// A client that connects to `address`, until ``release(_:of:at:worked:)``. `nil` if as many as may be are busy.
    func lease(for endpoint: PushEndpoint, at address: IPAddress) -> PinnedClient? {
        let key = Key(origin: endpoint.origin, address: address)
        let (client, idle) = state.withLock { state -> (PinnedClient?, [PinnedClient]) in
            var idle: [PinnedClient] = []
            guard !state.isShutDown else { return (nil, idle) }
            if state.entries[key] == nil {
                makeRoom(in: &state, &idle)
                guard state.entries.count < capacity else { return (nil, idle) }
                state.entries[key] = Entry(
                    client: PinnedClient(host: endpoint.host, address: address, configuration: configuration))
            }
            state.entries[key]?.users += 1
            return (state.entries[key]?.client, idle)
        }
        shutDown(idle)
        return client
    }

    func release(_ client: PinnedClient, of endpoint: PushEndpoint, at address: IPAddress, worked: Bool) {
        let key = Key(origin: endpoint.origin, address: address)
        let isIdle = state.withLock { state -> Bool in
            if state.entries[key]?.client === client {
                state.entries[key]?.users -= 1
                state.entries[key]?.lastUse = .now
                if worked { state.preferred[endpoint.origin] = address }
                return false
            }
            let id = ObjectIdentifier(client)
            guard let users = state.retired[id] else { return false }
            state.retired[id] = users > 1 ? users - 1 : nil
            return users == 1
        }
        if isIdle { shutDown([client]) }
    }

    func shutDown() async {
        let clients = state.withLock { state in
            defer {
                state.entries = [:]
                state.preferred = [:]
                state.isShutDown = true
            }
            return state.entries.values.map(\.client)
        }
        for client in clients { try? await client.http.shutdown() }
    }

    /// Lets go of clients that were idle for long, and of the longest idle one if all places are taken.
    private func makeRoom(in state: inout State, _ idle: inout [PinnedClient]) {
        let now = ContinuousClock.now
        for (key, entry) in state.entries where entry.users == 0 && now - entry.lastUse > idleTimeout {
            retire(key, in: &state, &idle)
        }
        guard state.entries.count >= capacity,
            let oldest = state.entries.filter({ $0.value.users == 0 }).min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return }
        retire(oldest.key, in: &state, &idle)
    }

    private func retire(_ key: Key, in state: inout State, _ idle: inout [PinnedClient]) {
        guard let entry = state.entries.removeValue(forKey: key) else { return }
        if entry.users == 0 {
            idle.append(entry.client)
        } else {
            state.retired[ObjectIdentifier(entry.client)] = entry.users
        }
        if state.preferred[key.origin] == key.address { state.preferred[key.origin] = nil }
    }

    private func shutDown(_ clients: [PinnedClient]) {
        for client in clients { Task { try? await client.http.shutdown() } }
    }
}

extension HTTPClient.Configuration {
    /// A client that follows nothing, unpacks nothing, knows no proxy, and tells nobody what it does.
    static func push(_ configuration: PushClient.Configuration, trustRoots: [NIOSSLCertificate]) -> Self {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        // A service that floods would be read on for as long as its farewell is waited for.
        tls.shutdownTimeout = .milliseconds(100)
        if !trustRoots.isEmpty { tls.additionalTrustRoots = [.certificates(trustRoots)] }
        var http = Self(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: .init(configuration.connectTimeout), read: .init(configuration.totalTimeout)),
            proxy: nil, ignoreUncleanSSLShutdown: true, decompression: .disabled)
        http.connectionPool.idleTimeout = .init(configuration.idleTimeout)
        http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, configuration.connectionsPerOrigin)
        http.httpVersion = configuration.allowsHTTP2 ? .automatic : .http1Only
        // One attempt: the next address, or a later time, is for the caller to choose.
        http.connectionPool.retryConnectionEstablishment = false
        // A span would hold the URL, which is a secret.
        http.tracing.tracer = nil
        return http
    }
}

import Synchronization

/// Where origins are: addresses that were found and judged, for a bounded time.
///
/// Addresses are judged each time they are found, and connections go to judged addresses only, never to a name. So a name
/// that changes its mind between the check and the connection (DNS rebinding) gains nothing.
final class Destinations: Sendable {
    private struct Known {
        let addresses: [IPAddress]
        let found: ContinuousClock.Instant
    }

    private struct State {
        var known: [String: Known] = [:]
        var searches: [String: Task<Result<[IPAddress], Refusal>, Never>] = [:]
    }

    /// Why there is nowhere to connect to.
    enum Refusal: Error {
        case forbidden
        case noSuchName
        case unresolved
    }

    private let policy: AddressPolicy
    private let resolver: any PushResolver
    private let lifetime: Duration
    private let timeout: Duration
    private let capacity: Int
    private let state = Mutex(State())

    init(policy: AddressPolicy, resolver: any PushResolver, lifetime: Duration, timeout: Duration, capacity: Int) {
        self.policy = policy
        self.resolver = resolver
        self.lifetime = lifetime
        self.timeout = timeout
        self.capacity = capacity
    }

    /// The addresses to try for `endpoint`, all of them allowed. Senders to one origin share one search.
    func addresses(for endpoint: PushEndpoint) async -> Result<[IPAddress], Refusal> {
        let now = ContinuousClock.now
        let running = state.withLock { state -> Task<Result<[IPAddress], Refusal>, Never>? in
            if let known = state.known[endpoint.origin], now - known.found < lifetime { return nil }
            if let search = state.searches[endpoint.origin] { return search }
            let search = Task { await self.search(endpoint) }
            state.searches[endpoint.origin] = search
            return search
        }
        if let running { return await running.value }
        guard let known = state.withLock({ $0.known[endpoint.origin] }) else { return await search(endpoint) }
        return .success(known.addresses)
    }

    private func search(_ endpoint: PushEndpoint) async -> Result<[IPAddress], Refusal> {
        let result = await find(endpoint)
        return state.withLock { state in
            state.searches[endpoint.origin] = nil
            switch result {
            case .success(let addresses) where policy.allows(addresses, for: endpoint):
                if state.known.count >= capacity { forgetOldest(&state) }
                state.known[endpoint.origin] = Known(addresses: addresses, found: .now)
                return .success(addresses)
            case .success:
                state.known[endpoint.origin] = nil
                return .failure(.forbidden)
            // A name service that is away does not change where a service is; what was judged before stays so.
            case .failure(.unresolved):
                if let known = state.known[endpoint.origin] { return .success(known.addresses) }
                return .failure(.unresolved)
            case .failure(let refusal):
                state.known[endpoint.origin] = nil
                return .failure(refusal)
            }
        }
    }

    private func find(_ endpoint: PushEndpoint) async -> Result<[IPAddress], Refusal> {
        guard case .name(let name) = endpoint.host else {
            if case .address(let address) = endpoint.host { return .success([address]) }
            return .failure(.unresolved)
        }
        let found = await within(timeout) { [resolver] () -> Result<[IPAddress], PushResolutionError> in
            do throws(PushResolutionError) {
                return .success(try await resolver.addresses(of: name))
            } catch {
                return .failure(error)
            }
        }
        return switch found {
        case .success(let addresses)? where addresses.isEmpty: .failure(.noSuchName)
        case .success(let addresses)?: .success(addresses)
        case .failure(.noSuchName)?: .failure(.noSuchName)
        case .failure(.failed)?, nil: .failure(.unresolved)
        }
    }

    private func forgetOldest(_ state: inout State) {
        guard let oldest = state.known.min(by: { $0.value.found < $1.value.found }) else { return }
        state.known[oldest.key] = nil
    }
}

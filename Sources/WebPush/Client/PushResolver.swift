import Dispatch
import Glibc

/// Finds the addresses of a host. A parameter, so that tests can say what the name service says, and change it.
public protocol PushResolver: Sendable {
    /// All addresses of `name`, in the order in which they should be tried.
    ///
    /// The caller waits for a bounded time only; an answer that comes later is not looked at.
    func addresses(of name: String) async throws(PushResolutionError) -> [IPAddress]
}

/// Why no addresses were found.
public enum PushResolutionError: Error, Hashable, Sendable {
    /// The name does not exist, or has no address: final, as far as the name service knows.
    case noSuchName
    /// No answer, or one that says to ask again.
    case failed
}

/// The system's resolver: `/etc/hosts`, the name service, and the order of RFC 6724.
public struct SystemResolver: PushResolver {
    /// Lookups block. They have threads of their own, away from those that serve requests.
    private static let queue = DispatchQueue(label: "WebPush.SystemResolver", attributes: .concurrent)

    public init() {}

    public func addresses(of name: String) async throws(PushResolutionError) -> [IPAddress] {
        try await withCheckedContinuation { continuation in
            Self.queue.async { continuation.resume(returning: Self.lookUp(name)) }
        }.get()
    }

    private static func lookUp(_ name: String) -> Result<[IPAddress], PushResolutionError> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(name, nil, &hints, &first)
        guard status == 0 else { return .failure(status == EAI_NONAME ? .noSuchName : .failed) }
        defer { freeaddrinfo(first) }
        var addresses: [IPAddress] = []
        var next = first
        while let entry = next {
            if let address = IPAddress(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return .success(addresses)
    }
}

extension IPAddress {
    fileprivate init?(_ entry: addrinfo) {
        guard let address = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET where Int(entry.ai_addrlen) >= MemoryLayout<sockaddr_in>.size:
            self = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                .v4(UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
            }
        case AF_INET6 where Int(entry.ai_addrlen) >= MemoryLayout<sockaddr_in6>.size:
            self = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin6_addr) { .v6($0.reduce(0) { $0 << 8 | UInt128($1) }) }
            }
        default: return nil
        }
    }
}

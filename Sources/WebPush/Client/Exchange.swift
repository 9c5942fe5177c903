import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What a push service said.
struct PushReply: Sendable {
    let status: Int
    let version: String
    let retryAfter: String?
    let timeToLive: Int?
    let body: [UInt8]
}

/// Why nothing was said.
enum PushFailure: Error, Hashable {
    /// No connection: nothing was sent, and another address may do.
    case noConnection
    /// The certificate is not for the name, or nobody who is trusted vouches for it.
    case untrusted
    /// Too late, or broken off.
    case noReply
}

/// One request and its answer, over one pinned client.
enum Exchange {
    static func run(
        _ request: HTTPClientRequest, over http: HTTPClient, until deadline: ContinuousClock.Instant, longestReply: Int
    ) async throws(PushFailure) -> PushReply {
        let outcome = await withTaskGroup(of: Result<PushReply, PushFailure>?.self) { group in
            group.addTask {
                do {
                    return .success(try await exchange(request, over: http, deadline, longestReply: longestReply))
                } catch {
                    return .failure(PushFailure(error))
                }
            }
            // The client's own deadline ends with the head of the answer; a body may drip for ever.
            group.addTask {
                try? await Task.sleep(until: deadline)
                return nil
            }
            let first = await group.next().flatMap { $0 }
            group.cancelAll()
            if let first { return first }
            // Time is up. If the head came before, it is the answer.
            guard case .success(let reply)? = await group.next().flatMap({ $0 }) else { return .failure(.noReply) }
            return .success(reply)
        }
        return try outcome.get()
    }

    private static func exchange(
        _ request: HTTPClientRequest, over http: HTTPClient, _ deadline: ContinuousClock.Instant, longestReply: Int
    ) async throws -> PushReply {
        let left = TimeAmount(max(.zero, deadline - .now))
        let response = try await http.execute(request, deadline: .now() + left)
        var body: [UInt8] = []
        // Leaving the loop before the end closes the connection, or this stream of it.
        if longestReply > 0 {
            do {
                for try await var chunk in response.body {
                    body += chunk.readBytes(length: min(chunk.readableBytes, longestReply - body.count)) ?? []
                    if body.count >= longestReply { break }
                }
            } catch {
                // Broken off or out of time; the status is what counts, and it is known.
            }
        }
        return PushReply(
            status: Int(response.status.code), version: "\(response.version.major).\(response.version.minor)",
            retryAfter: response.headers.first(name: "retry-after"),
            timeToLive: response.headers.first(name: "ttl").flatMap { Int($0) }, body: body)
    }
}

extension PushFailure {
    init(_ error: any Error) {
        switch error {
        case let failure as PushFailure: self = failure
        case is NIOSSLExtraError: self = .untrusted
        case NIOSSLError.handshakeFailed(let cause): self = Self.isOfCertificate(cause) ? .untrusted : .noConnection
        case is NIOSSLError: self = .noConnection
        case ChannelError.connectTimeout, is NIOConnectionError: self = .noConnection
        case let error as IOError: self = Self.isOfConnecting(error) ? .noConnection : .noReply
        case let error as HTTPClientError:
            self = Self.ofConnecting.contains(error) ? .noConnection : .noReply
        default: self = .noReply
        }
    }

    private static let ofConnecting: [HTTPClientError] = [
        .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout,
    ]

    private static func isOfConnecting(_ error: IOError) -> Bool {
        [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.errnoCode)
    }

    private static func isOfCertificate(_ error: BoringSSLError) -> Bool {
        // The library names its reasons in text only.
        "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(Int64(clamping: Int128(seconds) * 1_000_000_000 + Int128(attoseconds / 1_000_000_000)))
    }
}

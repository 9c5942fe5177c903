import DAV
import DAVHummingbird
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// The server's own responder: who asks, from where, how it is told; then the WebDAV handler.
struct EdgeResponder: EdgeAnswering {
    let handle: DAVBridge.Handle
    let signIn: SignIn
    let pages: ServicePages
    let homes: Homes
    /// `nil`: there are no links.
    var links: LinkGate?
    let proxies: TrustedProxies
    let crossOrigin: CrossOrigin?
    let baseURL: BaseURL?
    let isTLS: Bool
    let allowInsecure: Bool
    let metrics: ServerMetrics
    let logger: Logger

    func answer(_ request: Request, _ context: EdgeContext) async -> (Response, isStreaming: Bool) {
        let id = RequestID.taking(request.headers.value(of: .xRequestID))
        let record = RequestRecord(
            request.method, target: request.head.path ?? "", id: id, metrics: metrics, logger: logger)
        // Who announces little to read is answered on the connection's event loop; the rest may take long.
        let (answer, isStreaming) =
            Self.isShort(request)
            ? await self.answer(request, context, record)
            : await withTaskExecutorPreference(globalConcurrentExecutor) {
                await self.answer(request, context, record)
            }
        var response = answer
        response.headers[.xRequestID] = id
        crossOrigin?.expose(&response, to: request)
        record.answers(response.status)
        if !isStreaming {
            record.sent(response.body.contentLength ?? 0)
            record.finish()
        }
        return (response, isStreaming)
    }

    private static func isShort(_ request: Request) -> Bool {
        guard let length = request.headers.value(of: .contentLength).flatMap(Int.init) else {
            return [.get, .head, .options].contains(request.method)
        }
        return length <= 64 << 10
    }

    private func answer(_ request: Request, _ context: EdgeContext, _ record: RequestRecord) async -> (
        Response, isStreaming: Bool
    ) {
        guard let peer = context.peer else {
            return (.plain(.badRequest, "The connection has no address.", closing: true), false)
        }
        let view = proxies.view(of: request.headers, peer: peer)
        record.sends(from: view.client)
        guard let origin = origin(of: request, view) else {
            return (.plain(.badRequest, "The request must name its host.", closing: true), false)
        }
        if let preflight = crossOrigin?.preflight(request) { return (preflight, false) }
        if let redirect = WellKnown.answer(request, origin) { return (redirect, false) }
        if let page = await pages.answer(request, origin) { return (page, false) }
        let mayUsePasswords = mayUsePasswords(request, view, context)
        if let links, LinkPaths.contain(origin.target) {
            return await follow(links, request, from: view.client, at: origin, mayUsePasswords, context, record)
        }
        let authorization = request.headers.lazy.filter { $0.name == .authorization }
        do {
            guard authorization.dropFirst().isEmpty else {
                return (.plain(.badRequest, "One Authorization header is enough."), false)
            }
            switch try await signIn.judge(
                authorization.first?.value, from: view.client, mayUsePasswords: mayUsePasswords)
            {
            case .refused(let response, let failure):
                if let failure { metrics.authenticationFailed(failure) }
                return (response, false)
            case .caller(let caller):
                if let principal = caller.principal {
                    record.signedIn(as: principal.name.string)
                    try await homes.ensure(principal)
                }
                return await pass(request, from: caller, at: origin, mayUsePasswords, context, record)
            }
        } catch {
            logger.error("Signing in failed", metadata: ["request": .string(record.id), "error": "\(error)"])
            return (.plain(.serviceUnavailable, "The server cannot check passwords just now."), false)
        }
    }

    private func pass(
        _ request: Request, from caller: Caller, at origin: RequestOrigin, _ mayUsePasswords: Bool,
        _ context: EdgeContext,
        _ record: RequestRecord
    ) async -> (Response, isStreaming: Bool) {
        let watched = WatchedAnswer(record)
        let bridge = DAVBridge { await watched.watch(handle, $0) }
        var response = await bridge.respond(to: request, from: caller, at: origin, channel: context.channel)
        if response.status == .unauthorized {
            // A challenge would have the client send its password where it can be read.
            guard mayUsePasswords else { return (SignIn.insecure, false) }
            response.headers[.wwwAuthenticate] = signIn.challenge
        }
        return (response, watched.isStreaming)
    }

    /// Whoever follows a link does not sign in: credentials are for the link, or for nobody.
    private func follow(
        _ links: LinkGate, _ request: Request, from client: IPAddress, at origin: RequestOrigin,
        _ mayUsePasswords: Bool, _ context: EdgeContext, _ record: RequestRecord
    ) async -> (Response, isStreaming: Bool) {
        let watched = WatchedAnswer(record)
        var handle: DAVBridge.Handle
        do {
            switch try await links.judge(
                request, target: origin.target, from: client, mayUsePasswords: mayUsePasswords)
            {
            case .granted(let granted): handle = granted
            case .refused(let response, let failure):
                if let failure { metrics.authenticationFailed(failure) }
                handle = { request in request.method == .head ? response.withoutBody : response }
            }
        } catch {
            logger.error(
                "A link could not be looked up", metadata: ["request": .string(record.id), "error": "\(error)"])
            return (.plain(.serviceUnavailable, "The server cannot look up links just now."), false)
        }
        let bridge = DAVBridge { [handle] in await watched.watch(handle, $0) }
        let response = await bridge.respond(to: request, from: .bearer, at: origin, channel: context.channel)
        return (response, watched.isStreaming)
    }

    private func origin(of request: Request, _ view: TrustedProxies.View) -> RequestOrigin? {
        guard var origin = RequestOrigin(of: request, scheme: view.scheme ?? (isTLS ? "https" : "http")) else {
            return nil
        }
        if let host = view.host {
            guard RequestOrigin.isPlausible(authority: host) else { return nil }
            origin.authority = host
        }
        if let baseURL {
            origin.scheme = baseURL.scheme
            origin.authority = baseURL.authority
        }
        return origin
    }

    /// The rule for Basic over plain HTTP: encrypted, or on this machine, or switched on (H-11).
    private func mayUsePasswords(_ request: Request, _ view: TrustedProxies.View, _ context: EdgeContext) -> Bool {
        if isTLS || allowInsecure { return true }
        if view.isForwarded { return view.scheme == "https" }
        // A proxy on this machine that is not trusted makes every client look local.
        let isProxied = request.headers.contains(.xForwardedFor) || request.headers.contains(.forwarded)
        return view.client.isLoopback && context.isLocalListener && !isProxied
    }
}

extension DAVResponse {
    /// What HEAD answers where GET would answer this.
    fileprivate var withoutBody: DAVResponse {
        var response = self
        if case .bytes(let bytes) = body { response.body = .head(length: Int64(bytes.count)) }
        return response
    }
}

/// Names requests in logs; a client's or proxy's own name is kept if it is harmless.
enum RequestID {
    static func taking(_ offered: String?) -> String {
        if let offered, (1...64).contains(offered.utf8.count), offered.utf8.allSatisfy(isHarmless) { return offered }
        return String(next(), radix: 36)
    }

    private static let counter = Atomic(UInt64.random(in: .min ... .max))

    /// Weyl's sequence, mixed as SplitMix64 does it: no two requests of a process have the same, and nobody asks the kernel.
    private static func next() -> UInt64 {
        var number = counter.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
        number = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ number >> 27) &* 0x94D0_49BB_1331_11EB
        return number ^ number >> 31
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._".utf8.contains(byte)
        }
    }
}

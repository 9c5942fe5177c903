public import DAV
public import Hummingbird

/// Tells who sends a request. Throw a ``DAVError``, or an error Hummingbird knows, to refuse it.
public typealias Authenticator<Context> = @Sendable (Request, Context) async throws -> Caller

/// A whole Hummingbird application that is a WebDAV server: no router, every method and path goes to the handler.
///
/// ```swift
/// let app = Application(responder: DAVResponder<BasicDAVRequestContext>(handler) { request, _ in .anonymous })
/// ```
public struct DAVResponder<Context: RequestContext>: HTTPResponder {
    private let bridge: DAVBridge
    private let scheme: String
    private let authenticate: Authenticator<Context>

    /// - Parameter scheme: what clients use, `https` if TLS ends at this server or at a proxy in front of it.
    public init(_ handler: DAVHandler, scheme: String = "http", authenticate: @escaping Authenticator<Context>) {
        self.init(DAVBridge { await handler.handle($0) }, scheme: scheme, authenticate: authenticate)
    }

    public init(_ bridge: DAVBridge, scheme: String = "http", authenticate: @escaping Authenticator<Context>) {
        self.bridge = bridge
        self.scheme = scheme
        self.authenticate = authenticate
    }

    public func respond(to request: Request, context: Context) async throws -> Response {
        guard let origin = RequestOrigin(of: request, scheme: scheme) else {
            return .plain(.badRequest, "The request must name its host.", closing: true)
        }
        do {
            let caller = try await authenticate(request, context)
            return await bridge.respond(
                to: request, from: caller, at: origin, channel: (context as? any DAVRequestContext)?.channel)
        } catch let error as DAVError {
            return .plain(error.status, error.message)
        }
    }
}

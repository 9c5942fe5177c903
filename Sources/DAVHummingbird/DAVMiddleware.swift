public import DAV
public import Hummingbird

/// Puts a WebDAV tree under a prefix of somebody's own Hummingbird application.
///
/// Everything at or below the handler's prefix (``ServerFacts/prefix``) is answered by the handler; everything else goes on
/// to the application's routes. The path is compared as it came, before any decoding, segment by segment.
///
/// ```swift
/// router.add(middleware: DAVMiddleware(handler) { request, context in try await signIn(request) })
/// ```
public struct DAVMiddleware<Context: RequestContext>: RouterMiddleware {
    private let responder: DAVResponder<Context>
    private let prefix: String

    public init(_ handler: DAVHandler, scheme: String = "http", authenticate: @escaping Authenticator<Context>) {
        responder = DAVResponder(handler, scheme: scheme, authenticate: authenticate)
        prefix = handler.facts.prefix
    }

    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard contains(request.head.path ?? "") else { return try await next(request, context) }
        return try await responder.respond(to: request, context: context)
    }

    private func contains(_ target: String) -> Bool {
        guard target.utf8.starts(with: prefix.utf8) else { return false }
        let following = target.utf8.dropFirst(prefix.utf8.count).first
        return following == nil || following == UInt8(ascii: "/") || following == UInt8(ascii: "?")
    }
}

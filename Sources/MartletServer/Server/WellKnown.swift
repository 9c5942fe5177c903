import DAVHummingbird
import HTTPTypes
import Hummingbird

/// Where `/.well-known/caldav` and `/.well-known/carddav` lead (RFC 6764 §5): to the root, which asks for credentials and
/// then answers `DAV:current-user-principal`.
///
/// Every method is redirected, before anybody is asked who they are: a client may not send a password to a place it has not
/// yet found. The status is 301, the one of RFC 6764's three that keeps PROPFIND a PROPFIND everywhere: 303 would make it a
/// GET, and 307 and 308 are not followed by older clients of KDE and Apple.
enum WellKnown {
    static func answer(_ request: Request, _ origin: RequestOrigin) -> Response? {
        guard origin.target.utf8.starts(with: "/.well-known/".utf8) else { return nil }
        var path = origin.target.utf8.prefix { $0 != UInt8(ascii: "?") }
        if path.last == UInt8(ascii: "/") { path.removeLast() }
        guard names.contains(String(decoding: path, as: UTF8.self)) else { return nil }
        // As the client sees the server: behind a proxy that ends TLS, the redirect must not lead back to http.
        let target = "\(origin.scheme)://\(origin.authority)/"
        var response = Response.plain(.movedPermanently, "Calendars and contacts are found from \(target)")
        response.headers[.location] = target
        response.headers[.cacheControl] = "max-age=3600"
        return request.method == .head ? response.createHeadResponse() : response
    }

    private static let names: Set = ["/.well-known/caldav", "/.well-known/carddav"]
}

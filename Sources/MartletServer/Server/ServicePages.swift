import Crypto
import DAVHummingbird
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What the server answers besides WebDAV: `/health`, `/metrics`, and a page for a browser that comes to `/` without signing in.
struct ServicePages: Sendable {
    let store: any ServerStore
    let metrics: ServerMetrics
    let metricsToken: String?
    let logger: Logger

    /// - Returns: `nil` if the request is for somebody else.
    func answer(_ request: Request, _ origin: RequestOrigin) async -> Response? {
        guard request.method == .get || request.method == .head else { return nil }
        let path = origin.target.utf8.prefix { $0 != UInt8(ascii: "?") }
        let page: Response?
        switch String(decoding: path, as: UTF8.self) {
        case "/health": page = await health()
        case "/metrics" where metricsToken != nil: page = metricsPage(request.headers[.authorization])
        case "/" where isBrowser(request): page = welcome(origin)
        default: page = nil
        }
        guard var page else { return nil }
        page.headers[.cacheControl] = "no-store"
        return request.method == .head ? page.createHeadResponse() : page
    }

    func health() async -> Response {
        do {
            try await store.check()
            return .plain(.ok, "ok")
        } catch {
            logger.error("The store does not answer", metadata: ["error": "\(error)"])
            return .plain(.serviceUnavailable, "The store does not answer; the server's log tells why.")
        }
    }

    /// - Parameter authorization: must hold the token if there is one.
    func metricsPage(_ authorization: String?) -> Response {
        if let metricsToken, !Self.isToken(metricsToken, in: authorization ?? "") {
            var response = Response.plain(.unauthorized, "Send the token of metrics.token as a bearer token.")
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text())))
    }

    // Compared as hashes, so that the time taken says nothing about the token.
    private static func isToken(_ token: String, in authorization: String) -> Bool {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        return SHA256.hash(data: Array(parts[1].utf8)) == SHA256.hash(data: Array(token.utf8))
    }

    private func isBrowser(_ request: Request) -> Bool {
        !request.headers.contains(.authorization) && request.headers[.accept]?.contains("text/html") == true
    }

    private func welcome(_ origin: RequestOrigin) -> Response {
        let url = "\(origin.scheme)://\(origin.authority)/files/"
        // The authority is made of letters, digits and a few marks that mean nothing in HTML.
        let page = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Martlet</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:3em auto;padding:0 1em;color:#222}
            code{background:#eee;padding:.1em .3em;border-radius:.2em}</style></head><body>
            <h1>Martlet</h1>
            <p>This is a server of calendars, contacts and files. In a calendar or contacts application, type \
            <code>\(origin.scheme)://\(origin.authority)/</code> with your user name and password.</p>
            <p>For files, connect a file manager or a sync client to <code>\(url)</code> with your user name and password:</p>
            <ul>
            <li>Windows: <i>Map network drive</i></li>
            <li>macOS Finder: <i>Go, Connect to Server</i></li>
            <li>GNOME Files and Dolphin: the same address with <code>dav</code> for <code>http</code>, <code>davs</code> for <code>https</code></li>
            <li>rclone: type <code>webdav</code>, vendor <code>other</code></li>
            </ul>
            <p>Or <a href="/files/">look at your files here</a>.</p>
            </body></html>

            """
        return Response(
            status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
    }
}

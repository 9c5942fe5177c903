import NIOCore
import NIOHTTP1

/// Judgements about one HTTP/1 request head.
enum HTTP1Head {
    /// The status that refuses the request by its head alone, if any does.
    static func fault(of head: HTTPRequestHead, _ limits: ConnectionLimits) -> HTTPResponseStatus? {
        if head.version.major != 1 { return .httpVersionNotSupported }
        if head.uri.utf8.count > limits.maxTargetBytes { return .uriTooLong }
        var hosts = 0
        for (name, _) in head.headers where name.utf8.count == 4 && name.lowercased() == "host" { hosts += 1 }
        if hosts > 1 || hosts == 0 && head.version != .http1_0 { return .badRequest }
        if head.headers.contains(name: "transfer-encoding") {
            let codings = head.headers[canonicalForm: "transfer-encoding"]
            // RFC 9112 §6.1: chunked in HTTP/1.0 is a sign of a confused intermediary.
            if head.version == .http1_0 { return .badRequest }
            if codings.count != 1 || codings[0].lowercased() != "chunked" { return .notImplemented }
        }
        return nil
    }

    /// A target in absolute form outranks `Host` (RFC 9112 §3.2.2); the parts above only look at `Host`.
    static func preferAbsoluteForm(_ head: inout HTTPRequestHead) {
        // Nearly always it is a path.
        guard head.uri.utf8.first != UInt8(ascii: "/") else { return }
        for scheme in ["http://", "https://"] where head.uri.prefix(scheme.utf8.count).lowercased() == scheme {
            let rest = head.uri.dropFirst(scheme.utf8.count)
            head.headers.replaceOrAdd(name: "host", value: String(rest.prefix { $0 != "/" && $0 != "?" }))
        }
    }

    static func asksToClose(_ head: HTTPRequestHead) -> Bool {
        if head.version == .http1_0 { return true }
        guard head.headers.contains(name: "connection") else { return false }
        return head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
    }

    static func contentLength(_ head: HTTPRequestHead) -> Int64 {
        head.headers.first(name: "content-length").flatMap(Int64.init) ?? 0
    }

    /// The name a client meant that sent none (RFC 9112 §3.3).
    static func localHost(_ channel: any Channel) -> String {
        guard let address = channel.localAddress, let ip = address.ipAddress, let port = address.port else {
            return "localhost"
        }
        return ip.utf8.contains(UInt8(ascii: ":")) ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }

    static func status(for error: HTTPParserError) -> HTTPResponseStatus {
        switch error {
        case .headerOverflow: .requestHeaderFieldsTooLarge
        case .invalidMethod: .notImplemented
        default: .badRequest
        }
    }
}

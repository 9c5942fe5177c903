import DAVHummingbird
import HTTPTypes
import Hummingbird
import NIOCore

/// Who the client is and what it asked for, seen through the proxies in front of the server.
///
/// Forwarding headers are believed only from the networks that were configured; from anybody else they are the client's own
/// invention.
struct TrustedProxies: Sendable {
    var networks: [AddressRange]

    struct View: Sendable {
        var client: IPAddress
        /// The connection came from a proxy that is trusted.
        var isForwarded: Bool
        var scheme: String?
        var host: String?
    }

    func view(of request: HTTPFields, peer: IPAddress) -> View {
        guard networks.contains(where: { $0.contains(peer) }) else {
            return View(client: peer, isForwarded: false, scheme: nil, host: nil)
        }
        return forwarded(request, peer) ?? xForwarded(request, peer)
    }

    /// RFC 7239; the last element was written by the nearest proxy.
    private func forwarded(_ request: HTTPFields, _ peer: IPAddress) -> View? {
        let elements = request[values: .forwarded].joined(separator: ",").split(separator: ",").map(Self.parameters)
        guard !elements.isEmpty else { return nil }
        var view = View(client: peer, isForwarded: true, scheme: nil, host: nil)
        for element in elements.reversed() {
            view.scheme = element["proto"].flatMap(Self.scheme) ?? view.scheme
            view.host = element["host"] ?? view.host
            guard let address = element["for"].flatMap(Self.address) else { break }
            view.client = address
            if !networks.contains(where: { $0.contains(address) }) { break }
        }
        return view
    }

    private func xForwarded(_ request: HTTPFields, _ peer: IPAddress) -> View {
        var view = View(client: peer, isForwarded: true, scheme: nil, host: nil)
        for hop in request[values: .xForwardedFor].joined(separator: ",").split(separator: ",").reversed() {
            guard let address = Self.address(String(hop.trimmingSpaces)) else { break }
            view.client = address
            if !networks.contains(where: { $0.contains(address) }) { break }
        }
        view.scheme = Self.last(request[values: .xForwardedProto]).flatMap(Self.scheme)
        view.host = Self.last(request[values: .xForwardedHost])
        return view
    }

    private static func last(_ values: [String]) -> String? {
        values.joined(separator: ",").split(separator: ",").last.map { String($0.trimmingSpaces) }
    }

    private static func scheme(_ text: String) -> String? {
        let scheme = text.lowercased()
        return scheme == "http" || scheme == "https" ? scheme : nil
    }

    /// `192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]:4711`, `2001:db8::1`.
    private static func address(_ text: String) -> IPAddress? {
        if text.hasPrefix("[") { return IPAddress(text.dropFirst().prefix { $0 != "]" }) }
        return IPAddress(text) ?? IPAddress(text.prefix { $0 != ":" })
    }

    private static func parameters(_ element: Substring) -> [String: String] {
        var found: [String: String] = [:]
        for pair in element.split(separator: ";") {
            let sides = pair.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { continue }
            var value = sides[1].trimmingSpaces
            if value.hasPrefix("\""), value.hasSuffix("\""), value.utf8.count >= 2 {
                value = value.dropFirst().dropLast()
            }
            found[sides[0].trimmingSpaces.lowercased()] = String(value)
        }
        return found
    }
}

extension HTTPField.Name {
    static let forwarded = Self("Forwarded")!
    static let xForwardedFor = Self("X-Forwarded-For")!
    static let xForwardedProto = Self("X-Forwarded-Proto")!
    static let xForwardedHost = Self("X-Forwarded-Host")!
    static let xRequestID = Self("X-Request-Id")!
    static let retryAfter = Self("Retry-After")!
}

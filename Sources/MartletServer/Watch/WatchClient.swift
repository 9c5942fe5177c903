import DAV
import NIOCore
import NIOPosix

/// The requests of `martlet watch`: with the password to the origin that was named, and to no other.
struct WatchClient: Sendable {
    let url: ProbeURL
    private let authorization: String?
    let probe: ProbeClient

    /// Listings of large collections are long.
    private static let limits = XMLLimits(maxBytes: 64 << 20, maxElements: 4_000_000)
    private static let mostRedirects = 5

    init(_ url: ProbeURL, user: String?, password: [UInt8], authority: String?) {
        self.url = url
        authorization = user.map { user in
            let token = Base64.encode(Array(user.utf8) + [UInt8(ascii: ":")] + password)
            return "Basic " + token + String(repeating: "=", count: (4 - token.utf8.count % 4) % 4)
        }
        var probe = ProbeClient(authority: authority)
        probe.userAgent = "martlet-watch"
        probe.timeout = .seconds(60)
        self.probe = probe
    }

    /// - Throws: ``ProbeFailure``.
    func send(
        _ method: String, _ url: ProbeURL, depth: Depth? = nil, xml: [UInt8]? = nil
    ) async throws -> ProbeAnswer {
        var request = ProbeRequest(method: method, url: url)
        if let authorization, url.isSameOrigin(as: self.url) {
            request.headers.append((name: "Authorization", value: authorization))
        }
        if let depth { request.headers.append((name: "Depth", value: depth.rawValue)) }
        if let xml {
            request.headers.append((name: "Content-Type", value: "application/xml; charset=utf-8"))
            request.body = .bytes(xml)
        }
        return try await probe.send(request)
    }

    /// PROPFIND of a few properties, followed to where it leads within the origin.
    func describe(_ start: ProbeURL, _ properties: String) async throws -> (url: ProbeURL, answer: ProbeAnswer) {
        let body = """
            <?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:" xmlns:P="\(XMLName.pushNamespace)" \
            xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="urn:ietf:params:xml:ns:carddav" \
            xmlns:M="http://martlet.invalid/ns/"><D:prop>\(properties)</D:prop></D:propfind>
            """
        var url = start
        for _ in 0...Self.mostRedirects {
            let answer = try await send("PROPFIND", url, depth: .zero, xml: Array(body.utf8))
            guard answer.isRedirect, let location = answer["Location"] else { return (url, answer) }
            guard let next = url.resolving(location) else {
                throw WatchFailure("\(url) leads to \(WatchLines.printable(location)), which is no URL to follow.")
            }
            guard next.isSameOrigin(as: url) else {
                throw WatchFailure("\(url) leads to \(next). If you trust that server with your password, watch that.")
            }
            url = next
        }
        throw WatchFailure("\(start) leads in a circle.")
    }

    func document(_ answer: ProbeAnswer) -> XMLElement? { try? XMLElement.parse(answer.body, limits: Self.limits) }

    /// The addresses of a connection to the server: the one at which it reaches us, and its own.
    func addresses() async throws -> (own: IPAddress, peer: IPAddress) {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(10))
            .connect(host: url.host, port: url.port).get()
        defer { channel.close(promise: nil) }
        guard let own = channel.localAddress.flatMap({ IPAddress($0) }),
            let peer = channel.remoteAddress.flatMap({ IPAddress($0) })
        else { throw ProbeFailure.closed }
        return (own, peer)
    }
}

extension IPAddress {
    /// Of this machine or its network (RFC 1918, RFC 3927, RFC 4193, RFC 4291): where one reaches the other without a router's leave.
    var isLocal: Bool {
        isLoopback || Self.localNetworks.contains { $0.contains(self) }
    }

    private static let localNetworks = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10",
    ].compactMap(AddressRange.init(configuration:))

    /// As it stands in a URL.
    var urlHost: String { isIPv4 ? description : "[\(description)]" }
}

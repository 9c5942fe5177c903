import DAV
import HTTPTypes
import Hummingbird

/// Lets pages of other web sites use the server from a browser: the protocol is the Fetch standard's CORS.
///
/// Preflights carry no credentials, so they are answered before sign-in, and only to the origins of the configuration. For
/// everybody else the server is as if CORS did not exist: the browser keeps the answer from the page.
struct CrossOrigin: Sendable {
    private let origins: Set<String>
    private let isForAll: Bool
    private let methods: String

    /// - Returns: `nil` if no origin is configured: no answer changes.
    init?(_ configured: [WebOrigin], methods: MethodTable) {
        if configured.isEmpty { return nil }
        isForAll = configured.contains(.any)
        origins = Set(configured.map(\.configurationText))
        self.methods = methods.rows.map(\.name.rawValue).joined(separator: ", ")
    }

    /// - Returns: `nil` if the request is no preflight of an origin that is allowed.
    func preflight(_ request: Request) -> Response? {
        guard request.method == .options, request.headers[.accessControlRequestMethod] != nil,
            let allowed = allowance(request)
        else { return nil }
        var headers = allowed
        headers[.accessControlAllowMethods] = methods
        // `*` would not cover Authorization, and clients have headers of their own.
        if let wanted = request.headers[.accessControlRequestHeaders], wanted.utf8.count <= 2048 {
            headers[.accessControlAllowHeaders] = wanted
        }
        headers[.accessControlMaxAge] = "7200"
        headers[.vary] = "Access-Control-Request-Headers"
        return Response(status: .noContent, headers: headers)
    }

    /// Lets the page read an answer, and those of its headers clients live on.
    func expose(_ response: inout Response, to request: Request) {
        let vary = response.headers[values: .vary] + ["Origin"]
        response.headers[.vary] = vary.joined(separator: ", ")
        guard let allowed = allowance(request) else { return }
        for field in allowed { response.headers[field.name] = field.value }
        response.headers[.accessControlExposeHeaders] = Self.exposed
    }

    private func allowance(_ request: Request) -> HTTPFields? {
        guard let origin = request.headers[.origin] else { return nil }
        // The browser's own credentials and `*` never go together: any page could act for whoever is signed in.
        if isForAll { return [.accessControlAllowOrigin: "*"] }
        guard origins.contains(origin) else { return nil }
        return [.accessControlAllowOrigin: origin, .accessControlAllowCredentials: "true"]
    }

    private static let exposed = """
        Accept-Ranges, Allow, Content-Location, Content-Range, DAV, ETag, Expires, Link, Location, Lock-Token, MS-Author-Via, \
        Preference-Applied, Retry-After, Schedule-Tag, WWW-Authenticate, X-Request-Id
        """
}

/// The origin of a web page (RFC 6454): `https://app.example.org`, or `*` for any.
public struct WebOrigin: ConfigurationValue, Hashable {
    public var configurationText: String

    public static let any = WebOrigin(text: "*")
    public static let form = "* or an origin such as https://app.example.org"

    public init?(configuration text: String) {
        if text == "*" { self = .any; return }
        guard let url = BaseURL(configuration: text), !text.hasSuffix("/") else { return nil }
        // As browsers send it: a registered name in lower case.
        configurationText = url.configurationText.lowercased()
    }

    private init(text: String) { configurationText = text }
}

extension HTTPField.Name {
    fileprivate static let origin = Self("Origin")!
    fileprivate static let accessControlRequestMethod = Self("Access-Control-Request-Method")!
    fileprivate static let accessControlRequestHeaders = Self("Access-Control-Request-Headers")!
    fileprivate static let accessControlAllowOrigin = Self("Access-Control-Allow-Origin")!
    fileprivate static let accessControlAllowCredentials = Self("Access-Control-Allow-Credentials")!
    fileprivate static let accessControlAllowMethods = Self("Access-Control-Allow-Methods")!
    fileprivate static let accessControlAllowHeaders = Self("Access-Control-Allow-Headers")!
    fileprivate static let accessControlExposeHeaders = Self("Access-Control-Expose-Headers")!
    fileprivate static let accessControlMaxAge = Self("Access-Control-Max-Age")!
}

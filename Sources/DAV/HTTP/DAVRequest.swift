public import HTTPTypes

/// A request as it left the HTTP library: nothing decoded, nobody's word taken.
public struct DAVRequest: Sendable {
    public var method: HTTPRequest.Method
    /// The raw request-target's path and query, percent escapes and all.
    public var target: String
    public var headers: HTTPFields
    public var body: BodyStream
    /// Who sends it, settled by the authentication in front of the handler.
    public var caller: Caller
    /// `https` or `http`, as the client sees it.
    public var scheme: String
    /// Host and port as the client sees them: what absolute URIs in `Destination` and `If` must name.
    public var authority: String
    /// What the log calls this request.
    public var id: String?

    public init(
        method: HTTPRequest.Method, target: String, headers: HTTPFields = [:], body: BodyStream = BodyStream { nil },
        caller: Caller, scheme: String = "http", authority: String = "localhost"
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.caller = caller
        self.scheme = scheme
        self.authority = authority
    }
}

/// The answer, its body possibly still to be produced.
public struct DAVResponse: Sendable {
    public var status: HTTPResponse.Status
    public var headers: HTTPFields
    public var body: Body

    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Chunks are written as the client takes them. `length` is `nil` if it is not known before.
        case stream(length: Int64?, @Sendable (BodyWriter) async throws -> Void)
        /// HEAD: the length GET would have.
        case head(length: Int64?)
    }

    public init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Where a streamed body goes; `write` returns when the client can take more, and is called by one task at a time.
public struct BodyWriter: Sendable {
    public var write: @Sendable ([UInt8]) async throws -> Void
    public init(_ write: @escaping @Sendable ([UInt8]) async throws -> Void) { self.write = write }
}

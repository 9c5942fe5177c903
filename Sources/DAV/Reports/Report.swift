/// One row of the report table (RFC 3253 §3.6): what `supported-report-set` lists is what REPORT runs.
public struct Report: Sendable {
    /// The root element of the request body.
    public var name: XMLName
    /// Whether the report is offered at this resource.
    public var isOffered: @Sendable (Resolution) -> Bool
    public var run: @Sendable (ReportRequest) async throws -> DAVResponse

    public init(
        _ name: XMLName, isOffered: @escaping @Sendable (Resolution) -> Bool,
        run: @escaping @Sendable (ReportRequest) async throws -> DAVResponse
    ) {
        self.name = name
        self.isOffered = isOffered
        self.run = run
    }
}

/// A REPORT whose body was read and whose resource the caller may read.
public struct ReportRequest: Sendable {
    public var exchange: Exchange
    public var resolution: Resolution
    public var body: XMLElement
    /// `nil`: the header is absent, which means zero (RFC 3253 §3.6).
    public var depth: Depth?

    public init(exchange: Exchange, resolution: Resolution, body: XMLElement, depth: Depth?) {
        self.exchange = exchange
        self.resolution = resolution
        self.body = body
        self.depth = depth
    }
}

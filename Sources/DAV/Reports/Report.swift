/// One row of the report table (RFC 3253 §3.6): what `supported-report-set` lists is what REPORT runs.
public struct Report: Sendable {
    /// The root element of the request body.
    public var name: XMLName
    /// Whether the report is offered at a resource: at the collection itself, or at a member of it.
    public var isOffered: @Sendable (_ collection: CollectionInfo, _ isCollection: Bool) -> Bool
    /// What the caller must hold on the resource: `read`, or a part of it that this report is content with.
    public var privilege: Privilege
    public var run: @Sendable (ReportRequest) async throws -> DAVResponse
    /// Whether its answer begins within a fraction of a millisecond. Others leave the executor the request came in on, which
    /// may be a connection's event loop.
    public var isBrief: Bool

    public init(
        _ name: XMLName, privilege: Privilege = .read, isBrief: Bool = false,
        isOffered: @escaping @Sendable (_ collection: CollectionInfo, _ isCollection: Bool) -> Bool,
        run: @escaping @Sendable (ReportRequest) async throws -> DAVResponse
    ) {
        self.name = name
        self.privilege = privilege
        self.isBrief = isBrief
        self.isOffered = isOffered
        self.run = run
    }
}

/// A REPORT whose body was read and whose resource the caller may see as far as the report needs.
public struct ReportRequest: Sendable {
    public var exchange: Exchange
    public var located: Located
    public var body: XMLElement
    /// `nil`: the header is absent, which means zero (RFC 3253 §3.6).
    public var depth: Depth?

    public init(exchange: Exchange, located: Located, body: XMLElement, depth: Depth?) {
        self.exchange = exchange
        self.located = located
        self.body = body
        self.depth = depth
    }

    /// Some reports speak of the request-URI alone.
    ///
    /// - Throws: 400 for any `Depth` but zero (RFC 3744 §9.2 to §9.5).
    func demandDepthZero() throws {
        guard depth ?? .zero == .zero else { throw DAVError.badRequest("This report takes Depth: 0.") }
    }
}

/// The reports every resource may have. Kinds add their own (``CollectionKind/reports``).
public struct ReportTable: Sendable {
    public let rows: [Report]

    public init(_ rows: [Report]) { self.rows = rows }

    /// RFC 3253 §3.8, RFC 3744 §9, RFC 6578 §3.2.
    public static let standard = ReportTable([
        .syncCollection, .expandProperty, .principalMatch, .principalPropertySearch, .principalSearchPropertySet,
        .aclPrincipalPropSet, .calendarServerPrincipalSearch,
    ])

    /// - Returns: `nil` if there is no such report, or not here.
    func row(_ name: XMLName, at collection: CollectionInfo, isCollection: Bool) -> Report? {
        func fits(_ row: Report) -> Bool { row.name == name && row.isOffered(collection, isCollection) }
        return collection.kind.reports.first(where: fits) ?? rows.first(where: fits)
    }

    func offered(at collection: CollectionInfo, isCollection: Bool) -> [XMLName] {
        (collection.kind.reports + rows).filter { $0.isOffered(collection, isCollection) }.map(\.name)
    }
}

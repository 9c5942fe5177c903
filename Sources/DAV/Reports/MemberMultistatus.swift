public import HTTPTypes

/// The answer of a report that lists resources with the properties asked for, such as a query or a multiget.
///
/// It is streamed: ``response(_:)`` runs the steps of a ``MemberReport`` and sends what they wrote as the client takes it.
public struct MemberMultistatus: Sendable {
    private let exchange: Exchange
    private let preferences: Preferences
    private var plan: PropertyPlan
    private var out: Multistatus

    /// - Parameter properties: what to tell of each resource.
    /// - Throws: what a pseudo-property says of the details it is asked with (``LiveProperty/reading``).
    public init(_ report: ReportRequest, _ properties: PropertyRequest) throws(DAVError) {
        exchange = report.exchange
        preferences = exchange.preferences
        plan = try PropertyPlan(
            properties, table: exchange.handler.properties, kind: report.located.collection.info.kind,
            reportOn: exchange.facts.kinds + [report.located.collection.info.kind],
            isMinimal: preferences.return == .minimal)
        out = Multistatus(HrefSpelling(exchange))
    }

    /// What the entries must be fetched with.
    public var fields: Fields { plan.fields }

    /// Whether so much was written that it is time to send it: a step that can should end.
    public var isFull: Bool { out.isChunkFull }

    /// A member with its properties. Its body is fetched if the properties need it and it did not come along.
    ///
    /// - Parameters:
    ///   - privileges: the caller's, on the collection.
    ///   - surroundings: for pseudo-properties; see ``PropertySubject/surroundings``.
    public mutating func add(
        _ entry: Entry, in collection: any DAVCollection, privileges: Privileges,
        surroundings: (any Sendable)? = nil
    ) async throws {
        var entry = entry
        if plan.fields.contains(.content), entry.lacksContent {
            guard let filled = try await collection.filled(entry, named: entry.name, fields: plan.fields) else {
                return
            }
            entry = filled
        }
        let path = collection.info.path.appending(entry.name)
        var subject = PropertySubject(
            entry: entry, path: path, collection: entry.collection ?? collection.info,
            holder: collection.info.capabilities, privileges: privileges, exchange: exchange)
        subject.surroundings = surroundings
        out.resource(at: path, &plan, subject)
    }

    /// A resource with a status instead of properties (RFC 4918 §14.24), and the reason.
    public mutating func add(
        _ path: DAVPath, isCollection: Bool = false, _ status: HTTPResponse.Status, _ condition: XMLName? = nil
    ) {
        out.status(at: path, isCollection: isCollection, status, condition)
    }

    /// A reference that leads nowhere on this server, echoed as it came.
    public mutating func add(href: String, _ status: HTTPResponse.Status) { out.status(href: href, status) }

    /// Says that more resources match than are listed (RFC 5323 §2.3.1, RFC 6352 §8.6.2).
    public mutating func addTruncation() {
        out.requestURI(.insufficientStorage, .dav("number-of-matches-within-limits"))
    }

    /// Runs the steps to the end. The first one runs before the answer begins, so that what fails fails with a status.
    public func response(_ report: some MemberReport) async throws -> DAVResponse {
        var (out, report) = (self, report)
        let headers = HTTPFields.multistatus(applied: preferences)
        guard try await report.step(&out) else {
            out.out.finish()
            return DAVResponse(.multiStatus, headers: headers, body: .bytes(out.out.take()))
        }
        let (begun, rest) = (out, report)
        return DAVResponse(
            .multiStatus, headers: headers,
            body: .stream(length: nil) { writer in
                var (out, report) = (begun, rest)
                while try await report.step(&out) {
                    if out.out.isChunkFull { try await writer.write(out.out.take()) }
                }
                out.out.finish()
                try await writer.write(out.out.take())
            })
    }
}

/// A report's work, in steps that each add a bounded number of resources to the answer.
public protocol MemberReport: Sendable {
    /// - Returns: whether there is more to do.
    mutating func step(_ out: inout MemberMultistatus) async throws -> Bool
}

import HTTPTypes

/// A member's body on its way out, with the fields that describe it.
struct Representation: Sendable {
    let member: OpenedMember
    /// Bodies are sent in pieces of this size.
    static let chunkBytes: Int64 = 256 << 10

    var entry: Entry { member.entry }
    var length: Int64 { member.body.length }

    /// The fields of a 304 (RFC 9110 §15.4.5), which a 200 has too.
    var validators: HTTPFields {
        // Kept by the client alone, asked about each time, and never re-encoded on the way (H-17).
        var headers: HTTPFields = [.cacheControl: "private, no-cache, no-transform"]
        headers[.eTag] = entry.etag?.description
        headers[.lastModified] = entry.modified.httpDate
        return headers
    }

    var headers: HTTPFields {
        var headers = validators
        let type = entry.contentType ?? MediaType.guess(entry.name)
        headers[.contentType] = type
        headers[.contentLanguage] = entry.contentLanguage
        headers[.acceptRanges] = "bytes"
        // What people store is not the server's word: browsers must neither guess its type nor run it as part of the site.
        headers[.xContentTypeOptions] = "nosniff"
        if MediaType.isActive(type) { headers[.contentSecurityPolicy] = "sandbox" }
        return headers
    }

    /// The whole body.
    func response(_ status: HTTPResponse.Status) -> DAVResponse {
        let (body, length) = (member.body, length)
        return DAVResponse(
            status, headers: headers,
            body: .stream(length: length) { try await Representation.send(body, 0..<length, to: $0) })
    }

    func head() -> DAVResponse { DAVResponse(.ok, headers: headers, body: .head(length: length)) }

    /// 206: one part as it is, several as `multipart/byteranges` (RFC 9110 §15.3.7).
    func response(_ parts: [Range<Int64>]) -> DAVResponse {
        guard parts.count > 1 else { return response(part: parts.first ?? 0..<length) }
        var headers = headers
        let boundary = "martlet-" + ResourceID.random().uuidString
        let type = headers[.contentType] ?? MediaType.unknown
        headers[.contentType] = "multipart/byteranges; boundary=\(boundary)"
        let total = length
        let opening = parts.map { part in
            Array(
                "\r\n--\(boundary)\r\nContent-Type: \(type)\r\nContent-Range: \(Representation.contentRange(part, total))\r\n\r\n"
                    .utf8)
        }
        let closing = Array("\r\n--\(boundary)--\r\n".utf8)
        let bytes = zip(opening, parts).reduce(Int64(closing.count)) { sum, part in
            sum + Int64(part.0.count) + (part.1.upperBound - part.1.lowerBound)
        }
        let body = member.body
        return DAVResponse(
            .partialContent, headers: headers,
            body: .stream(length: bytes) { writer in
                for (opening, part) in zip(opening, parts) {
                    try await writer.write(opening)
                    try await Representation.send(body, part, to: writer)
                }
                try await writer.write(closing)
            })
    }

    private func response(part: Range<Int64>) -> DAVResponse {
        var headers = headers
        headers[.contentRange] = Representation.contentRange(part, length)
        let body = member.body
        return DAVResponse(
            .partialContent, headers: headers,
            body: .stream(length: part.upperBound - part.lowerBound) {
                try await Representation.send(body, part, to: $0)
            })
    }

    /// 416, with the length so that the client can ask again.
    func unsatisfiable() -> DAVResponse {
        DAVResponse(.rangeNotSatisfiable, headers: [.contentRange: "bytes */\(length)", .acceptRanges: "bytes"])
    }

    private static func contentRange(_ part: Range<Int64>, _ total: Int64) -> String {
        "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(total)"
    }

    private static func send(_ body: any MemberBody, _ part: Range<Int64>, to writer: BodyWriter) async throws {
        var offset = part.lowerBound
        while offset < part.upperBound {
            let chunk = try await body.read(at: offset, count: Int(min(chunkBytes, part.upperBound - offset)))
            // The length was promised; ending early must look like a failure, not like the end.
            guard !chunk.isEmpty else { throw BodyEndedEarly() }
            try await writer.write(chunk)
            offset += Int64(chunk.count)
        }
    }
}

/// A stored body is shorter than its entry says.
struct BodyEndedEarly: Error {}

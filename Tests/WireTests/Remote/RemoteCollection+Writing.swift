import DAV
import HTTPTypes

extension RemoteCollection {
    func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult {
        let reply = try await send("PUT", .member(name), try await upload.headers(), upload.whole(), if: condition)
        return result(reply)
    }

    func add(_ upload: Upload, suggestion: String?, if condition: Condition) async throws -> (Name, WriteResult) {
        let headers = try await upload.headers() + (suggestion.map { [("Slug", $0)] } ?? [])
        let reply = try await send("POST", .itself, headers, upload.whole(), if: condition)
        guard let location = reply["Location"], let slash = location.dropFirst(8).firstIndex(of: "/"),
            let name = try DAVPath(parsing: location[slash...]).last
        else { throw reply.refusal }
        return (name, result(reply))
    }

    func makeCollection(_ name: Name, kind: CollectionKind, properties: [PropertyChange], if condition: Condition)
        async throws
    {
        guard !properties.isEmpty || kind !== CollectionKind.folder else {
            _ = try await send("MKCOL", .member(name), if: condition)
            return
        }
        let types = kind.resourceTypes.map { "<x:\($0.local) xmlns:x=\"\($0.namespace)\"/>" }.joined()
        let set = "<D:set><D:prop><D:resourcetype>\(types)</D:resourcetype></D:prop></D:set>"
        let body = "<D:mkcol xmlns:D=\"DAV:\">\(set)\(properties.map(\.instruction).joined())</D:mkcol>"
        _ = try await send(
            "MKCOL", .member(name), [("Content-Type", "application/xml")], Array(body.utf8), if: condition)
    }

    func delete(_ name: Name, if condition: Condition) async throws {
        _ = try await send("DELETE", .member(name), if: condition)
    }

    func copy(_ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition)
        async throws
        -> WriteResult
    {
        let headers = [("Depth", depth.rawValue)] + transfer(destination, overwrite)
        return result(try await send("COPY", source, headers, if: condition))
    }

    func move(_ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition) async throws
        -> WriteResult
    {
        result(try await send("MOVE", .member(name), transfer(destination, overwrite), if: condition))
    }

    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {
        let body = "<D:propertyupdate xmlns:D=\"DAV:\">\(changes.map(\.instruction).joined())</D:propertyupdate>"
        let reply = try await send("PROPPATCH", target, [], Array(body.utf8), if: condition)
        for propstat in try Multistatus(reply).responses.flatMap(\.propstats)
        where ![200, 424].contains(propstat.status) {
            throw DAVError(.init(code: propstat.status))
        }
    }

    private func transfer(_ destination: DAVPath, _ overwrite: Bool) -> [(String, String)] {
        [("Destination", Href.encode(path: destination, isCollection: false)), ("Overwrite", overwrite ? "T" : "F")]
    }

    private func result(_ reply: Reply) -> WriteResult {
        WriteResult(
            created: reply.status == 201, etag: reply["ETag"].map { ETag(opaque: String($0.dropFirst().dropLast())) },
            modified: reply["Last-Modified"].flatMap { Timestamp(httpDate: $0, now: Timestamp(seconds: 0)) })
    }

    /// - Throws: the refusal, unless the answer is a success.
    func send(
        _ method: String, _ target: Target, _ headers: [(String, String)] = [], _ body: [UInt8] = [],
        if condition: Condition
    ) async throws -> Reply {
        let client = backend.client(of: condition.caller)
        let reply = try await client.send(method, href(target), headers + condition.headers(at: path(target)), body)
        guard (200..<300).contains(reply.status), reply.status != 207 || method == "PROPPATCH" else {
            throw reply.refusal
        }
        return reply
    }
}

extension Upload {
    fileprivate func headers() async throws -> [(String, String)] {
        var headers: [(String, String)] = []
        if let contentType { headers.append(("Content-Type", contentType)) }
        if let contentLanguage { headers.append(("Content-Language", contentLanguage)) }
        return headers
    }

    fileprivate func whole() async throws -> [UInt8] { try await body.collect(upTo: 1 << 28) }
}

extension PropertyChange {
    /// As PROPPATCH and MKCOL say it.
    fileprivate var instruction: String {
        switch self {
        case .set(let property): set(String(decoding: property.xml, as: UTF8.self))
        case .setContentType(let type): set("<D:getcontenttype>\(type)</D:getcontenttype>")
        case .setContentLanguage(let language?): set("<D:getcontentlanguage>\(language)</D:getcontentlanguage>")
        case .setContentLanguage(nil): remove("<D:getcontentlanguage/>")
        case .remove(let name): remove("<\(name.local) xmlns=\"\(name.namespace)\"/>")
        }
    }

    private func set(_ xml: String) -> String { "<D:set><D:prop>\(xml)</D:prop></D:set>" }
    private func remove(_ xml: String) -> String { "<D:remove><D:prop>\(xml)</D:prop></D:remove>" }
}

extension Condition {
    /// As headers of a request for `path`.
    func headers(at path: DAVPath) -> [(String, String)] {
        var headers: [(String, String)] = []
        if let ifMatch { headers.append(("If-Match", ifMatch.field)) }
        if let ifNoneMatch { headers.append(("If-None-Match", ifNoneMatch.field)) }
        if let ifHeader { headers.append(("If", ifHeader.field(at: path))) }
        return headers
    }
}

extension Condition.EntityTags {
    fileprivate var field: String {
        switch self {
        case .any: "*"
        case .list(let strong, let weak): (strong.map(\.description) + weak.map { "W/\($0)" }).joined(separator: ", ")
        }
    }
}

extension IfHeader {
    /// Tagged lists and others cannot stand together (RFC 4918 §10.4.2), so either none has a tag or all have.
    fileprivate func field(at path: DAVPath) -> String {
        let isUntagged = lists.allSatisfy { $0.resource == .requestURI }
        return lists.map { list in
            let terms = list.conditions.map { ($0.negated ? "Not " : "") + $0.state.field }.joined(separator: " ")
            let tag =
                switch list.resource {
                case .requestURI: path
                case .path(let path): path
                case .elsewhere: DAVPath([])
                }
            return isUntagged ? "(\(terms))" : "<\(Href.encode(path: tag, isCollection: false))> (\(terms))"
        }.joined(separator: " ")
    }
}

extension IfHeader.State {
    fileprivate var field: String {
        switch self {
        case .token(let uri): "<\(uri)>"
        case .etag(let tag): "[\(tag)]"
        case .weakETag(let tag): "[W/\(tag)]"
        }
    }
}

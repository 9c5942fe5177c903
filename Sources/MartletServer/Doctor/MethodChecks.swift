import DAV

/// Which methods come through, in a folder of the doctor's own.
extension Examination {
    func makeFolder() async throws -> Bool {
        guard let home = files ?? context else { return false }
        let url = home.at(home.path.hasSuffix("/") ? home.path + mark + "/" : home.path + "/\(mark)/")
        let answer = try await method("MKCOL", url, expecting: [201])
        guard answer.isSuccess else { return false }
        folder = url
        return true
    }

    func removeFolder() async throws {
        guard let folder else { return }
        try await method("DELETE", folder, expecting: [204])
    }

    func methods() async throws {
        guard let folder else { return }
        let (file, copy, moved) = (member("a.txt"), member("b.txt"), member("c.txt"))
        try await method("PUT", file, [("Content-Type", "text/plain")], .bytes(Array("one".utf8)), expecting: [201])
        try await method("GET", file, expecting: [200])
        try await method("HEAD", file, expecting: [200])
        try await method("PROPPATCH", file, Self.xmlBody(Self.proppatch), expecting: [207])
        try await method("REPORT", folder, [("Depth", "0")], Self.xmlBody(Self.syncBody("")), expecting: [207])
        try await transfer("COPY", file, to: copy)
        try await transfer("MOVE", copy, to: moved)
        // Whether these are offered is Martlet's matter; they must come through.
        try await method("ACL", folder, Self.xmlBody("<D:acl xmlns:D=\"DAV:\"/>"), expecting: [])
        try await method("POST", folder, [("Content-Type", "text/plain")], .bytes(Array("x".utf8)), expecting: [])
        try await method("DELETE", moved, expecting: [204, 404])
    }

    /// COPY and MOVE name their destination with scheme and host, which Martlet must recognise as its own.
    private func transfer(_ name: String, _ source: ProbeURL, to destination: ProbeURL) async throws {
        let answer = try await send(name, source, [("Destination", destination.description), ("Overwrite", "T")])
        switch answer.status {
        case 201, 204: passed("\(name) passes")
        case 400 where isFromServer(answer):
            failed(
                "\(name): 400, Destination did not arrive",
                "The Destination header was taken away or spoilt on the way.",
                .requestHeader("Destination"))
        case 502 where isFromServer(answer):
            failed(
                "\(name): 502, Destination names another server",
                "Martlet does not know that clients reach it as \(start.scheme)://\(start.authority): nothing can be moved or renamed.",
                .publicAddress)
        default: stopped(name, answer)
        }
    }

    /// - Parameter statuses: what Martlet answers; empty: anything, as long as it is Martlet who does.
    @discardableResult
    func method(
        _ name: String, _ url: ProbeURL, _ headers: [(String, String)] = [], _ body: ProbeRequest.Body = .none,
        expecting statuses: Set<Int>
    ) async throws -> ProbeAnswer {
        let answer = try await send(name, url, headers, body)
        let isStopped = !isFromServer(answer) || answer.status == 501
        if !isStopped, statuses.isEmpty || statuses.contains(answer.status) {
            passed("\(name) passes")
        } else {
            stopped(name, answer)
        }
        return answer
    }

    func method(
        _ name: String, _ url: ProbeURL, _ xml: (headers: [(String, String)], body: ProbeRequest.Body),
        expecting statuses: Set<Int>
    ) async throws {
        try await method(name, url, xml.headers, xml.body, expecting: statuses)
    }

    func method(
        _ name: String, _ url: ProbeURL, _ headers: [(String, String)],
        _ xml: (headers: [(String, String)], body: ProbeRequest.Body), expecting statuses: Set<Int>
    ) async throws {
        try await method(name, url, headers + xml.headers, xml.body, expecting: statuses)
    }

    private func stopped(_ name: String, _ answer: ProbeAnswer) {
        if isFromServer(answer), showsDAV, answer.status != 501 {
            failed("\(name): \(answer.status)", "Martlet itself refuses it: \(answer.text.prefix(200))", .server)
        } else {
            failed("\(name): \(answer.status)", "\(name) is stopped on the way.", .method(name))
        }
    }

    func member(_ name: String) -> ProbeURL { folder.map { $0.at($0.path + name) } ?? start }

    static func xmlBody(_ text: String) -> (headers: [(String, String)], body: ProbeRequest.Body) {
        ([("Content-Type", "application/xml; charset=utf-8")], .bytes(Array(text.utf8)))
    }

    private static let proppatch = """
        <D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>Doctor</D:displayname></D:prop></D:set>\
        </D:propertyupdate>
        """
}

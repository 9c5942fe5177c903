import DAV
import HTTPTypes
import DAVTesting
import Testing

/// What belongs to the server, homes included, cannot be bound, unbound or replaced by anybody.
@Suite struct ServerCollectionTests {
    let wire = Wire()

    static let update =
        "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:x'/></prop></set></propertyupdate>"
    static let rows: [(method: String, target: String, headers: [String: String], body: String, status: Int)] = [
        // A home is bound by the server (`/files/` takes no bindings), but everything in it is its owner's.
        ("DELETE", "/files/alice/", [:], "", 403), ("DELETE", "/files/alice", [:], "", 403),
        ("MOVE", "/files/alice/", ["Destination": "/files/other/"], "", 403),
        ("MOVE", "/files/alice/", ["Destination": "/files/alice/x/"], "", 403),
        ("COPY", "/files/alice/", ["Destination": "/files/other/"], "", 403),
        ("COPY", "/files/alice/", ["Destination": "/files/alice/x/"], "", 403),
        ("COPY", "/files/alice/f", ["Destination": "/files/alice/"], "", 403),
        ("COPY", "/files/alice/f", ["Destination": "/files/"], "", 403),
        ("COPY", "/files/alice/f", ["Destination": "/"], "", 403),
        ("COPY", "/files/alice/f", ["Destination": "/x"], "", 403),
        ("COPY", "/files/alice/f", ["Destination": "/principals/alice/x"], "", 403),
        ("MKCOL", "/files/alice/", [:], "", 405), ("MKCOL", "/files/alice", [:], "", 405),
        ("PUT", "/files/alice", [:], "x", 403), ("PUT", "/files/x", [:], "x", 403),
        ("MKCOL", "/files/x/", [:], "", 403),
        ("PROPPATCH", "/files/alice/", [:], update, 207), ("LOCK", "/files/alice/", [:], HiddenTests.lockinfo, 200),
        ("POST", "/files/alice/", ["Content-Type": "text/plain"], "x", 201),
        // The server's own collections are read-only.
        ("PROPPATCH", "/", [:], update, 403), ("PUT", "/x", [:], "x", 403), ("MKCOL", "/x", [:], "", 403),
        ("DELETE", "/", [:], "", 403), ("DELETE", "/files/", [:], "", 403), ("MKCOL", "/", [:], "", 405),
        ("LOCK", "/", [:], HiddenTests.lockinfo, 403), ("POST", "/", [:], "x", 403),
        ("COPY", "/", ["Destination": "/files/alice/x/"], "", 405),
        ("COPY", "/files/", ["Destination": "/files/alice/x/"], "", 405),
        ("COPY", "/principals/alice/", ["Destination": "/files/alice/x/"], "", 405),
        ("MOVE", "/principals/alice/", ["Destination": "/files/alice/x/"], "", 403),
        ("DELETE", "/principals/alice/", [:], "", 403), ("DELETE", "/principals/bob/", [:], "", 403),
        ("PUT", "/principals/carol", [:], "x", 403), ("PROPPATCH", "/principals/alice/", [:], update, 403),
        ("LOCK", "/principals/alice/", [:], HiddenTests.lockinfo, 403), ("UNLOCK", "/", [:], "", 405),
        ("GET", "/", [:], "", 200), ("GET", "/principals/alice/", [:], "", 200),
        ("GET", "/principals/carol/", [:], "", 404),
        ("PUT", "/principals/alice/x", [:], "x", 403), ("PUT", "/principals/carol/x", [:], "x", 409),
    ]

    @Test(arguments: rows) func ordinaryMethodsStopAtWhatTheServerProvides(
        method: String, target: String, headers: [String: String], body: String, status: Int
    ) async throws {
        try await wire.put("/files/alice/f")
        let answer = try await wire.send(method, target, headers, body)
        #expect(answer.status == status, "\(answer.text)")
        if status == 405 { #expect(answer.headers[.allow] != nil, "H-10") }
        #expect(answer.headers[.dav] != nil, "X-10")
        #expect(try await wire.send("GET", "/files/alice/f").text == "x")
    }

    /// What `Allow` lists does not answer 405, and what it leaves out does, or is refused for want of a privilege.
    @Test(arguments: [
        "/", "/files/", "/files/alice/", "/files/alice/f", "/files/alice/c/", "/principals/", "/principals/bob/",
    ])
    func allowIsTrue(target: String) async throws {  // H-10
        try await wire.put("/files/alice/f")
        try await wire.mkcol("/files/alice/c")
        let allow = try #require(try await wire.send("OPTIONS", target).headers[.allow])
        let allowed = Set(allow.split(separator: ", ").map(String.init))
        #expect(allowed.count == allow.split(separator: ", ").count)
        for method in [
            "OPTIONS", "GET", "HEAD", "PUT", "POST", "DELETE", "MKCOL", "COPY", "MOVE", "PROPFIND", "PROPPATCH",
            "REPORT", "LOCK", "UNLOCK", "ACL",
        ] {
            // A destination that is always refused, so that nothing is changed.
            let answer = try await wire.send(method, target, ["Destination": target, "If-Match": "\"none\""])
            if allowed.contains(method) {
                #expect(answer.status != 405, "\(method)")
            } else {
                #expect([405, 403].contains(answer.status), "\(method) \(answer.status)")
            }
            if answer.status == 405 { #expect(answer.headers[.allow] == allow, "\(method)") }
        }
        let methods = try await wire.propfind(target, "<supported-method-set/>").responses[0].property(
            "supported-method-set")
        #expect(
            methods?.elements.compactMap { $0.attributes.first?.value } == allow.split(separator: ", ").map(String.init)
        )
    }
}

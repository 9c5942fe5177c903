import DAV
import HTTPTypes
import DAVTesting
import Testing

/// What shipping clients send, step by step, and the answers they go on with.
@Suite struct FileClientTests {
    let wire = Wire()

    /// - Returns: the token, in brackets.
    private func lock(_ target: String, _ headers: [String: String] = [:], status: Int) async throws -> String {
        let answer = try await wire.send("LOCK", target, headers, HiddenTests.lockinfo)
        #expect(answer.status == status)
        return try #require(answer.headers[.lockToken])
    }

    @Test func windowsSavesAFile() async throws {  // client-quirks 10
        let file = "/files/alice/Neu%20%C3%A4.txt"
        // It walks from the root, segment by segment.
        let root = try await wire.send("OPTIONS", "/", ["Translate": "f"])
        #expect(root.headers[.msAuthorVia] == "DAV")
        for target in ["/", "/files", "/files/alice", "/files/alice/"] {
            let answer = try await wire.send(
                "PROPFIND", target, ["Depth": "0", "Translate": "f", "Content-Length": "0"])
            #expect(answer.status == 207, "\(target)")
        }
        #expect(try await wire.send("OPTIONS", "/files/alice/").headers[.dav]?.contains("1, 2") == true)
        #expect(try await wire.send("PROPFIND", file, ["Depth": "0"]).status == 404)
        #expect(try await wire.send("PUT", file, ["Content-Length": "0"]).status == 201)
        let token = try await lock(file, ["Timeout": "Second-3600"], status: 200)
        let times = """
            <D:propertyupdate xmlns:D="DAV:" xmlns:Z="urn:schemas-microsoft-com:"><D:set><D:prop>
            <Z:Win32CreationTime>Sat, 07 Oct 2023 10:00:00 GMT</Z:Win32CreationTime><Z:Win32FileAttributes>00000020</Z:Win32FileAttributes>
            </D:prop></D:set></D:propertyupdate>
            """
        let guarded = ["If": "(\(token))"]
        for _ in 0..<2 {
            let patched = try Multistatus(await wire.send("PROPPATCH", file, guarded, times))
            #expect(patched.responses[0].propstats.map(\.status) == ["HTTP/1.1 200 OK"])
            #expect(try await wire.send("HEAD", file).status == 200)
            #expect(try await wire.send("PUT", file, guarded, "text").status == 204)
        }
        // Without brackets, as old versions send it.
        #expect(try await wire.send("UNLOCK", file, ["Lock-Token": String(token.dropFirst().dropLast())]).status == 204)
        let all = try Multistatus(await wire.send("PROPFIND", "/files/alice", ["Depth": "1"]))
        let saved = try #require(all[file])
        for name in ["getcontentlength", "getlastmodified", "creationdate", "resourcetype", "Win32FileAttributes"] {
            #expect(saved.property(name) != nil, "\(name)")
        }
        // A rename that changes nothing but the case.
        let renamed = ["Destination": "http://localhost:80/files/alice/NEU%20%C3%84.txt", "Overwrite": "T"]
        #expect(try await wire.send("MOVE", file, renamed).status == 201)
    }

    @Test func finderSavesAFile() async throws {  // client-quirks 11
        let asked =
            "<getlastmodified/><getcontentlength/><creationdate/><resourcetype/><quota-available-bytes/><quota-used-bytes/>"
        let home = try await wire.propfind("/files/alice/", depth: "1", asked)
        #expect(home.responses[0].value("quota-used-bytes") == "0")
        for name in ["/files/alice/._a.txt", "/files/alice/.DS_Store", "/files/alice/a.txt"] {
            #expect(try await wire.send("PUT", name, ["Content-Length": "0"]).status == 201)
            let token = try await lock(name, ["Depth": "0", "Timeout": "Second-600"], status: 200)
            let headers = ["If": "(\(token))", "X-Expected-Entity-Length": "4"]
            #expect(try await wire.send("PUT", name, headers, "text").status == 204)
            #expect(try await wire.send("GET", name, ["Range": "bytes=0-1"]).text == "te")
            #expect(try await wire.send("UNLOCK", name, ["Lock-Token": token]).status == 204)
        }
        #expect(try await wire.propfind("/files/alice/", asked).responses[0].value("quota-used-bytes") == "12")
    }

    @Test func rcloneCopiesATree() async throws {  // client-quirks 12
        #expect(try await wire.send("MKCOL", "/files/alice/a/b/c/").status == 409, "then it makes the parents")
        for folder in ["a", "a/b", "a/b/c"] {
            #expect(try await wire.send("MKCOL", "/files/alice/\(folder)/").status == 201)
            #expect(try await wire.send("MKCOL", "/files/alice/\(folder)/").status == 405, "it is there")
        }
        #expect(try await wire.send("PUT", "/files/alice/a/x", ["X-OC-Mtime": "1700000000"], "1").status == 201)
        let asked =
            "<displayname/><getlastmodified/><getcontentlength/><resourcetype/><checksums xmlns='http://owncloud.org/ns'/>"
        let found = try await wire.propfind("/files/alice/a/", depth: "1", asked)
        #expect(found.hrefs == ["/files/alice/a/", "/files/alice/a/b/", "/files/alice/a/x"])
        for response in found.responses { #expect(response.propstats.first?.status == "HTTP/1.1 200 OK") }
        #expect(found["/files/alice/a/b/"]?.property("resourcetype")?.first(.dav("collection")) != nil)
        for method in ["COPY", "MOVE"] {
            let headers = ["Destination": "http://localhost/files/alice/\(method)", "Overwrite": "T"]
            #expect(try await wire.send(method, "/files/alice/a/x", headers).status == 201)
        }
        #expect(try await wire.send("DELETE", "/files/alice/a/").status == 204)
    }

    @Test func cyberduckKeepsTimesInPropertiesOfItsOwn() async throws {  // client-quirks 13
        #expect(try await wire.send("HEAD", "/files/alice/").status == 200)
        #expect(
            try await wire.send("PUT", "/files/alice/x", ["Expect": "100-continue"], "1").status == 201)
        let patched = try Multistatus(
            await wire.send(
                "PROPPATCH", "/files/alice/x",
                """
                <?xml version="1.0" encoding="UTF-8" standalone="yes"?><D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>\
                <lastmodified_server xmlns="SAR:">Sun, 09 Sep 2001 01:46:40 GMT</lastmodified_server></D:prop></D:set>\
                <D:remove><D:prop><lastmodified xmlns="SAR:"/></D:prop></D:remove></D:propertyupdate>
                """))
        #expect(patched.responses[0].propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        let all = try Multistatus(await wire.send("PROPFIND", "/files/alice/", ["Depth": "1"]))
        #expect(all["/files/alice/x"]?.value("lastmodified_server") == "Sun, 09 Sep 2001 01:46:40 GMT")
    }

    @Test func davfs2WritesUnderALock() async throws {  // client-quirks 14
        let file = "/files/alice/new"
        let token = try await lock(file, ["If-None-Match": "*"], status: 201)
        #expect(try await wire.send("LOCK", file, ["If-None-Match": "*"], HiddenTests.lockinfo).status == 412)
        let head = try await wire.send("HEAD", file)
        let etag = try #require(head.headers[.eTag])
        #expect(head.status == 200)
        let written = try await wire.send("PUT", file, ["If": "(\(token))", "If-Match": etag], "text")
        #expect(written.status == 204)
        #expect(try await wire.send("PUT", file, ["If": "(\(token))", "If-Match": etag], "late").status == 412)
        #expect(try await wire.send("LOCK", file, ["If": "(\(token))", "Timeout": "Second-900"]).status == 200)
        let executable = """
            <propertyupdate xmlns="DAV:"><set><prop><executable xmlns="http://apache.org/dav/props/">T</executable></prop></set></propertyupdate>
            """
        #expect(try await wire.send("PROPPATCH", file, ["If": "(\(token))"], executable).status == 207)
        let fresh = try #require(written.headers[.eTag])
        #expect(try await wire.send("GET", file, ["If-None-Match": fresh]).status == 304)
        #expect(try await wire.send("UNLOCK", file, ["Lock-Token": token]).status == 204)
    }

    @Test func gnomeAndKDEListWithTheirOwnProperties() async throws {  // client-quirks 14
        try await wire.put("/files/alice/a(1)'s%20%C3%A9.txt")
        let found = try await wire.propfind(
            "/files/alice/", depth: "1",
            """
            <creationdate/><getcontentlength/><displayname/><source/><getcontentlanguage/><getcontenttype/><executable/>\
            <getlastmodified/><getetag/><supportedlock/><lockdiscovery/><resourcetype/><ishidden/>\
            <executable xmlns="http://apache.org/dav/props/"/>
            """)
        #expect(
            found.hrefs == ["/files/alice/", "/files/alice/a(1)'s%20%C3%A9.txt"],
            "upper case, nothing encoded in excess")
        #expect(found.responses[1].propstats.map(\.status) == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"])
    }
}

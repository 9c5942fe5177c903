import DAV
import Testing

/// The examples of RFC 4918 §7.5, §9.3 to §9.9, in our URL space.
///
/// Where the RFC shows a 207 because half of a DELETE, COPY or MOVE failed, this server has done nothing and answers 423: §9.6.1
/// allows it, and no client is left with half a tree.
@Suite(.timeLimit(.minutes(5))) struct RFC4918Namespace {
    private static let locked = """
        423
        Content-Type: application/xml; charset=utf-8

        <D:error xmlns:D="DAV:"><D:lock-token-submitted><D:href>HREF</D:href></D:lock-token-submitted></D:error>
        """

    private static func locked(_ href: String) -> String { locked.replacing("HREF", with: href) }

    @Test func example7_5_1_copyOntoALockedFileNeedsItsToken() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/index.html", "new")
            try await server.alice.put("/files/alice/copy.html", "old")
            let token = try await server.alice.lock("/files/alice/copy.html")
            let script = Transcript(as: server.alice)
            try await script.play(
                "COPY /files/alice/index.html\nDestination: http://127.0.0.1:\(server.port)/files/alice/copy.html",
                answer: RFC4918Namespace.locked("/files/alice/copy.html"))
            try await script.play(
                """
                COPY /files/alice/index.html
                Destination: http://127.0.0.1:\(server.port)/files/alice/copy.html
                If: <http://127.0.0.1:\(server.port)/files/alice/copy.html> (<\(token)>)
                """, answer: "204\n\n(empty)")
            try await script.play("GET /files/alice/copy.html", answer: "200\n\nnew")
        }
    }

    @Test func example7_5_2_aMemberOfALockedCollectionIsDeletedWithItsToken() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play("MKCOL /files/alice/locked/")
            try await script.play("PUT /files/alice/locked/member")
            let token = try await server.alice.lock("/files/alice/locked/")
            try await script.play(
                "DELETE /files/alice/locked/member", answer: RFC4918Namespace.locked("/files/alice/locked/"))
            try await script.play(
                "DELETE /files/alice/locked/member\nIf: </files/alice/locked/> (<\(token)>)", answer: "204")
        }
    }

    @Test func example9_3_2_mkcol() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play("MKCOL /files/alice/webdisc/", answer: "201\n\n(empty)")
            try await script.play("MKCOL /files/alice/webdisc/", answer: "405\nAllow: {}")
            try await script.play("MKCOL /files/alice/no/xfiles/", answer: "409")
            try await script.play("MKCOL /files/alice/xfiles/\nContent-Type: text/plain\n\nhello", answer: "415")
            try await script.play("PUT /files/alice/file")
            try await script.play("MKCOL /files/alice/file/below/", answer: "409")
        }
    }

    @Test func example9_6_2_deleteIsAllOrNothing() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            try await script.play("MKCOL /files/alice/container/")
            for name in ["resource1", "resource2", "resource3"] {
                try await script.play("PUT /files/alice/container/\(name)")
            }
            let token = try await server.alice.lock("/files/alice/container/resource3")
            try await script.play(
                "DELETE /files/alice/container/", answer: RFC4918Namespace.locked("/files/alice/container/resource3"))
            try await script.play("GET /files/alice/container/resource1", answer: "200")
            try await script.play("DELETE /files/alice/container/\nDepth: 0", answer: "400")
            try await script.play(
                "DELETE /files/alice/container/\nIf: </files/alice/container/resource3> (<\(token)>)",
                answer: "204\n\n(empty)")
            try await script.play("GET /files/alice/container/resource1", answer: "404")
        }
    }

    @Test func example9_8_6_copyWithOverwrite() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/index.html", "source")
            try await server.alice.put("/files/alice/there.html", "overwritten")
            let script = Transcript(as: server.alice)
            try await script.play(
                "COPY /files/alice/index.html\nDestination: http://127.0.0.1:\(server.port)/files/alice/there.html",
                answer: "204\n\n(empty)")
            try await script.play("GET /files/alice/there.html\n", answer: "200\nContent-Type: text/plain\n\nsource")
        }
    }

    @Test func example9_8_7_copyWithoutOverwrite() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/index.html", "source")
            try await server.alice.put("/files/alice/there.html", "kept")
            let script = Transcript(as: server.alice)
            try await script.play(
                "COPY /files/alice/index.html\nDestination: /files/alice/there.html\nOverwrite: F", answer: "412")
            try await script.play("GET /files/alice/there.html", answer: "200\n\nkept")
        }
    }

    @Test func example9_8_8_copyOfACollection() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            for path in ["container/", "container/R2/", "other/", "other/R2/", "other/R9/"] {
                try await script.play("MKCOL /files/alice/\(path)")
            }
            try await script.play("PUT /files/alice/container/R2/deep\n\ndeep")
            let token = try await server.alice.lock("/files/alice/other/R2/")
            let copy = "COPY /files/alice/container/\nDestination: /files/alice/other/\nDepth: infinity"
            try await script.play(copy, answer: RFC4918Namespace.locked("/files/alice/other/R2/"))
            try await script.play(copy + "\nIf: </files/alice/other/R2/> (<\(token)>)", answer: "204")
            try await script.play("GET /files/alice/other/R2/deep", answer: "200\n\ndeep")
            // §9.8.4: nothing is merged.
            try await script.play("PROPFIND /files/alice/other/R9/\nDepth: 0", answer: "404")
            try await script.play(
                "COPY /files/alice/container/\nDestination: /files/alice/flat/\nDepth: 0", answer: "201")
            try await script.play("PROPFIND /files/alice/flat/R2/\nDepth: 0", answer: "404")
        }
    }

    @Test func example9_9_5_moveOfAFile() async throws {
        try await Server.run { server in
            try await server.alice.put("/files/alice/index.html", "moved")
            let script = Transcript(as: server.alice)
            try await script.play(
                "MOVE /files/alice/index.html\nDestination: http://127.0.0.1:\(server.port)/files/alice/there.html",
                answer: "201\nLocation: http://127.0.0.1:\(server.port)/files/alice/there.html\n\n(empty)")
            try await script.play("GET /files/alice/index.html", answer: "404")
            try await script.play("GET /files/alice/there.html", answer: "200\n\nmoved")
        }
    }

    @Test func example9_9_6_moveOfACollection() async throws {
        try await Server.run { server in
            let script = Transcript(as: server.alice)
            for path in ["container/", "container/C2/", "other/", "other/C2/"] {
                try await script.play("MKCOL /files/alice/\(path)")
            }
            let source = try await server.alice.lock("/files/alice/container/")
            let target = try await server.alice.lock("/files/alice/other/C2/")
            let move = "MOVE /files/alice/container/\nDestination: /files/alice/other/"
            try await script.play(move + "\nOverwrite: F\nIf: (<\(source)>) (<\(target)>)", answer: "412")
            try await script.play(
                move + "\nIf: (<\(source)>)", answer: RFC4918Namespace.locked("/files/alice/other/C2/"))
            try await script.play(move + "\nIf: (<\(source)>) (<\(target)>)", answer: "204")
            // §7.6: locks do not travel.
            let found = try await server.alice.propfind("/files/alice/other/", depth: "1", "<D:lockdiscovery/>")
            #expect(found.hrefs == ["/files/alice/other/", "/files/alice/other/C2/"])
            #expect(found.responses.allSatisfy { $0.property("lockdiscovery")?.elements.isEmpty == true })
        }
    }

    @Test func example10_1_optionsNamesTheClassesAndTheMethods() async throws {
        try await Server.run { server in
            let reply = try await server.alice.send("OPTIONS", "/files/alice/")
            #expect(reply.status == 200)
            let classes = reply["DAV"]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
            #expect(Set(["1", "2", "3", "access-control", "extended-mkcol"]).isSubset(of: classes))
            let methods = reply["Allow"]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
            #expect(
                Set(["OPTIONS", "PROPFIND", "PROPPATCH", "REPORT", "LOCK", "UNLOCK", "POST"]).isSubset(of: methods))
            #expect(reply["Content-Length"] == "0")
        }
    }
}

import DAV
import DAVTesting
import Testing

/// A clock that jumps: tokens and ETags do not depend on it, and locks and dates survive it.
@Suite(.timeLimit(.minutes(5))) struct ClockJumps {
    @Test(arguments: [-400 * 86_400, -3600, -1, 3600, 400 * 86_400] as [Int64]) func tokensAndETagsDoNotFollowTheClock(
        seconds: Int64
    ) async throws {
        try await Server.run { server in
            var tokens: Set<String> = []
            var etags: Set<String> = []
            var last = try await server.alice.token(of: "/files/alice/")
            for round in 0..<6 {
                if round % 2 == 1 { server.clock.advance(seconds: round % 4 == 1 ? seconds : -seconds) }
                try await server.alice.put("/files/alice/file", "\(round)")
                let page = try await server.alice.sync("/files/alice/", last)
                #expect(page.changed.keys.sorted() == ["/files/alice/file"])
                #expect(tokens.insert(page.token).inserted)
                #expect(etags.insert(try await server.alice.etag(of: "/files/alice/file")).inserted)
                last = page.token
            }
            #expect(try await server.alice.sync("/files/alice/", last).isEmpty)
        }
    }

    @Test func aLockEndsByTheClockAndNoSooner() async throws {
        try await Server.run { server in
            let token = try await server.alice.lock("/files/alice/file", timeout: "Second-100")
            server.clock.advance(seconds: -10_000)
            #expect(try await server.alice.put("/files/alice/file").status == 423)
            let found = try await server.alice.propfind("/files/alice/file", "<D:lockdiscovery/>")
            let timeout = found.responses[0].property("lockdiscovery")?.first(.dav("activelock"))?.first(
                .dav("timeout"))?.text
            #expect(timeout?.hasPrefix("Second-") == true)
            server.clock.advance(seconds: 10_099)
            #expect(try await server.alice.put("/files/alice/file").status == 423)
            server.clock.advance(seconds: 2)
            #expect(try await server.alice.put("/files/alice/file").status == 204)
            #expect(try await server.alice.put("/files/alice/file", "y", [("If", "(<\(token)>)")]).status == 412)
        }
    }

    /// H-05: dates have seconds, so two writes within one look alike; the ETags do not.
    @Test func twoWritesInOneSecondDiffer() async throws {
        try await Server.run { server in
            let first = try await server.alice.put("/files/alice/file", "1")
            let second = try await server.alice.put("/files/alice/file", "2")
            #expect(
                first["ETag"] != nil && first["ETag"] != second["ETag"]
                    && first["Last-Modified"] == second["Last-Modified"])
            let stale = try await server.alice.put("/files/alice/file", "3", [("If-Match", first["ETag"] ?? "")])
            #expect(stale.status == 412)
        }
    }

    /// The epoch of 1970, the year 9999 and the time before: dates on the wire stay well-formed.
    @Test(arguments: [0, 253_402_300_799, -1] as [Int64]) func strangeTimesAreSpelledRightly(seconds: Int64)
        async throws
    {
        try await Server.run({ $0.clock = TestClock(Timestamp(seconds: seconds)) }) { server in
            try await server.alice.put("/files/alice/file")
            let found = try await server.alice.propfind("/files/alice/file", "<D:getlastmodified/><D:creationdate/>")
            let modified = try #require(found.responses[0].property("getlastmodified")?.text)
            #expect(modified.utf8.count == 29 && modified.hasSuffix(" GMT"), "\(modified)")
            let reply = try await server.alice.send("GET", "/files/alice/file", [("If-Modified-Since", modified)])
            #expect(reply.status == 304)
        }
    }
}

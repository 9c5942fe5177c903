import DAV
import HTTPTypes
import DAVTesting
import Testing

/// What a lock covers, over time.
@Suite struct LockScopeTests {
    let wire = Wire()

    private func lock(_ target: String, _ headers: [String: String] = [:], scope: String = "exclusive") async throws
        -> String
    {
        let answer = try await wire.send(
            "LOCK", target, headers, HiddenTests.lockinfo.replacing("exclusive", with: scope))
        return try #require(answer.headers[.lockToken], "\(answer.text)")
    }

    private func status(_ method: String, _ target: String, _ headers: [String: String] = [:]) async throws -> Int {
        try await wire.send(method, target, headers, method == "PUT" ? "x" : "").status
    }

    @Test func everyWayToBindIntoALockedCollectionNeedsItsToken() async throws {  // W-54
        for depth in ["0", "infinity"] {
            let wire = LockScopeTests()
            try await wire.wire.mkcol("/files/alice/c")
            try await wire.wire.put("/files/alice/f")
            let token = try await wire.lock("/files/alice/c/", ["Depth": depth])
            let into = ["Destination": "/files/alice/c/n"]
            let requests: [(String, String, [String: String], Int)] = [
                ("PUT", "/files/alice/c/n", [:], 201), ("MKCOL", "/files/alice/c/d/", [:], 201),
                ("POST", "/files/alice/c/", [:], 201), ("COPY", "/files/alice/f", into, 204),
                ("MOVE", "/files/alice/f", into, 204), ("DELETE", "/files/alice/c/d/", [:], 204),
            ]
            for (method, target, headers, status) in requests {
                #expect(
                    try await wire.status(method, target, headers) == 423 || method == "DELETE", "\(depth) \(method)")
                var headers = headers
                headers["If"] = "</files/alice/c/> (\(token))"
                #expect(try await wire.status(method, target, headers) == status, "\(depth) \(method)")
            }
        }
    }

    @Test func oneHeaderCarriesTheTokensOfSeveralResources() async throws {  // W-58, G-02
        for folder in ["a", "b"] { try await wire.mkcol("/files/alice/\(folder)") }
        try await wire.put("/files/alice/a/f")
        let (a, b) = (try await lock("/files/alice/a/"), try await lock("/files/alice/b/"))
        let to = "http://localhost/files/alice/b/f"
        for header in ["</files/alice/a/> (\(a))", "</files/alice/b/> (\(b))", "(\(a))"] {
            #expect(
                try await status("MOVE", "/files/alice/a/f", ["Destination": to, "If": header]) == 423, "\(header)")
        }
        // Lists are alternatives: one that holds is enough, and every token in the header counts as submitted.
        let both = "</files/alice/a/> (\(a)) <http://localhost/files/alice/b/> (\(b))"
        #expect(try await status("MOVE", "/files/alice/a/f", ["Destination": to, "If": both]) == 201)
        let wrong = "</files/alice/a/> (\(b)) </files/alice/b/> (\(a))"
        #expect(try await status("PUT", "/files/alice/a/g", ["If": wrong]) == 412)
        #expect(try await status("PUT", "/files/alice/a/g", ["If": "(\(a)) </files/alice/b/> (\(b))"]) == 400, "G-01")
    }

    @Test func refreshingTakesOneLockAtATime() async throws {  // W-52
        try await wire.put("/files/alice/f")
        let first = try await lock("/files/alice/f", scope: "shared")
        let second = try await lock("/files/alice/f", scope: "shared")
        #expect(try await status("LOCK", "/files/alice/f", ["If": "(\(first)) (\(second))"]) == 412)
        #expect(try await status("LOCK", "/files/alice/f", ["If": "(\(first))"]) == 200)
        #expect(try await status("LOCK", "/files/alice/f", ["If": "(\(first)) (\(second))", "Depth": "x"]) == 412)
    }

    @Test func movingOrDeletingTheRootEndsTheLock() async throws {  // W-57, W-43
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/c/f")
        let token = try await lock("/files/alice/c/")
        let move = ["Destination": "/files/alice/d/", "If": "(\(token))"]
        #expect(try await status("MOVE", "/files/alice/c/", ["Destination": "/files/alice/d/"]) == 423)
        #expect(try await status("MOVE", "/files/alice/c/", move) == 201)
        #expect(try await status("PUT", "/files/alice/d/f") == 204)
        #expect(try await status("UNLOCK", "/files/alice/d/", ["Lock-Token": token]) == 409)
        #expect(try await status("MKCOL", "/files/alice/c/") == 201)
        #expect(try await status("PUT", "/files/alice/c/f") == 201, "the old lock is gone")
    }

    @Test func aLockOfTheHomeCoversAllOfIt() async throws {
        try await wire.mkcol("/files/alice/c")
        let token = try await lock("/files/alice/")
        #expect(try await status("PUT", "/files/alice/c/f") == 423)
        #expect(try await status("PUT", "/files/alice/c/f", ["If": "</files/alice/> (\(token))"]) == 201)
        #expect(try await status("PUT", "/files/bob/f") == 409, "which says nothing of Bob's")
        #expect(try await status("UNLOCK", "/files/alice/c/f", ["Lock-Token": token]) == 204)
        #expect(try await status("PUT", "/files/alice/c/f") == 204)
    }

    @Test func aLockedEmptyResourceIsFilledAndUnlocked() async throws {  // W-50
        let token = try await lock("/files/alice/new")
        #expect(try await status("PUT", "/files/alice/new") == 423)
        #expect(try await status("PUT", "/files/alice/new", ["If": "(\(token))"]) == 204)
        #expect(try await status("UNLOCK", "/files/alice/new", ["Lock-Token": token]) == 204)
        #expect(try await wire.send("GET", "/files/alice/new").text == "x")
        #expect(try await status("UNLOCK", "/files/alice/new", ["Lock-Token": token]) == 409)
        #expect(try await status("UNLOCK", "/files/alice/never", ["Lock-Token": token]) == 404)
    }
}

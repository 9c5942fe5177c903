import DAV
import HTTPTypes
import DAVTesting
import Testing

/// Locks where two people may write.
@Suite struct TwoPeopleTests {
    /// Alice's home is open to Bob, but for the locks of others.
    private struct Together: Authorizer {
        func privileges(of caller: Caller, on collection: CollectionInfo) -> Privileges {
            guard caller == .principal(Wire.bob), collection.owner == Wire.alice else {
                return OwnerAuthorizer().privileges(of: caller, on: collection)
            }
            return Privileges([.read, .write, .readCurrentUserPrivilegeSet])
        }
    }

    private let handler: DAVHandler
    private let file = "/files/alice/f"

    init() {
        let now = Timestamp(seconds: 1_000_000_000)
        let memory = MemoryBackend(homes: [Wire.alice, Wire.bob], authorizer: Together()) { now }
        handler = DAVHandler(
            backend: memory, authorizer: Together(), facts: ServerFacts(principals: Wire.People())
        ) { now }
    }

    private func send(
        _ method: String, _ target: String, _ headers: [String: String] = [:], by caller: PrincipalID,
        _ body: String = ""
    ) async throws -> DAVResponse {
        var fields = HTTPFields()
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let chunks = [Array(body.utf8)].filter { !$0.isEmpty }
        let source = Chunks(chunks)
        return await handler.handle(
            DAVRequest(
                method: try #require(HTTPRequest.Method(method)), target: target, headers: fields,
                body: BodyStream { await source.next() }, caller: .principal(caller)))
    }

    private actor Chunks {
        var chunks: [[UInt8]]
        init(_ chunks: [[UInt8]]) { self.chunks = chunks }
        func next() -> [UInt8]? { chunks.isEmpty ? nil : chunks.removeFirst() }
    }

    private func lock(_ target: String, by caller: PrincipalID, scope: String = "exclusive") async throws -> String {
        let body = HiddenTests.lockinfo.replacing("exclusive", with: scope)
        return try #require(try await send("LOCK", target, by: caller, body).headers[.lockToken])
    }

    @Test func aTokenIsOfNoUseToOthers() async throws {  // W-53
        #expect(try await send("PUT", file, by: Wire.bob, "1").status == .created)
        let token = try await lock(file, by: Wire.alice)
        #expect(try await send("PUT", file, ["If": "(\(token))"], by: Wire.bob, "2").status.code == 423)
        #expect(try await send("DELETE", file, ["If": "(\(token))"], by: Wire.bob).status.code == 423)
        #expect(try await send("LOCK", file, ["If": "(\(token))"], by: Wire.bob).status == .preconditionFailed)
        #expect(try await send("PUT", file, ["If": "(\(token))"], by: Wire.alice, "3").status == .noContent)
    }

    @Test func aLockIsRemovedByItsHolderOrByWhoHasThePrivilege() async throws {  // W-55
        _ = try await send("PUT", file, by: Wire.bob, "1")
        let hers = try await lock(file, by: Wire.alice)
        #expect(try await send("UNLOCK", file, ["Lock-Token": hers], by: Wire.bob).status == .forbidden)
        #expect(try await send("UNLOCK", file, ["Lock-Token": hers], by: Wire.alice).status == .noContent)
        let his = try await lock(file, by: Wire.bob)
        #expect(try await send("UNLOCK", file, ["Lock-Token": his], by: Wire.alice).status == .noContent)
    }

    @Test func ofTwoSharedLocksOnesOwnIsEnough() async throws {  // W-51
        _ = try await send("PUT", file, by: Wire.bob, "1")
        let hers = try await lock(file, by: Wire.alice, scope: "shared")
        let his = try await lock(file, by: Wire.bob, scope: "shared")
        #expect(try await send("PUT", file, ["If": "(\(his))"], by: Wire.bob, "2").status == .noContent)
        #expect(try await send("PUT", file, ["If": "(\(hers))"], by: Wire.alice, "3").status == .noContent)
        #expect(try await send("PUT", file, ["If": "(\(hers))"], by: Wire.bob, "4").status.code == 423)
        #expect(try await send("PUT", file, by: Wire.alice, "5").status.code == 423)
    }
}

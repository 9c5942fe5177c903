import DAVTesting
import HTTPTypes
import Synchronization
import Testing

@testable import DAV

/// What a link shows of a back-end, whichever it is.
@Suite struct LinkViewTests {
    private static let box = CollectionKind(id: "box", resourceTypes: [.dav("collection"), XMLName("urn:test", "box")])
    private let door = Door()
    private let wire = Wire(kinds: [.folder, box])

    private final class Door: Sendable {
        let isOpen = Mutex(true)
    }

    private func view(_ path: String, isCollection: Bool = true, owner: PrincipalID = Wire.alice) throws -> LinkView {
        let link = Link(
            number: 1, owner: owner, target: Link.Target(path: try DAVPath(parsing: path), isCollection: isCollection),
            terms: LinkTerms(), created: Timestamp(seconds: 0))
        let door = door
        let view = LinkView(of: link, on: wire.memory) { door.isOpen.withLock { $0 } }
        return try #require(view)
    }

    private func fill() async throws {
        try await wire.mkcol("/files/alice/f")
        for name in ["a", "c", "e", "g"] { try await wire.mkcol("/files/alice/f/\(name)", kind: Self.box) }
        for name in ["b", "d", "f", "h", "i"] { try await wire.put("/files/alice/f/\(name)", "body of \(name)") }
    }

    /// A short page means the end, so a page is filled whatever is left out of it.
    @Test(arguments: 1...6)
    func whatIsNotToldOfLeavesNoGapInAPage(limit: Int) async throws {
        try await fill()
        let root = try #require(try await view("/files/alice/f").collection(at: .root, for: .bearer))
        var names: [String] = []
        var last: Name?
        while true {
            let page = try await root.entries(.all(after: last, limit: limit), fields: [])
            names += page.map(\.name.string)
            last = page.last?.name
            if page.count < limit { break }
        }
        #expect(names == ["b", "d", "f", "h", "i"])
        #expect(try await root.entries(.named([Name("a")!, Name("b")!]), fields: []).map(\.name.string) == ["b"])
        let below = try await view("/files/alice/f").collection(at: DAVPath([Name("a")!]), for: .bearer)
        #expect(below == nil)
    }

    @Test func aFileStandsAlone() async throws {
        try await fill()
        let view = try view("/files/alice/f/d", isCollection: false)
        #expect(try await view.form() == .file(Name("d")!))
        let root = try #require(try await view.collection(at: .root, for: .bearer))
        #expect(try await root.entries(.all(after: nil, limit: 10), fields: []).map(\.name.string) == ["d"])
        #expect(try await root.entries(.all(after: Name("d")!, limit: 10), fields: []).isEmpty)
        #expect(try await root.entries(.named([Name("b")!]), fields: []).isEmpty)
        #expect(try await root.open(Name("b")!, fields: []) == nil)
        #expect(try await root.open(Name("d")!, fields: [])?.octets() == Array("body of d".utf8))
        #expect(try await view.collection(at: DAVPath([Name("d")!]), for: .bearer) == nil)
    }

    @Test func nothingIsGivenOnceTheLinkEnded() async throws {
        try await fill()
        let view = try view("/files/alice/f")
        let root = try #require(try await view.collection(at: .root, for: .bearer))
        let body = try #require(try await root.open(Name("d")!, fields: [])).body
        #expect(try await body.read(at: 0, count: 4) == Array("body".utf8))
        door.isOpen.withLock { $0 = false }
        await #expect(throws: DAVError.notFound) { try await body.read(at: 4, count: 4) }
        await #expect(throws: DAVError.notFound) { try await root.entries(.itself, fields: []) }
        await #expect(throws: DAVError.notFound) { try await root.entries(.all(after: nil, limit: 9), fields: []) }
        await #expect(throws: DAVError.notFound) { try await root.open(Name("d")!, fields: []) }
        await #expect(throws: DAVError.notFound) { try await view.form() }
    }

    @Test func whatIsNotTheOwnersIsNotShown() async throws {
        try await fill()
        #expect(try await view("/files/alice/f", owner: Wire.bob).form() == nil)
        #expect(try await view("/files/alice/none").form() == nil)
    }

    @Test func aHandlerOfAViewKnowsNothingElse() async throws {
        try await fill()
        let handler = wire.handler.forBearer(of: try view("/files/alice/f"), at: "/links/T")
        func send(_ method: String, _ target: String) async -> DAVResponse {
            await handler.handle(DAVRequest(method: .init(method)!, target: target, caller: .bearer))
        }
        #expect(await send("GET", "/links/T/b").status == .ok)
        #expect(await send("PROPFIND", "/links/T/").status == .forbidden)
        for target in [
            "/files/alice/f/b", "/links/T2/b", "/b", "/links/T/../T/b", "/links/T/a/", "/principals/", "/push/x",
        ] {
            #expect([.notFound, .badRequest].contains(await send("GET", target).status), "\(target)")
        }
        for method in ["PUT", "POST", "DELETE", "MKCOL", "COPY", "MOVE", "LOCK", "REPORT", "PROPPATCH", "ACL"] {
            #expect([405, 501].contains(await send(method, "/links/T/b").status.code), "\(method)")
        }
    }
}

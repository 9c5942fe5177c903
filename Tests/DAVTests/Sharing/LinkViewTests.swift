import DAVTesting
import HTTPTypes
import Synchronization
import Testing

@testable import DAV

/// What a link shows of a back-end, whichever it is.
@Suite struct LinkViewTests {
    private static let box = CollectionKind(id: "box", resourceTypes: [.dav("collection"), XMLName("urn:test", "box")])
    private let door = Door()
    private let wire = Wire(kinds: [.folder, box, .teamNotes])

    private final class Door: Sendable {
        let isOpen = Mutex(true)
    }

    private func view(
        _ path: String, isCollection: Bool = true, owner: PrincipalID = Wire.alice, sight: ShareGrant.Sight? = nil
    ) throws -> LinkView {
        let link = Link(
            number: 1, owner: owner, target: Link.Target(path: try DAVPath(parsing: path), isCollection: isCollection),
            terms: LinkTerms(sight: sight), created: Timestamp(seconds: 0))
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

    @Test func whatALinkHidesIsInNoBodyLengthOrTag() async throws {
        let notes = "/files/alice/notes"
        try await wire.mkcol(notes, kind: .teamNotes)
        try await wire.put(notes + "/open", "uid: 1\nbody: words\nown: alarm")
        try await wire.put(notes + "/shut", "uid: 2\nsecret: yes\nbody: words\nown: alarm")
        let (open, shut) = ("uid: 1\nbody: words", "uid: 2\nsecret: yes\nbody: words")
        var tags: Set<ETag> = []
        var versions: Set<[UInt8]> = []
        for (sight, bodies) in [
            (ShareGrant.Sight?.some(.everything), [open, shut]), (.withoutPrivate, [open, "uid: 2"]),
            (.busy, ["uid: 1", "uid: 2"]),
        ] {
            let view = try view(notes, sight: sight)
            let root = try #require(try await view.collection(at: .root, for: .bearer))
            let entries = try await root.entries(.all(after: nil, limit: 9), fields: .content)
            #expect(entries.map { String(decoding: $0.content ?? [], as: UTF8.self) } == bodies)
            #expect(entries.map(\.contentLength) == bodies.map { Int64($0.utf8.count) })
            for (name, body) in zip(["open", "shut"], bodies) {
                let member = try #require(try await root.open(Name(name)!, fields: []))
                #expect(try await member.octets() == Array(body.utf8))
                #expect(
                    member.entry.contentLength == Int64(body.utf8.count) && member.body.length == Int64(body.utf8.count)
                )
                #expect(tags.insert(try #require(member.entry.etag)).inserted)
            }
            // Of a length that is not asked for nothing is told either.
            let bare = try await root.entries(.named([Name("shut")!]), fields: .contentLength)
            #expect(
                bare.allSatisfy { $0.content == nil && $0.contentLength != Int64("\(shut)\nown: alarm".utf8.count) })
            #expect(versions.insert(try #require(try await view.version())).inserted)
        }
        let unsaid = try #require(try await view(notes).version())
        #expect(try await view(notes, sight: .withoutPrivate).version() == unsaid)
    }

    @Test func whereNobodyCanHideAnythingALinkThatHidesShowsNothing() async throws {
        try await fill()
        #expect(try await view("/files/alice/f", sight: .busy).form() == nil)
        #expect(try await view("/files/alice/f", sight: .withoutPrivate).version() == nil)
        #expect(try await view("/files/alice/f", sight: .everything).form() == .folder)
        for sight in [ShareGrant.Sight.busy, .withoutPrivate] {
            #expect(throws: DAVError.self) { try CollectionKind.folder.linkSight(sight) }
        }
        #expect(try CollectionKind.folder.linkSight(.everything) == nil)
        #expect(try CollectionKind.teamNotes.linkSight(nil) == .withoutPrivate)
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

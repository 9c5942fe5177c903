import DAV
import DAVTesting
import HTTPTypes
import Testing

/// Whatever is answered, it is spelled in the caller's own space (V11, X8): refusals name the resource by the URL that the
/// request came by, also where a request has two of them.
@Suite struct ShareURLTests {
    typealias W = ShareWire

    private let wire: W
    private let instance: String

    init() async throws {
        wire = try await W()
        try await wire.share()
        instance = try await wire.instance()
        #expect(try await wire.put(W.calendar + "a", as: W.olga) == 201)
        let own = try await wire.send("MKCOL", "/cal/sam/own/", ["Content-Type": "text/xml"], as: W.sam, W.mkcol)
        #expect(own.status == 201)
        #expect(try await wire.put("/cal/sam/own/b", as: W.sam) == 201)
    }

    private func lock(_ target: String, as caller: Caller, depth: String = "0") async throws {
        let answer = try await wire.send("LOCK", target, ["Depth": depth], as: caller, W.lockBody)
        try #require([200, 201].contains(answer.status), "\(answer.text)")
    }

    /// The hrefs in a refusal.
    private func refusal(_ method: String, _ source: String, _ destination: String?, _ body: String = "") async throws
        -> [String]
    {
        let headers = destination.map { ["Destination": $0] } ?? [:]
        let answer = try await wire.send(method, source, headers, as: W.sam, body)
        #expect(answer.status == 423, "\(method) \(source) \(destination ?? "") \(answer.status)")
        return try answer.xml().elements.first?.elements.map(\.text) ?? []
    }

    @Test func aLockAtTheSourceIsToldByTheSourceAsTheCallerKnowsIt() async throws {  // V11, X8
        try await lock(W.calendar + "a", as: W.olga)
        #expect(try await refusal("MOVE", instance + "a", "/cal/sam/own/a") == [instance + "a"])
        #expect(try await refusal("MOVE", instance + "a", instance + "c") == [instance + "a"])
        #expect(try await refusal("DELETE", instance + "a", nil) == [instance + "a"])
    }

    @Test func aLockAtTheDestinationIsToldByTheDestinationAsTheCallerKnowsIt() async throws {  // V11, X8
        try await lock(W.calendar + "a", as: W.olga)
        for method in ["COPY", "MOVE"] {
            #expect(try await refusal(method, "/cal/sam/own/b", instance + "a") == [instance + "a"], "\(method)")
        }
    }

    @Test func aLockOfTheirOwnIsToldAsItIs() async throws {  // V11, X8
        try await lock("/cal/sam/own/b", as: W.sam)
        for method in ["COPY", "MOVE"] {
            #expect(try await refusal(method, instance + "a", "/cal/sam/own/b") == ["/cal/sam/own/b"], "\(method)")
        }
    }

    @Test func aLockAboveWhatIsSharedIsToldAsOneOfTheInstance() async throws {  // V11, X8
        try await lock("/cal/olga/", as: W.olga, depth: "infinity")
        #expect(try await refusal("MOVE", instance + "a", "/cal/sam/own/a") == [instance])
        for method in ["COPY", "MOVE"] {
            #expect(try await refusal(method, "/cal/sam/own/b", instance + "b") == [instance], "\(method)")
        }
    }

    @Test func aLockOfTheHomeIsToldAsOneOfTheHome() async throws {  // V11
        try await lock(W.home, as: W.sam, depth: "infinity")
        let patch = "<propertyupdate xmlns='DAV:'><set><prop><displayname>x</displayname></prop></set></propertyupdate>"
        #expect(try await refusal("PROPPATCH", instance, nil, patch) == [W.home])
        #expect(try await refusal("MOVE", instance, "/cal/sam/named/") == [W.home])
        #expect(try await refusal("DELETE", instance, nil) == [W.home])
    }

    @Test func whoeverLacksAPrivilegeIsToldByTheirOwnURL() async throws {  // V11, X7
        try await wire.share("mailto:sam@example.org", "read")
        for (method, source, destination) in [
            ("COPY", "/cal/sam/own/b", instance + "b"), ("MOVE", "/cal/sam/own/b", instance + "b"),
            ("MOVE", instance + "a", "/cal/sam/own/a"),
        ] {
            let answer = try await wire.send(method, source, ["Destination": destination], as: W.sam)
            #expect(answer.status == 403)
            let resources = try answer.xml().elements.first?.elements.compactMap { $0.first(.dav("href"))?.text }
            #expect(resources == [instance], "\(method) \(source)")
        }
    }

    @Test func whereSomethingCameToStandIsToldInTheCallerSSpace() async throws {  // V11
        for (method, source, destination) in [
            ("COPY", instance + "a", instance + "c"), ("MOVE", instance + "c", instance + "d"),
            ("COPY", "/cal/sam/own/b", instance + "e"),
        ] {
            let answer = try await wire.send(
                method, source, ["Destination": destination, "Prefer": "return=representation"], as: W.sam)
            #expect(answer.status == 201)
            #expect(answer.headers[.location]?.hasSuffix(destination) == true)
            #expect(answer.headers[.contentLocation] == destination)
        }
        let bare = try await wire.send("PROPFIND", String(instance.dropLast()), ["Depth": "0"], as: W.sam)
        #expect(bare.headers[.contentLocation] == instance)
        #expect(try Multistatus(bare).hrefs == [instance])
    }
}

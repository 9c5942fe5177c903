import DAV
import DAVTesting
import Testing

/// Which changes make which registration fall behind (draft-bitfire-webdav-push §3.1.1, §3.1.2, §4.2).
@Suite struct PushLevelTests {
    let push = PushWire()
    var wire: Wire { push.wire }
    let home = "/files/alice/"

    private func register(_ target: String, _ depth: String, property: String? = nil, _ address: String) async throws
        -> String
    {
        var trigger = depth.isEmpty ? "" : "<content-update><D:depth>\(depth)</D:depth></content-update>"
        if let property { trigger += "<property-update><D:depth>\(property)</D:depth></property-update>" }
        return try await push.registered(target, PushWire.body(PushWire.address(address), trigger: trigger))
    }

    private func patch(_ target: String, _ name: String, _ value: String = "x", _ headers: [String: String] = [:])
        async throws
    {
        let body = "<propertyupdate xmlns='DAV:'><set><prop><\(name)>\(value)</\(name)></prop></set></propertyupdate>"
        #expect(try await wire.send("PROPPATCH", target, headers, body).status == 207)
    }

    @Test func depthSaysHowFarAChangeReaches() async throws {  // T36, T56, T57, T58
        try await wire.mkcol("/files/alice/c")
        try await wire.mkcol("/files/alice/c/d")
        try await wire.put("/files/alice/c/d/f")
        let at = ["0", "1", "infinity"]
        var homes: [String] = [], inner: [String] = []
        for depth in at {
            homes.append(try await register(home, depth, "h" + depth))
            inner.append(try await register("/files/alice/c/d/", depth, "d" + depth))
        }
        let file = try await register("/files/alice/c/d/f", "0", "f")
        try await wire.send("PUT", "/files/alice/c/d/f", "new")
        func due(_ locations: [String]) async throws -> [String] {
            var found: [String] = []
            for location in locations { found.append(try await push.due(location)) }
            return found
        }
        #expect(try await due(homes) == ["none", "none", "content"])
        #expect(try await due(inner) == ["none", "content", "content"])
        #expect(try await push.due(file) == "content")
        try await push.tell(file)
        try await wire.send("DELETE", "/files/alice/c/")
        #expect(try await due(homes) == ["none", "content", "content"])
        #expect(try await due(inner) == ["gone", "gone", "gone"])
        #expect(try await push.due(file) == "gone")
        try await push.tell(file)
        #expect(try await push.due(file) == "none")
        #expect(try await wire.send("DELETE", String(file.dropFirst(16))).status == 404, "T55")
    }

    @Test func whatChangesNothingTellsNothing() async throws {  // T38, T41
        try await wire.put("/files/alice/f")
        let location = try await register(home, "infinity", property: "infinity", "x")
        try await wire.send("PUT", "/files/alice/f", ["Content-Type": "text/plain"], "x")
        try await wire.send("PUT", "/files/alice/f", ["If-None-Match": "*"], "y")
        try await wire.send("DELETE", "/files/alice/none")
        #expect(try await push.due(location) == "none")
        try await patch("/files/alice/f", "displayname")
        #expect(try await push.due(location) == "property")
        try await push.tell(location)
        try await patch("/files/alice/f", "displayname")
        #expect(try await push.due(location) == "none", "it was so already")
    }

    @Test func propertiesAreToldToThoseWhoAskedForThem() async throws {  // T39, T40, T42
        let content = try await register(home, "infinity", "content")
        let property = try await register(home, "", property: "0", "property")
        let named = try await push.registered(
            home,
            PushWire.body(
                PushWire.address("named"),
                trigger: "<property-update><D:prop><D:displayname/></D:prop></property-update>"))
        try await patch(home, "colour")
        #expect(try await push.due(content) == "none")
        #expect(try await push.due(property) == "property")
        #expect(try await push.due(named) == "none")
        try await patch(home, "displayname")
        #expect(try await push.due(named) == "property")
        let both = try await register(home, "1", property: "1", "both")
        try await wire.send("PUT", "/files/alice/new", "x")
        try await patch("/files/alice/new", "colour")
        #expect(try await push.due(both) == "both")
    }

    @Test func registrationsMoveWithTheirResource() async throws {  // D14, T37
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/c/f")
        let collection = try await register("/files/alice/c/", "1", "c")
        let file = try await register("/files/alice/c/f", "0", "f")
        let top = try await register(home, "1", "h")
        try await wire.send("MOVE", "/files/alice/c/", ["Destination": "/files/alice/d/"])
        #expect(try await push.due(top) == "content")
        if try await push.due(collection) != "none" { try await push.tell(collection) }
        try await wire.send("PUT", "/files/alice/d/f", "new")
        #expect(try await push.due(collection) == "content")
        let delivery = try #require(try await push.registry.delivery(of: push.id(file), now: PushWire.now))
        #expect(delivery.registration.path.description == "/files/alice/d/f")
    }

    // MARK: Push-Dont-Notify

    @Test func theNamedAreNotTold() async throws {  // T45, T46, T52
        let mine = try await register(home, "1", "mine")
        let other = try await register(home, "1", "other")
        try await wire.send("PUT", "/files/alice/f", ["Push-Dont-Notify": "  \"\(mine)\" ,"], "1")
        #expect(try await push.due(mine) == "none")
        #expect(try await push.due(other) == "content")
        try await push.tell(other)
        try await wire.send("DELETE", "/files/alice/f", ["Push-Dont-Notify": "\"\(mine)\", \"\(other)\""])
        #expect(try await push.due(mine) == "none")
        #expect(try await push.due(other) == "none")
        let escaped = mine.replacing("/push", with: "\\/push")
        try await wire.send("MKCOL", "/files/alice/c", ["Push-Dont-Notify": "\"\(escaped)\""])
        #expect(try await push.due(mine) == "none")
        try await push.tell(other)
        try await patch(home, "displayname", "x", ["Push-Dont-Notify": "\"\(mine)\""])
        #expect(try await push.due(mine) == "none")
    }

    @Test func anAsteriskTellsNobody() async throws {  // T47
        let location = try await register(home, "infinity", property: "infinity", "x")
        for (name, value) in [("PUT", "*"), ("MKCOL", " * "), ("PUT", "*,")] {
            try await wire.send(name, "/files/alice/" + ResourceID.random().uuidString, ["Push-Dont-Notify": value])
        }
        #expect(try await push.due(location) == "none")
    }

    @Test(arguments: [
        "*, \"x\"", "URL", "\"URL", "URL\"", "\"URL/\"", "\"HTTP://LOCALHOST/\"", "\"URL\" x", "", ",", "\\", "\"\\",
    ])
    func whatIsInvalidIsIgnored(_ value: String) async throws {  // T47, T49, N30
        let location = try await register(home, "1", "x")
        let field = value.replacing("URL", with: location)
        #expect(try await wire.send("PUT", "/files/alice/f", ["Push-Dont-Notify": field], "x").status == 201)
        #expect(try await push.due(location) == "content")
    }

    @Test func nobodySilencesSomebodyElse() async throws {  // T48, D9
        let location = try await register(home, "1", "x")
        let grant =
            "<acl xmlns='DAV:'><ace><principal><href>/principals/bob/</href></principal><grant><privilege><all/></privilege></grant></ace></acl>"
        #expect(try await wire.send("ACL", home, grant).status == 200)
        let answer = try await wire.send(
            "PUT", "/files/alice/f", ["Push-Dont-Notify": "\"\(location)\""], as: .principal(Wire.bob), "x")
        #expect(answer.status == 201)
        #expect(try await push.due(location) == "content")
    }

    @Test func whoWasBehindIsStillTold() async throws {  // T50
        let location = try await register(home, "1", "x")
        try await wire.send("PUT", "/files/alice/a", "x")
        try await wire.send("PUT", "/files/alice/b", ["Push-Dont-Notify": "\"\(location)\""], "x")
        #expect(try await push.due(location) == "content")
        try await push.tell(location)
        #expect(try await push.due(location) == "none")
    }

    @Test func aRemovalCanBeKeptQuietToo() async throws {  // T52
        try await wire.mkcol("/files/alice/c")
        let location = try await register("/files/alice/c/", "1", "x")
        try await wire.send("DELETE", "/files/alice/c/", ["Push-Dont-Notify": "*"])
        #expect(try await push.due(location) == "none")
    }
}

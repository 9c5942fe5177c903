import DAV
import HTTPTypes
import DAVTesting
import Testing

@Suite struct PrincipalTests {
    let wire = Wire()

    @Test func discoveryLeadsFromAnywhereToThePrincipalAndHome() async throws {
        for target in ["/", "/files/", "/files/alice/", "/principals/", "/principals/bob/"] {
            let found = try await wire.propfind(target, "<current-user-principal/><principal-collection-set/>")
                .responses[0]
            #expect(
                found.property("current-user-principal")?.elements.map(\.text) == ["/principals/alice/"], "\(target)")
            #expect(found.property("principal-collection-set")?.elements.map(\.text) == ["/principals/"])
        }
        let me = try await wire.propfind(
            "/principals/alice/",
            "<resourcetype/><displayname/><principal-URL/><alternate-URI-set/><group-member-set/><group-membership/><home-set xmlns='http://martlet.invalid/ns/'/>"
        ).responses[0]
        #expect(me.propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        #expect(me.property("resourcetype")?.elements.map(\.name).contains(.dav("principal")) == true)
        #expect(me.value("displayname") == "alice of Wonderland")
        #expect(me.property("principal-URL")?.elements.map(\.text) == ["/principals/alice/"])
        #expect(me.property("home-set")?.elements.map(\.text) == ["/files/alice/"])
    }

    @Test func principalsAreListedAndReadOnly() async throws {
        let found = try await wire.propfind("/principals/", depth: "1", "<displayname/>")
        #expect(found.hrefs == ["/principals/", "/principals/alice/", "/principals/bob/"])
        #expect(try await wire.send("PUT", "/principals/alice/x").status == 403)
        #expect(try await wire.send("DELETE", "/principals/alice/").status == 403)
        #expect(try await wire.send("MKCOL", "/principals/carol/").status == 403)
        #expect(try await wire.send("PROPFIND", "/principals/carol/", ["Depth": "0"]).status == 404)
        #expect(try await wire.send("PUT", "/x").status == 403)
        #expect(try await wire.send("PUT", "/x/y").status == 409)
    }

    @Test func principalPropertiesExistOnPrincipalsOnly() async throws {
        let found = try await wire.propfind("/files/alice/", "<principal-URL/>").responses[0]
        #expect(found.status(of: "principal-URL") == "HTTP/1.1 404 Not Found")
    }

    @Test func theReadSideOfAccessControl() async throws {
        try await wire.put("/files/alice/a")
        let names =
            "<owner/><group/><supported-privilege-set/><current-user-privilege-set/><acl/><acl-restrictions/><inherited-acl-set/>"
        for target in ["/files/alice/", "/files/alice/a"] {
            let mine = try await wire.propfind(target, names).responses[0]
            #expect(mine.propstats.map(\.status) == ["HTTP/1.1 200 OK"])
            #expect(mine.property("owner")?.elements.map(\.text) == ["/principals/alice/"])
            let held = mine.property("current-user-privilege-set")?.elements.compactMap {
                $0.elements.first?.name.local
            }
            #expect(Set(held ?? []) == Set(Privilege.standard.map(\.xmlName.local)))
            let tree = try #require(mine.property("supported-privilege-set")?.elements.first)
            #expect(privileges(in: tree) == Set(Privilege.standard.map(\.xmlName.local)))
            let ace = try #require(mine.property("acl")?.elements.first)
            #expect(ace.first(.dav("principal"))?.first(.dav("property"))?.elements.map(\.name) == [.dav("owner")])
        }
        let system = try await wire.propfind("/files/", names).responses[0]
        // acl takes read-acl, which nobody has on what belongs to the server.
        #expect(system.status(of: "acl") == "HTTP/1.1 403 Forbidden")
        #expect(system.property("owner")?.elements.isEmpty == true)
        let held = system.property("current-user-privilege-set")?.elements.compactMap { $0.elements.first?.name.local }
        #expect(Set(held ?? []) == ["read", "read-current-user-privilege-set"])
    }

    private func privileges(in tree: XMLElement) -> Set<String> {
        let own = tree.first(.dav("privilege"))?.elements.map(\.name.local) ?? []
        let parts = tree.elements.filter { $0.name == .dav("supported-privilege") }
        return parts.reduce(into: Set(own)) { $0.formUnion(privileges(in: $1)) }
    }

    @Test func copyAndMoveDoNotCrossBackends() async throws {  // W-40
        try await wire.put("/files/alice/a")
        for method in ["COPY", "MOVE"] {
            let answer = try await wire.send(method, "/files/alice/a", ["Destination": "/principals/alice/a"])
            #expect([403, 502].contains(answer.status))
        }
        #expect(try await wire.send("PROPFIND", "/files/alice/a", ["Depth": "0"]).status == 207)
    }
}

import DAV
import DAVTesting
import HTTPTypes
import Testing

@testable import DAVGroupware

/// Who acts for a sharee, where the sharee has something of their own. Row numbers are those of the scenarios of sharing.
@Suite struct PersonalProxyTests {
    /// Zoe acts for whoever is named.
    private struct Proxy: Memberships {
        var name: String
        var group: ProxyGroup
        func groups(of principal: PrincipalID) -> Set<PrincipalID> {
            principal == PrincipalID(Name("zoe")!) ? [PrincipalID(Name(name)!, group)] : []
        }
    }

    /// Alarms of one's own are the sharee's to write, and the rest the owner's: a proxy who reads writes neither.
    @Test(arguments: [
        ("sam", ProxyGroup.read, 403, 403), ("sam", .write, 204, 204), ("sue", .read, 403, 403),
        ("sue", .write, 204, 403), ("pia", .read, 403, 403),
    ])
    func aProxyWritesNoMoreThanTheyMayForTheSharee(  // X12, V2
        name: String, group: ProxyGroup, ownPart: Int, content: Int
    ) async throws {
        let wire = try await PersonalWire(memberships: Proxy(name: name, group: group))
        try #require(try await wire.put("a.ics", event("SUMMARY:Rota"), as: "olga").status == 201)
        func put(_ body: [UInt8]) async throws -> Int {
            try await wire.send(
                "PUT", wire.url(name, "a.ics"), ["Content-Type": "text/calendar"], as: PersonalWire.caller("zoe"),
                body.text
            ).status
        }
        let before = try await wire.etag("a.ics", as: name)
        let alarm = "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:zoe\nTRIGGER:-PT5M\nEND:VALARM"
        #expect(try await put(event("SUMMARY:Rota\n" + alarm)) == ownPart)
        #expect(try await wire.etag("a.ics", as: name) == before || ownPart == 204)
        #expect(try await put(event("SUMMARY:Changed")) == content)
        #expect(try await wire.get("a.ics", as: "olga").text.contains("Changed") == (content == 204))
    }
}

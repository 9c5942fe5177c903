import DAV
import DAVStorage
import Testing

/// Who an address names: what sharing asks for each sharee.
struct DirectoryTests {
    static let (ann, bob, cid) = (id("ann"), id("bob"), id("cid"))
    static let group = id("family")

    private static func id(_ name: String) -> PrincipalID { PrincipalID(Name(name)!) }

    private func filled() async throws -> TestStore {
        let test = try TestStore()
        for (id, addresses) in [
            (Self.ann, ["Ann@Example.org", "a@example.org"]), (Self.bob, ["bob@example.org", "both@example.org"]),
            (Self.cid, ["ÜNAL@example.org", "both@example.org"]),
        ] {
            try await test.store.add(Account(id: id, displayName: "\(id)", addresses: addresses, passwordHash: ""))
        }
        try await test.store.addGroup(Self.group, displayName: "Family")
        for member in [Self.ann, Self.bob] { try await test.store.add(member, to: Self.group) }
        return test
    }

    private func directory(_ test: TestStore, _ privacy: DirectoryPrivacy = .everyone) -> AccountDirectory {
        AccountDirectory(test.store, path: DAVPath([Name("principals")!]), privacy: privacy)
    }

    @Test(arguments: [
        ("mailto:ann@example.org", "ann"), ("mailto:a@example.org", "ann"), ("mailto:ünal@example.org", "cid"),
        ("mailto:both@example.org", nil), ("mailto:nn@example.org", nil), ("mailto:ann@example.or", nil),
        ("mailto:", nil), ("mailto:%@example.org", nil), ("mailto:a@example.org\nb", nil), ("urn:uuid:", nil),
        ("urn:uuid:nonsense", nil), ("ann", nil), ("http://example.org/ann", nil),
    ])
    func anAddressNamesTheOnlyOneThatHasIt(_ uri: String, _ name: String?) async throws {
        let test = try await filled()
        let found = try await directory(test).principal(addressed: uri, visibleTo: .principal(Self.bob))
        #expect(found?.id.description == name)
        #expect(try await directory(test).principal(addressed: uri, visibleTo: .anonymous) == nil)
    }

    @Test func everybodyHasANumberThatNamesThem() async throws {
        let test = try await filled()
        for id in [Self.ann, Self.group] {
            let uuid = try #require(try await directory(test).principal(id)?.uuid)
            let uri = "urn:uuid:" + uuid.uuidString
            #expect(try await directory(test).principal(addressed: uri, visibleTo: .principal(Self.bob))?.id == id)
        }
    }

    @Test(arguments: [
        (DirectoryPrivacy.everyone, [true, true, true]), (.groups, [true, true, false]), (.exact, [true, true, true]),
        (.nobody, [true, false, false]),
    ])
    func nobodyIsFoundWhomTheCallerMustNotKnow(_ privacy: DirectoryPrivacy, _ expected: [Bool]) async throws {
        let test = try await filled()
        var found: [Bool] = []
        for uri in ["mailto:bob@example.org", "mailto:ann@example.org", "mailto:ünal@example.org"] {
            let one = try await directory(test, privacy).principal(addressed: uri, visibleTo: .principal(Self.bob))
            found.append(one != nil)
        }
        #expect(found == expected)
    }

    @Test func itTakesOneStatement() async throws {
        let test = try await filled()
        let statements = try await test.counting {
            _ = try await directory(test).principal(
                addressed: "mailto:ann@example.org", visibleTo: .principal(Self.bob))
        }
        #expect(statements.filter { $0.hasPrefix("SELECT") }.count == 1, "\(statements)")
    }
}

import DAV
import DAVTesting
import HTTPTypes
import Testing

/// Folders are shared with everything below them. Row numbers are those of the scenarios of sharing.
@Suite struct ShareFolderTests {
    typealias W = ShareWire
    private static let docs = "/files/olga/docs/"

    private let wire: W
    private let instance: String

    init() async throws {
        wire = try await W()
        for path in [Self.docs, Self.docs + "sub/", Self.docs + "sub/deep/"] {
            #expect(try await wire.send("MKCOL", path, as: W.olga).status == 201)
        }
        #expect(try await wire.put(Self.docs + "sub/a", "from olga", as: W.olga) == 201)
        #expect(try await wire.post(W.sharee("/principals/sam/", "read-write"), to: Self.docs).status == 204)
        instance = try await wire.instance(in: "/files/sam/", of: W.sam)
    }

    private func sync(_ target: String, _ token: String? = nil, level: String = "infinite", as caller: Caller = W.sam)
        async throws -> Multistatus
    {
        try Multistatus(
            await wire.send(
                "REPORT", target, as: caller,
                "<sync-collection xmlns='DAV:'><sync-token>\(token ?? "")</sync-token><sync-level>\(level)</sync-level><prop><getetag/></prop></sync-collection>"
            ))
    }

    @Test func itStandsInTheHomeForFoldersAndNotInTheOneForCalendars() async throws {  // P1, V1
        #expect(instance.hasPrefix("/files/sam/"))
        #expect(try await wire.instances().isEmpty)
        let found = try await wire.propfind(
            instance, "<resourcetype/><CS:invite/><CS:allowed-sharing-modes/>", as: W.sam)
        #expect(found[instance]?.property("resourcetype")?.elements.map(\.name.local) == ["collection"])
        #expect(found[instance]?.status(of: "invite")?.contains("404") == true)
    }

    @Test func everythingBelowIsReachedAndSpelledThere() async throws {  // V1, V5, V11
        let listed = try await wire.propfind(instance + "sub/", depth: "1", "<getetag/><share-access/>", as: W.sam)
        #expect(listed.hrefs == [instance + "sub/", instance + "sub/a", instance + "sub/deep/"])
        #expect(listed[instance + "sub/"]?.status(of: "share-access")?.contains("404") == true)
        #expect(try await wire.send("GET", instance + "sub/a", as: W.sam).text == "from olga")
        #expect(try await wire.put(instance + "sub/deep/b", "from sam", as: W.sam) == 201)
        #expect(try await wire.send("GET", Self.docs + "sub/deep/b", as: W.olga).text == "from sam")
    }

    @Test func collectionsMadeInsideAreTheOwners() async throws {  // V5, X9
        #expect(try await wire.send("MKCOL", instance + "new/", as: W.sam).status == 201)
        #expect(try await wire.put(instance + "new/c", as: W.sam) == 201)
        #expect(try await wire.send("GET", Self.docs + "new/c", as: W.olga).status == 200)
        let owner = try await wire.propfind(Self.docs + "new/", "<owner/>")[Self.docs + "new/"]
        #expect(owner?.property("owner")?.elements.map(\.text) == ["/principals/olga/"])
        #expect(try await wire.send("DELETE", instance + "sub/", as: W.sam).status == 204)
        #expect(try await wire.send("GET", Self.docs + "sub/a", as: W.olga).status == 404)
        let missing = try await wire.send("MKCOL", instance + "gone/x/", as: W.sam)
        #expect(missing.status == 409)
    }

    @Test func itIsMovedAndCopiedWithinAndOut() async throws {  // X8, V11
        let renamed = try await wire.send(
            "MOVE", instance + "sub/", ["Destination": instance + "named/"], as: W.sam)
        #expect(renamed.status == 201 && renamed.headers[.location]?.hasSuffix(instance + "named/") == true)
        #expect(try await wire.send("GET", Self.docs + "named/a", as: W.olga).status == 200)
        let copied = try await wire.send("COPY", instance + "named/", ["Destination": "/files/sam/mine/"], as: W.sam)
        #expect(copied.status == 201)
        let mine = try await wire.propfind("/files/sam/mine/", "<owner/>", as: W.sam)["/files/sam/mine/"]
        #expect(mine?.property("owner")?.elements.map(\.text) == ["/principals/sam/"])
        #expect(try await wire.send("MOVE", instance, ["Destination": instance + "in/"], as: W.sam).status == 403)
        let deeper = try await wire.send("MOVE", instance, ["Destination": "/files/sam/mine/in/"], as: W.sam)
        #expect(deeper.status == 403)
        #expect(try await wire.send("MOVE", instance, ["Destination": "/files/sam/olga/"], as: W.sam).status == 201)
        #expect(try await wire.send("GET", "/files/sam/olga/named/a", as: W.sam).status == 200)
    }

    @Test func aLockOfTheWholeHoldsAtBothURLs() async throws {  // X8
        let locked = try await wire.send("LOCK", instance, ["Depth": "infinity"], as: W.sam, W.lockBody)
        #expect(locked.status == 200 && locked.text.contains("<D:lockroot><D:href>\(instance)</D:href>"))
        let token = try #require(locked.headers[.lockToken])
        let refused = try await wire.send("PUT", Self.docs + "sub/a", ["Content-Type": "text/plain"], as: W.olga, "y")
        #expect(refused.status == 423)
        #expect(try refused.xml().elements.first?.elements.map(\.text) == [Self.docs])
        #expect(try await wire.put(instance + "sub/a", "y", as: W.sam, ["If": "<\(instance)> (\(token))"]) == 204)
        let found = try await wire.propfind(instance + "sub/a", "<lockdiscovery/>", as: W.sam)
        #expect(found.answer.text.contains("<D:lockroot><D:href>\(instance)</D:href>"))
        #expect(try await wire.send("UNLOCK", instance, ["Lock-Token": token], as: W.sam).status == 204)
        #expect(try await wire.put(Self.docs + "sub/a", "z", as: W.olga) == 204)
    }

    @Test func itIsSynchronisedWholeAtItsOwnURL() async throws {  // Y3, Y4, V11
        let first = try await sync(instance)
        #expect(
            Set(first.hrefs) == [instance + "sub/", instance + "sub/a", instance + "sub/deep/"], "\(first.hrefs)")
        #expect(try await wire.put(Self.docs + "sub/deep/b", as: W.olga) == 201)
        let next = try await sync(instance, first.syncToken)
        #expect(next.hrefs == [instance + "sub/deep/b"])
        #expect(try await wire.send("DELETE", Self.docs + "sub/", as: W.olga).status == 204)
        let gone = try await sync(instance, next.syncToken)
        #expect(gone.hrefs == [instance + "sub/"] && gone[instance + "sub/"]?.status?.contains("404") == true)
    }

    @Test func aHomeSynchronisedWholeStopsAtTheInstanceAndSaysSo() async throws {  // Y3
        #expect(try await wire.put("/files/sam/own", as: W.sam) == 201)
        let first = try await sync("/files/sam/")
        #expect(Set(first.hrefs) == ["/files/sam/own", instance])
        #expect(first[instance]?.status?.contains("403") == true)
        #expect(first.answer.text.contains("sync-traversal-supported"))
        #expect(try await wire.put(Self.docs + "b", as: W.olga) == 201)
        let next = try await sync("/files/sam/", first.syncToken)
        #expect(next.hrefs.isEmpty)
        #expect(try await wire.post(W.sharee("/principals/sam/", "no-access"), to: Self.docs).status == 204)
        let gone = try await sync("/files/sam/", next.syncToken)
        #expect(gone.hrefs == [instance] && gone[instance]?.status?.contains("404") == true)
    }

    @Test func whatIsSharedWithinASharedFolderIsASecondShare() async throws {  // V10, U2
        #expect(try await wire.post(W.sharee("/principals/sue/", "read"), to: Self.docs + "sub/").status == 204)
        let other = try await wire.instance(in: "/files/sue/", of: W.sue)
        #expect(try await wire.send("GET", other + "a", as: W.sue).status == 200)
        let seen = try await wire.propfind(
            instance + "sub/", "<invite/><share-access/><share-resource-uri/>", as: W.sam)
        #expect(!seen.answer.text.contains("sue") && !seen.answer.text.contains("urn:uuid"))
        #expect(
            try await wire.post(W.sharee("/principals/xena/", "read"), to: instance + "sub/", as: W.sam).status == 403)
        // Out of the owner's reach is out of the share.
        let moved = try await wire.send("MOVE", instance + "sub/", ["Destination": "/files/sam/sub/"], as: W.sam)
        #expect(moved.status == 201)
        #expect(try await wire.send("GET", other + "a", as: W.sue).status == 404)
    }

    @Test func aReaderMakesNothingInside() async throws {  // X7
        #expect(try await wire.post(W.sharee("/principals/sam/", "read"), to: Self.docs).status == 204)
        for (method, target) in [("MKCOL", "new/"), ("DELETE", "sub/"), ("DELETE", "sub/a"), ("LOCK", "sub/")] {
            let answer = try await wire.send(
                method, instance + target, as: W.sam, method == "LOCK" ? W.lockBody : "")
            #expect(answer.status == 403 && answer.text.contains("need-privileges"), "\(method) \(answer.status)")
        }
        let patch = "<propertyupdate xmlns='DAV:'><set><prop><displayname>x</displayname></prop></set></propertyupdate>"
        #expect(try await wire.send("PROPPATCH", instance + "sub/", as: W.sam, patch).status == 403)
        #expect(try await wire.send("PROPPATCH", instance, as: W.sam, patch).status == 207)
    }
}

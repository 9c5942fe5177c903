import DAV
import Testing

/// Address books and folders are shared as calendars are.
@Suite(.timeLimit(.minutes(5))) struct ShareKindTests {
    @Test(arguments: ShareBacking.allCases)
    func anAddressBookIsSharedInBothDialects(_ backing: ShareBacking) async throws {
        try await ShareRow.run(backing) { row in
            let book = "/contacts/olga/contacts/"
            #expect(try await row.olga.apple(ShareBody.set(row.sam.mail), to: book).status == 200)
            let instance = try #require(try await row.sam.instances(in: "/contacts/sam/").first)
            try await row.watch(row.sam, instance)
            try await row.watch(row.sam, "/contacts/sam/")
            #expect(try await row.sam.types(instance) == ["collection", "addressbook", "shared"])
            #expect(try await row.sam.putCard(instance + "a.vcf", Groupware.card("a")).status == 201)
            #expect(try await row.olga.get(book + "a.vcf").text == Groupware.card("a"))
            let found = try Multistatus(
                await row.sam.send("REPORT", instance, [("Depth", "1")], Groupware.cards([instance + "a.vcf"])))
            #expect(found.hrefs == [instance + "a.vcf"] && found.responses[0].status == nil)
            #expect(try await row.olga.share(ShareBody.sharee(row.sam.mail, "read"), at: book).status == 204)
            let refused = try await row.sam.putCard(instance + "b.vcf", Groupware.card("b"))
            #expect(refused.needs("bind"), "\(refused.status) \(refused.text)")
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func aFolderIsSharedWithAllThatIsInIt(_ backing: ShareBacking) async throws {
        try await ShareRow.run(backing) { row in
            let folder = "/files/olga/f/"
            for target in [folder, folder + "sub/"] { #expect(try await row.olga.mkcol(target).status == 201) }
            #expect(try await row.olga.put(folder + "sub/x", "deep").status == 201)
            // Apple's dialect has no words for folders.
            let apple = try await row.olga.apple(ShareBody.set(row.sam.mail), to: folder)
            #expect(apple.status == 403 && apple.error == .cs("valid-request"), "\(apple.status) \(apple.text)")
            #expect(try await row.olga.share(ShareBody.sharee(row.sam.mail, "read-write"), at: folder).status == 204)
            let instance = try #require(try await row.sam.instances(in: "/files/sam/").first)
            try await row.watch(row.sam, instance)
            #expect(try await row.sam.get(instance + "sub/x").text == "deep")
            #expect(try await row.sam.mkcol(instance + "sub/more/").status == 201)
            #expect(try await row.sam.put(instance + "sub/more/y").status == 201)
            #expect(try await row.olga.get(folder + "sub/more/y").status == 200)
            let listed = try await row.sam.propfind(instance + "sub/", depth: "1", "<D:getetag/>")
            #expect(listed.hrefs.allSatisfy { $0.hasPrefix(instance + "sub/") } && listed.hrefs.count == 3)
            // It is not shared on from within.
            let inner = try await row.sam.share(ShareBody.sharee(row.sue.mail, "read"), at: instance + "sub/")
            #expect([403, 405].contains(inner.status), "\(inner.status)")
            #expect(try await row.sam.delete(instance).status == 204)
            #expect(try await row.olga.get(folder + "sub/x").status == 200)
        }
    }
}

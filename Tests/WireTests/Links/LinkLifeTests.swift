import DAV
import DAVStorage
import Testing

@testable import MartletServer

/// Who makes links, and how long they last.
@Suite(.timeLimit(.minutes(5))) struct LinkLifeTests {
    @Test func aLinkFollowsItsCollectionAndDiesWithIt() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let link = try await scene.link(to: LinkScene.folder)
            #expect(try await scene.alice.move(LinkScene.folder, to: "/files/alice/elsewhere/").status == 201)
            #expect(try await scene.get(link + "a.txt").text == "content of a.txt")
            #expect(try await scene.alice.mkcol(LinkScene.folder).status == 201)
            #expect(try await scene.get(link + "a.txt").status == 200)
            #expect(try await scene.alice.move("/files/alice/elsewhere/", to: "/files/alice/secret/in/").status == 201)
            #expect(try await scene.get(link).text.contains("<title>in</title>"))
            #expect(try await scene.alice.delete("/files/alice/secret/").status == 204)
            #expect(try await scene.get(link).status == 404)
            for folder in ["/files/alice/secret/", "/files/alice/secret/in/"] {
                #expect(try await scene.alice.mkcol(folder).status == 201)
            }
            #expect(try await scene.get(link).status == 404)
            #expect(try await scene.product.store.links.links(of: nil, after: nil, limit: 9).count == 1)
            try await scene.product.store.maintain()
            #expect(try await scene.product.store.links.links(of: nil, after: nil, limit: 9).isEmpty)
        }
    }

    @Test func aLinkFollowsItsFileAndDiesWithIt() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let file = LinkScene.folder + "a.txt"
            let link = try await scene.link(to: file)
            #expect(try await scene.alice.put(file, "new").status == 204)
            #expect(try await scene.get(link).text == "new")
            #expect(try await scene.alice.move(file, to: "/files/alice/secret/moved.txt").status == 201)
            #expect(try await scene.alice.put(file, "another").status == 201)
            #expect(try await scene.get(link).text == "new")
            #expect(try await scene.alice.move("/files/alice/secret/", to: "/files/alice/renamed/").status == 201)
            #expect(try await scene.get(link)["Content-Disposition"] == "inline; filename*=UTF-8''moved.txt")
            #expect(try await scene.alice.delete("/files/alice/renamed/moved.txt").status == 204)
            #expect(try await scene.alice.put("/files/alice/renamed/moved.txt", "third").status == 201)
            #expect(try await scene.get(link).status == 404)
        }
    }

    @Test func aLinkEndsWhereTheOwnerDoes() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let link = try await scene.link(to: LinkScene.folder)
            let file = try await scene.link(to: LinkScene.folder + "a.txt")
            // Into somebody else's home: it is theirs then.
            #expect(try await scene.bob.mkcol("/files/bob/inbox/").status == 201)
            let grant = SharingTests.grant(SharingTests.href("alice"), "<D:read/>", "<D:write/>")
            #expect(try await SharingTests.acl(scene.bob, "/files/bob/inbox/", grant) == 200)
            let moved = LinkScene.folder + "a.txt"
            #expect(try await scene.alice.move(moved, to: "/files/bob/inbox/a.txt").status == 201)
            #expect(try await scene.get(file).status == 404)
            #expect(try await scene.get(link).status == 200)
            #expect(try await scene.alice.move(LinkScene.folder, to: "/files/bob/inbox/holiday/").status == 201)
            #expect(try await scene.get(link).status == 404)
            let last = try await scene.link(to: "/files/alice/secret/")
            let alice = PrincipalID(Name("alice")!)
            let account = try #require(try scene.product.store.account(alice))
            try await scene.product.store.removeAccount(alice, withFiles: false)
            #expect(try await scene.get(last).status == 404)
            try await scene.product.store.add(account)
            #expect(try await scene.alice.send("GET", "/files/alice/secret/s.txt").status == 200)
            #expect(try await scene.get(last).status == 404)
        }
    }

    @Test func onlyTheOwnerMakesLinks() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            #expect(try await scene.post(scene.bob, LinkScene.folder, "create-link").status == 404)
            #expect(try await scene.post(scene.bearer, LinkScene.folder, "create-link").status == 401)
            for rights in ["<D:read/>", "<D:all/>"] {
                let grant = SharingTests.grant(SharingTests.href("bob"), rights)
                #expect(try await SharingTests.acl(scene.alice, LinkScene.folder, grant) == 200)
                for target in [LinkScene.folder, LinkScene.folder + "a.txt"] {
                    for action in ["create-link", "list-links", "remove-link"] {
                        #expect(try await scene.post(scene.bob, target, action, "<L:id>1</L:id>").status == 403)
                    }
                }
            }
            // Homes, and what has no content of its own to give.
            for target in ["/files/alice/", "/calendars/alice/", "/calendars/alice/inbox/", "/principals/alice/", "/"] {
                let reply = try await scene.post(scene.alice, target, "create-link")
                #expect([403, 405].contains(reply.status), "\(target) \(reply.status)")
            }
            _ = try await scene.alice.putEvent(Groupware.calendar + "a.ics", Groupware.event("a"))
            #expect(try await scene.post(scene.alice, Groupware.calendar + "a.ics", "create-link").status == 405)
            #expect(try await scene.post(scene.alice, LinkScene.folder + "none", "create-link").status == 404)
        }
    }

    @Test func ownersSeeAndRemoveTheirLinks() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let terms = "<L:label> A &amp; B </L:label><L:lifetime>3600</L:lifetime><L:password>x</L:password>"
            let (path, id) = try await scene.make(LinkScene.folder, terms)
            _ = try await scene.link(to: LinkScene.folder + "a.txt")
            let list = try await scene.post(scene.alice, LinkScene.folder, "list-links")
            #expect(
                list.status == 200 && !list.text.contains("/links/")
                    && !list.text.contains(path.dropFirst(7).dropLast()))
            let links = try list.xml().elements
            #expect(links.count == 1)
            #expect(links.first?.first(LinkScene.name("id"))?.text == id)
            #expect(links.first?.first(LinkScene.name("label"))?.text == "A & B")
            #expect(links.first?.first(LinkScene.name("expires")) != nil)
            #expect(links.first?.first(LinkScene.name("has-password")) != nil)
            #expect(try await scene.post(scene.bob, "/files/bob/", "remove-link", "<L:id>\(id)</L:id>").status == 404)
            #expect(try await scene.get(path).status == 401)
            for elements in ["", "<L:id>x</L:id>", "<L:id>-</L:id>"] {
                #expect(try await scene.post(scene.alice, LinkScene.folder, "remove-link", elements).status == 400)
            }
            for status in [204, 404] {
                let reply = try await scene.post(scene.alice, LinkScene.folder, "remove-link", "<L:id>\(id)</L:id>")
                #expect(reply.status == status)
            }
            #expect(try await scene.get(path).status == 404)
        }
    }

    @Test func whatALinkMayBeIsBounded() async throws {
        try await LinkScene.run({
            $0.linkMost = 2
            $0.linkLifetime = Seconds(86_400)
        }) { scene in
            try await scene.makeFolder()
            for elements in [
                "<L:lifetime>0</L:lifetime>", "<L:lifetime>-5</L:lifetime>", "<L:lifetime>soon</L:lifetime>",
                "<L:lifetime>99999999999999999999</L:lifetime>", "<L:lifetime>1</L:lifetime><L:lifetime>2</L:lifetime>",
                "<L:password/>", "<L:password><b/></L:password>",
                "<L:password>\(String(repeating: "x", count: 1025))</L:password>",
                "<L:label>\(String(repeating: "x", count: 256))</L:label>",
            ] {
                let reply = try await scene.post(scene.alice, LinkScene.folder, "create-link", elements)
                #expect(reply.status == 400, "\(elements) \(reply.status)")
            }
            _ = try await scene.link(to: LinkScene.folder)
            _ = try await scene.link(to: LinkScene.folder, "<L:lifetime>8000000000</L:lifetime>")
            #expect(try await scene.post(scene.alice, LinkScene.folder, "create-link").status == 507)
            let links = try await scene.product.store.links.links(of: nil, after: nil, limit: 9)
            for link in links {
                let lifetime = try #require(link.terms.expires).seconds - link.created.seconds
                #expect((86_390...86_410).contains(lifetime))
            }
        }
    }

    @Test func usesAreCounted() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            let link = try await scene.link(to: LinkScene.folder)
            #expect(try await scene.get(link).status == 200)
            let list = try await scene.post(scene.alice, LinkScene.folder, "list-links").xml()
            #expect(list.elements.first?.first(LinkScene.name("uses"))?.text == "1")
            #expect(list.elements.first?.first(LinkScene.name("last-use")) != nil)
        }
    }
}

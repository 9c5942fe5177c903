import DAV
import DAVStorage
import Testing

/// How Apple's calendars and contacts set up an account (client-quirks 17, 1): no step fails, each says `DAV`.
@Suite(.timeLimit(.minutes(5))) struct AppleSetUp {
    private func ask(_ client: Client, _ target: String, depth: String = "0", _ properties: [String]) async throws
        -> Multistatus
    {
        let reply = try await client.send(
            "PROPFIND", target,
            [("Depth", depth), ("Content-Type", "text/xml"), ("Brief", "t"), ("Accept", "*/*")],
            Apple.propfind(properties))
        #expect(reply["DAV"]?.contains("calendar-access") == true || target.hasPrefix("/contacts"), "\(target)")
        return try Multistatus(reply)
    }

    /// N-01, N-02, A-12
    @Test func aHostsNameLeadsToThePrincipal() async throws {
        try await Product.run { product in
            let nobody = product.client(nil)
            for service in ["caldav", "carddav"] {
                let redirect = try await nobody.send(
                    "PROPFIND", "/.well-known/\(service)", [("Depth", "0")], Apple.propfind(Apple.first))
                #expect(redirect.status == 301)
                #expect(redirect["Location"] == "http://127.0.0.1:\(product.port)/")
            }
            let challenge = try await nobody.send("PROPFIND", "/", [("Depth", "0")], Apple.propfind(Apple.first))
            #expect(challenge.status == 401)
            #expect(challenge["WWW-Authenticate"]?.hasPrefix("Basic ") == true)
            let alice = product.client("alice")
            for target in ["/", "/principals/", "/principals/alice/", "/calendars/alice/", "/contacts/alice/"] {
                let found = try await ask(alice, target, Apple.first)
                let me = found.responses.first?.property("current-user-principal")?.first(.dav("href"))?.text
                #expect(me == "/principals/alice/", "\(target)")
            }
            await nobody.close()
            await alice.close()
        }
    }

    @Test func theServerSaysWhatItDoesEverywhere() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            for (target, needed) in [
                ("/", ["1", "3", "access-control", "calendar-access", "addressbook"]),
                ("/principals/alice/", ["1", "3", "access-control", "calendar-access", "addressbook"]),
                ("/calendars/alice/", ["1", "2", "3", "access-control", "calendar-access"]),
                ("/calendars/alice/calendar/", ["1", "2", "3", "access-control", "calendar-access"]),
                ("/calendars/alice/inbox/", ["1", "calendar-access"]),
                ("/contacts/alice/", ["1", "2", "3", "access-control", "addressbook"]),
                ("/contacts/alice/contacts/", ["1", "2", "3", "access-control", "addressbook"]),
            ] {
                let reply = try await alice.send("OPTIONS", target)
                #expect(reply.status == 200)
                let classes = (reply["DAV"] ?? "").split(separator: ",").map { $0.drop { $0 == " " } }
                for name in needed { #expect(classes.contains(Substring(name)), "\(target): \(name)") }
                #expect(reply["Allow"]?.contains("PROPFIND") == true)
            }
            await alice.close()
        }
    }

    /// RFC 4791 §6.2.1, RFC 6352 §7.1.1, RFC 6638 §2.4
    @Test func thePrincipalLeadsToTheHomes() async throws {
        try await Product.run(users: ["alice", "ann@example.org"]) { product in
            for (user, mail) in [("alice", nil), ("ann@example.org", "mailto:ann@example.org")] {
                let client = product.client(user)
                let me = "/principals/\(user)/"
                let listing = try await ask(client, me, Apple.principal + ["A:addressbook-home-set"])
                let found = try #require(listing[me])
                for (name, expected) in [
                    (XMLName.calDAV("calendar-home-set"), "/calendars/\(user)/"),
                    (.cardDAV("addressbook-home-set"), "/contacts/\(user)/"),
                    (.calDAV("schedule-inbox-URL"), "/calendars/\(user)/inbox/"),
                    (.calDAV("schedule-outbox-URL"), "/calendars/\(user)/outbox/"),
                    (.calendarServer("notification-URL"), "/calendars/\(user)/notifications/"),
                    (.dav("principal-URL"), me), (.dav("current-user-principal"), me),
                    (.dav("principal-collection-set"), "/principals/"),
                ] {
                    let hrefs = found.property(name)?.elements.map(\.text)
                    #expect(hrefs == [expected], "\(name)")
                    let there = try await client.send(
                        "PROPFIND", expected, [("Depth", "0")], Apple.propfind(Apple.first))
                    #expect(there.status == 207, "\(expected)")
                }
                let addresses = try #require(found.property(.calDAV("calendar-user-address-set"))).elements
                #expect(addresses.contains { $0.text == me })
                // Clients take the first, the last, or the preferred address.
                if let mail {
                    #expect(addresses.first?.text == mail && addresses.last?.text == mail)
                    #expect(addresses.first?.attributes.first?.value == "1")
                }
                await client.close()
            }
        }
    }

    /// C-09, T-03, and the forty properties of the home.
    @Test func theHomeHoldsWhatAPersonBeginsWith() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            let home = try await ask(alice, "/calendars/alice/", depth: "1", Apple.calendarHome)
            #expect(
                Set(home.hrefs)
                    == Set(
                        ["", "calendar/", "tasks/", "inbox/", "outbox/", "notifications/"].map {
                            "/calendars/alice/" + $0
                        }))
            for (href, types, component, displayName) in [
                ("calendar/", [XMLName.calDAV("calendar")], "VEVENT", "Calendar"),
                ("tasks/", [XMLName.calDAV("calendar")], "VTODO", "Tasks"),
                ("inbox/", [XMLName.calDAV("schedule-inbox")], nil, "Inbox"),
                ("outbox/", [XMLName.calDAV("schedule-outbox")], nil, "Outbox"),
                (
                    "notifications/", [XMLName.dav("notifications"), .calendarServer("notification")], nil,
                    "Notifications"
                ),
            ] {
                let found = try #require(home["/calendars/alice/" + href])
                let told = found.property("resourcetype")?.elements.map(\.name)
                #expect(told == [.dav("collection")] + types, "\(href)")
                #expect(found.property("displayname")?.text == displayName)
                #expect(found.property("owner")?.first(.dav("href"))?.text == "/principals/alice/")
                let token = try #require(found.property("sync-token")?.text)
                #expect(found.property(.calendarServer("getctag"))?.text == token, "T-02, T-03")
                let components = found.property(.calDAV("supported-calendar-component-set"))?.elements.map {
                    $0.attributes.first?.value
                }
                if let component { #expect(components == [component], "\(href)") }
                if component != nil {
                    #expect(found.property(.apple("calendar-color"))?.text.count == 9)
                    let privileges = found.property("current-user-privilege-set")?.elements.compactMap(
                        \.elements.first?.name)
                    for name in ["read", "write", "write-content", "bind", "unbind"] {
                        #expect(privileges?.contains(.dav(name)) == true, "\(name)")
                    }
                }
            }
            await alice.close()
        }
    }

    /// Apple synchronises only if the home and the collections offer it.
    @Test func homeAndCollectionsOfferToSynchronise() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            for target in [
                "/calendars/alice/", "/calendars/alice/calendar/", "/calendars/alice/inbox/", "/contacts/alice/",
                "/contacts/alice/contacts/",
            ] {
                let found = try await ask(alice, target, ["D:supported-report-set", "D:sync-token"])
                let reports = found.responses.first?.property("supported-report-set")?.elements.compactMap {
                    $0.first(.dav("report"))?.elements.first?.name
                }
                #expect(reports?.contains(.dav("sync-collection")) == true, "\(target)")
                #expect(found.responses.first?.property("sync-token")?.text.contains(":") == true)
            }
            await alice.close()
        }
    }

    @Test func contactsAreFoundTheSameWay() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            let home = try await ask(alice, "/contacts/alice/", depth: "1", Apple.contactHome)
            #expect(Set(home.hrefs) == ["/contacts/alice/", "/contacts/alice/contacts/"])
            let book = try #require(home["/contacts/alice/contacts/"])
            #expect(
                book.property("resourcetype")?.elements.map(\.name) == [.dav("collection"), .cardDAV("addressbook")])
            #expect(book.property("displayname")?.text == "Contacts")
            #expect(book.property(.cardDAV("max-resource-size")).flatMap { Int($0.text) } ?? 0 > 1 << 20)
            await alice.close()
        }
    }

    /// The reports of the set-up must not fail, whatever they find.
    @Test func theReportsOfTheSetUpAnswer() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            let set = try await alice.send(
                "REPORT", "/principals/", [("Depth", "0")],
                "<D:principal-search-property-set xmlns:D=\"DAV:\"/>")
            #expect(set.status == 200)
            let expand = try await alice.send(
                "REPORT", "/principals/alice/", [("Depth", "0")],
                """
                <D:expand-property xmlns:D="DAV:"><D:property name="calendar-proxy-write-for" \
                namespace="http://calendarserver.org/ns/"><D:property name="displayname"/></D:property>\
                <D:property name="calendar-proxy-read-for" namespace="http://calendarserver.org/ns/">\
                <D:property name="displayname"/></D:property></D:expand-property>
                """)
            let expanded = try Multistatus(expand)
            #expect(expanded.hrefs == ["/principals/alice/"])
            let availability = try await ask(alice, "/calendars/alice/inbox/", ["C:calendar-availability"])
            #expect(availability.responses.count == 1)
            await alice.close()
        }
    }

    @Test func whatAPersonRemovesStaysRemoved() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            #expect(try await alice.delete("/calendars/alice/tasks/").status == 204)
            await alice.close()
            // Each signs in anew, and another process looks after the homes.
            try await product.store.ensureHome(for: PrincipalID(Name("alice")!))
            let again = product.client("alice")
            let home = try await ask(again, "/calendars/alice/", depth: "1", ["D:resourcetype"])
            #expect(!home.hrefs.contains("/calendars/alice/tasks/"))
            #expect(home.hrefs.contains("/calendars/alice/calendar/"))
            await again.close()
        }
    }

    /// Clients were told of these places.
    @Test func whatTheServerNeedsStays() async throws {
        try await Product.run { product in
            let alice = product.client("alice")
            for name in ["inbox", "outbox", "notifications"] {
                let place = "/calendars/alice/\(name)/"
                #expect(try await alice.delete(place).status == 403)
                #expect(try await alice.move(place, to: "/calendars/alice/elsewhere/").status == 403)
                #expect(try await alice.move("/calendars/alice/tasks/", to: place, [("Overwrite", "T")]).status == 403)
                let there = try await alice.send("PROPFIND", place, [("Depth", "0")], Apple.propfind(Apple.first))
                #expect(there.status == 207)
            }
            #expect(try await alice.delete("/calendars/alice/").status == 403)
            await alice.close()
        }
    }
}

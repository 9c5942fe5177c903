import DAV
import DAVGroupware
import HTTPTypes
import DAVTesting
import Testing

extension GroupwareWire {
    /// Address book homes below `/contacts`, plain folders below `/files`.
    static func contacts(_ contacts: CardDAV = CardDAV(), options: ServerFacts.Options = .init()) -> GroupwareWire {
        GroupwareWire(
            homes: [("files", .folder), ("contacts", contacts.home)], kinds: [.folder] + contacts.kinds,
            options: options)
    }

    /// An address book with nothing in it.
    func makeBook(_ target: String = "/contacts/alice/book/") async throws {
        let answer = try await extendedMkcol(
            target, "<D:resourcetype><D:collection/><CARD:addressbook/></D:resourcetype>")
        try #require(answer.status == 201, "\(answer.text)")
    }

    func extendedMkcol(_ target: String, _ properties: String) async throws -> Answer {
        try await send(
            "MKCOL", target, ["Content-Type": "application/xml; charset=utf-8"],
            """
            <?xml version="1.0" encoding="utf-8"?>
            <D:mkcol \(GroupwareWire.namespaces)><D:set><D:prop>\(properties)</D:prop></D:set></D:mkcol>
            """)
    }
}

@Suite struct AddressBookKindTests {
    let wire = GroupwareWire.contacts()

    @Test func anAddressBookSaysWhatItIs() async throws {  // B-01, B-02, B-03
        try await wire.makeBook()
        let answer = try await wire.send("OPTIONS", "/contacts/alice/book/")
        let classes = answer.headers[.dav]?.split(separator: ", ").map(String.init) ?? []
        #expect(classes.contains("addressbook"))
        #expect(["1", "3", "access-control", "extended-mkcol"].allSatisfy(classes.contains))
        let found = try await wire.propfind(
            "/contacts/alice/book/",
            """
            <D:resourcetype/><CARD:supported-address-data/><CARD:max-resource-size/><CARD:supported-collation-set/>
            <CARD:addressbook-description/><D:sync-token/><CS:getctag/>
            """
        ).responses[0]
        #expect(found.property("resourcetype")?.elements.map(\.name) == [.dav("collection"), .cardDAV("addressbook")])
        let types = found.property("supported-address-data")?.elements ?? []
        #expect(types.map(\.name) == [.cardDAV("address-data-type"), .cardDAV("address-data-type")])
        #expect(types.map { $0.attributes.map(\.value) } == [["text/vcard", "3.0"], ["text/vcard", "4.0"]])
        #expect(types.first?.attributes.map(\.name.local) == ["content-type", "version"])
        #expect(found.value("max-resource-size") == "10485760")
        let collations = found.property("supported-collation-set")?.elements ?? []
        #expect(collations.map(\.name) == Array(repeating: .cardDAV("supported-collation"), count: 3))
        #expect(collations.map(\.text) == ["i;ascii-casemap", "i;unicode-casemap", "i;octet"])
        #expect(found.status(of: "addressbook-description") == "HTTP/1.1 404 Not Found")
        #expect(found.value("sync-token")?.isEmpty == false)
        #expect(found.value("getctag")?.isEmpty == false)
    }

    @Test func homesSayThatTheyHoldAddressBooks() async throws {  // B-01, client-quirks 8
        for target in ["/contacts/alice/", "/contacts/alice/none"] {
            let answer = try await wire.send("OPTIONS", target)
            #expect(answer.headers[.dav]?.contains("addressbook") == true, "\(target)")
        }
        #expect(try await wire.send("OPTIONS", "/files/alice/").headers[.dav]?.contains("addressbook") == false)
    }

    @Test func noneOfItsPropertiesIsInAllprop() async throws {  // B-03
        try await wire.makeBook()
        let described = try await wire.send(
            "PROPPATCH", "/contacts/alice/book/", [:],
            """
            <D:propertyupdate \(GroupwareWire.namespaces)><D:set><D:prop>
            <CARD:addressbook-description xml:lang="de">Freunde &amp; Familie</CARD:addressbook-description>
            <D:displayname>Friends</D:displayname></D:prop></D:set></D:propertyupdate>
            """)
        #expect(described.status == 207 && !described.text.contains("403"))
        let all = try Multistatus(await wire.send("PROPFIND", "/contacts/alice/book/", ["Depth": "0"]))
        let names = all.responses[0].propstats.flatMap { $0.properties.map(\.name) }
        #expect(names.contains(.dav("displayname")))
        #expect(!names.contains { $0.namespace == XMLName.cardDAVNamespace })
        let named = try await wire.propfind("/contacts/alice/book/", "<CARD:addressbook-description/>").responses[0]
        let description = try #require(named.property("addressbook-description"))
        #expect(description.text == "Freunde & Familie")
        #expect(description.attributes.map(\.value) == ["de"])
    }

    @Test(arguments: [
        "<CARD:supported-address-data/>", "<CARD:max-resource-size>1</CARD:max-resource-size>",
        "<CARD:supported-collation-set/>",
    ])
    func theServersOwnPropertiesAreProtected(_ property: String) async throws {  // B-03
        try await wire.makeBook()
        let answer = try Multistatus(
            await wire.send(
                "PROPPATCH", "/contacts/alice/book/", [:],
                """
                <D:propertyupdate \(GroupwareWire.namespaces)><D:set><D:prop>\(property)</D:prop></D:set></D:propertyupdate>
                """))
        #expect(answer.responses[0].propstats.map(\.status) == ["HTTP/1.1 403 Forbidden"])
    }

    @Test func descriptionsAreRemoved() async throws {
        #expect(
            try await wire.extendedMkcol(
                "/contacts/alice/d/",
                """
                <D:resourcetype><D:collection/><CARD:addressbook/></D:resourcetype>
                <CARD:addressbook-description>x</CARD:addressbook-description>
                """
            ).status == 201)
        #expect(
            try await wire.propfind("/contacts/alice/d/", "<CARD:addressbook-description/>").responses[0].value(
                "addressbook-description") == "x")
        try await wire.send(
            "PROPPATCH", "/contacts/alice/d/", [:],
            """
            <D:propertyupdate \(GroupwareWire.namespaces)><D:remove><D:prop><CARD:addressbook-description/></D:prop>\
            </D:remove></D:propertyupdate>
            """)
        #expect(
            try await wire.propfind("/contacts/alice/d/", "<CARD:addressbook-description/>").responses[0].status(
                of: "addressbook-description") == "HTTP/1.1 404 Not Found")
    }

    /// What clients send to make one (B-01, E-01): there is no MKADDRESSBOOK.
    static let creations: [(client: String, properties: String)] = [
        (
            "Apple Contacts",
            """
            <D:resourcetype><D:collection/><CARD:addressbook/></D:resourcetype><D:displayname>Karten</D:displayname>
            """
        ),
        (
            "DAVx5",
            """
            <D:resourcetype><D:collection/><CARD:addressbook/></D:resourcetype><D:displayname>Kontakte</D:displayname>
            <CARD:addressbook-description>Meine Kontakte</CARD:addressbook-description>
            """
        ),
        (
            "Evolution",
            """
            <D:resourcetype><D:collection/><CARD:addressbook/></D:resourcetype><D:displayname>Evo</D:displayname>
            <CARD:addressbook-description/><IC:calendar-color xmlns:IC="http://apple.com/ns/ical/">#1c71d8</IC:calendar-color>
            """
        ),
    ]

    @Test(arguments: creations)
    func clientsMakeAddressBooks(_ creation: (client: String, properties: String)) async throws {
        let answer = try await wire.extendedMkcol("/contacts/alice/new/", creation.properties)
        #expect(answer.status == 201, "\(creation.client): \(answer.text)")
        let found = try await wire.propfind("/contacts/alice/new/", "<D:resourcetype/><D:displayname/>").responses[0]
        #expect(found.property("resourcetype")?.first(.cardDAV("addressbook")) != nil)
        #expect(found.value("displayname")?.isEmpty == false)
        #expect(try await wire.extendedMkcol("/contacts/alice/new/", creation.properties).status == 405)
    }

    @Test func booksStandInHomesAlone() async throws {  // B-02
        try await wire.makeBook()
        let book = "<D:resourcetype><D:collection/><CARD:addressbook/></D:resourcetype>"
        let location = XMLName.cardDAV("addressbook-collection-location-ok")
        for target in ["/contacts/alice/book/inner/", "/files/alice/book/"] {
            let answer = try await wire.extendedMkcol(target, book)
            #expect(answer.status == 403 && answer.condition == location, "\(target): \(answer.text)")
        }
        // Plain collections neither: not in a book, not beside it.
        for target in ["/contacts/alice/book/plain/", "/contacts/alice/plain/"] {
            let answer = try await wire.send("MKCOL", target)
            #expect(answer.status == 403 && answer.condition == location, "\(target): \(answer.text)")
        }
        try await wire.send("MKCOL", "/files/alice/folder/")
        for (method, source, target) in [
            ("MOVE", "/files/alice/folder/", "/contacts/alice/book/folder/"),
            ("COPY", "/files/alice/folder/", "/contacts/alice/folder/"),
            ("COPY", "/contacts/alice/book/", "/contacts/alice/book/book/"),
            ("MOVE", "/contacts/alice/book/", "/files/alice/book/"),
        ] {
            let answer = try await wire.send(method, source, ["Destination": target])
            // 502: between two roots nothing is copied at all.
            #expect(
                [403, 502].contains(answer.status), "\(method) \(source) \(target): \(answer.status) \(answer.text)")
        }
        let copied = try await wire.send("COPY", "/contacts/alice/book/", ["Destination": "/contacts/alice/copy/"])
        #expect(copied.status == 201, "\(copied.text)")
        #expect(
            try await wire.propfind("/contacts/alice/copy/", "<D:resourcetype/>").responses[0].property("resourcetype")?
                .first(.cardDAV("addressbook")) != nil)
    }

    @Test func homesHoldNothingButBooks() async throws {  // B-02
        let answer = try await wire.send(
            "PUT", "/contacts/alice/x.vcf", ["Content-Type": "text/vcard"], "BEGIN:VCARD\r\nEND:VCARD\r\n")
        #expect(answer.status == 403)
        #expect(answer.condition == .cardDAV("addressbook-collection-location-ok"))
    }

    @Test func combinationsOfTypesNobodyKnowsAreRefused() async throws {  // E-01
        let answer = try await wire.extendedMkcol(
            "/contacts/alice/x/",
            "<D:resourcetype><D:collection/><CARD:addressbook/><C:calendar/></D:resourcetype>")
        #expect(answer.status == 403)
        let propstat = try #require(answer.xml().first(.dav("propstat")))
        #expect(propstat.first(.dav("error"))?.elements.map(\.name) == [.dav("valid-resourcetype")])
    }

    @Test func whatAppleKeepsOnHomesIsKept() async throws {  // B-03, client-quirks 3
        let answer = try Multistatus(
            await wire.send(
                "PROPPATCH", "/contacts/alice/", [:],
                """
                <D:propertyupdate \(GroupwareWire.namespaces)><D:set><D:prop>
                <CS:me-card><D:href>/contacts/alice/book/me.vcf</D:href></CS:me-card>
                <CARD:max-image-size>1000000</CARD:max-image-size></D:prop></D:set></D:propertyupdate>
                """))
        #expect(answer.responses[0].propstats.map(\.status) == ["HTTP/1.1 200 OK"])
        let found = try await wire.propfind("/contacts/alice/", "<CS:me-card/><CARD:max-image-size/>").responses[0]
        #expect(found.property("me-card")?.elements.map(\.text) == ["/contacts/alice/book/me.vcf"])
        #expect(found.value("max-image-size") == "1000000")
    }
}

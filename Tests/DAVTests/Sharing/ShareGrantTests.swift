import Testing

@testable import DAV

@Suite struct ShareGrantTests {
    @Test func storesKeepTheseNumbers() {
        #expect(ShareGrant.allCases.map(\.rawValue) == [0, 1, 2, 4, 5])
        #expect([3, 6, -1].compactMap(ShareGrant.init(rawValue:)).isEmpty)
    }

    @Test func aGrantIsMadeOfItsParts() {
        for grant in ShareGrant.allCases {
            #expect(ShareGrant(grant.sight, allowsWriting: grant.allowsWriting) == grant)
        }
        #expect(ShareGrant(.busy, allowsWriting: true) == .busy, "Nobody writes what they do not see.")
    }

    @Test(arguments: [
        (ShareGrant.busy, ShareGrant.read, ShareGrant.read),
        (.busy, .readHidingPrivate, .readHidingPrivate),
        (.busy, .readWriteHidingPrivate, .readWriteHidingPrivate),
        (.read, .readWrite, .readWrite),
        (.readHidingPrivate, .read, .read),
        // Hidden is what both hide.
        (.readWriteHidingPrivate, .read, .readWrite),
    ])
    func twoGrantsGiveWhatEitherDoes(_ a: ShareGrant, _ b: ShareGrant, _ both: ShareGrant) {
        #expect(a.joined(with: b) == both && b.joined(with: a) == both)
        #expect(both.covers(a) && both.covers(b))
    }

    @Test func theOrderIsALattice() {
        for a in ShareGrant.allCases {
            for b in ShareGrant.allCases {
                #expect(a.covers(b) == (a.joined(with: b) == a))
                #expect(!(a.covers(b) && b.covers(a)) || a == b)
                for c in ShareGrant.allCases {
                    #expect(a.joined(with: b).joined(with: c) == a.joined(with: b.joined(with: c)))
                }
            }
        }
    }

    @Test func noGrantLetsAnybodyGiveAccess() {
        for grant in ShareGrant.allCases {
            #expect(!grant.privileges.contains(.share) && !grant.privileges.contains(.writeACL))
            #expect(grant.privileges.contains(.bind) == grant.allowsWriting)
            #expect(grant.privileges.contains(.writeContent) == grant.allowsWriting)
        }
    }

    private func element(_ text: String) throws -> XMLElement {
        let xml = "<x xmlns:D='DAV:' xmlns:C='http://calendarserver.org/ns/' xmlns:M='http://martlet.invalid/ns/'>"
        return try #require(XMLElement.parse(Array("\(xml)\(text)</x>".utf8)).elements.first)
    }

    @Test(arguments: ShareGrant.allCases) func whatIsWrittenIsReadAgain(_ grant: ShareGrant) throws {
        for dialect in [XMLName.dav, XMLName.calendarServer] {
            var xml = XMLWriter()
            xml.start(dialect("access"))
            grant.write(to: &xml, as: dialect)
            xml.end()
            let level = try #require(XMLElement.parse(xml.take()).elements.first)
            #expect(ShareGrant(level, of: dialect) == grant)
            // Who does not know our words finds one of the two levels.
            #expect(level.name == dialect(grant.allowsWriting ? "read-write" : "read"))
        }
    }

    @Test(arguments: [
        ("<D:read><M:busy/></D:read>", ShareGrant.busy), ("<D:read><D:busy/><x/>text</D:read>", .read),
        ("<D:read><M:busy/><M:hide-private/></D:read>", .busy),
        ("<D:read-write><M:hide-private/></D:read-write>", .readWriteHidingPrivate),
        ("<D:read-write><M:busy/></D:read-write>", nil), ("<M:busy/>", nil), ("<D:shared-owner/>", nil),
        ("<C:read/>", nil), ("<D:busy/>", nil), ("<M:read/>", nil), ("<D:write/>", nil),
    ])
    func onlyWhatCanBeGivenIsRead(_ text: String, _ grant: ShareGrant?) throws {  // X3
        #expect(ShareGrant(try element(text), of: XMLName.dav) == grant)
    }
}

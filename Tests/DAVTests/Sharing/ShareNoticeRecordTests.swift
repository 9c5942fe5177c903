import Testing

@testable import DAV

/// What is kept of a notice, and what is made of octets that are none.
@Suite struct ShareNoticeRecordTests {
    private static let id = ResourceID(high: 0x6B1E_0000_0000_4000, low: 0x8000_0000_0000_0001)

    private static func record(_ content: ShareNotice.Content, title: String = "Team") -> ShareNoticeRecord {
        let isReply = if case .reply = content { true } else { false }
        let component = XMLName.calDAV("supported-calendar-component-set")
        var xml = XMLWriter()
        xml.start(component)
        xml.empty(.calDAV("comp"), attributes: ["name": "VEVENT"])
        xml.end()
        return ShareNoticeRecord(
            ShareNotice(.init(seat: id, isReply: isReply), content), for: ShareScene.sam,
            from: .init(ShareScene.olga, name: "Olga\n% & Ölga"), replierName: "Sam", share: id,
            at: DAVPath([Name("cal")!, Name("o/l\nga")!]), kind: "calendar",
            properties: [.displayName(title), DeadProperty(name: component, xml: xml.take())])
    }

    static let contents: [ShareNotice.Content] = [
        .invitation(.read, comment: nil), .invitation(.readWrite, comment: ""),
        .invitation(.read, comment: "a\nseat x\r\n%0A\u{0}"),
        .changed(.readWriteHidingPrivate), .changed(nil),
        .reply(from: ShareScene.sam, hasAccepted: true, comment: "Yes"),
        .reply(from: ShareScene.sam, hasAccepted: false, comment: nil),
    ]

    @Test(arguments: contents) func whatIsKeptIsReadAgain(content: ShareNotice.Content) throws {
        let record = Self.record(content)
        let read = try #require(ShareNoticeRecord(octets: record.octets))
        #expect(read == record && read.octets == record.octets)
        #expect(read.title == "Team" && read.components == ["VEVENT"] && read.notice.content == content)
    }

    @Test func longNamesAreCut() throws {
        let record = Self.record(.changed(nil), title: String(repeating: "é", count: 100_000))
        #expect(record.octets.count < 2_000)
        #expect(ShareNoticeRecord(octets: record.octets) == record)
    }

    @Test func whatIsNoRecordIsNone() {
        let good = Self.record(.invitation(.read, comment: "x")).octets
        let text = String(decoding: good, as: UTF8.self)
        for bad in [
            "", "notice 2", "notice 1", "notice 1\n", text.replacing("notice 1", with: "notice 9"),
            text.replacing("access 0", with: "access 3"),
            text.replacing("says invitation", with: "says withdrawn"),
            text.replacing("says invitation", with: "says accepted"), text.replacing("seat 6b1e", with: "seat xb1e"),
            text.replacing("sharer olga", with: "sharer ."), text.replacing("source /cal", with: "source cal/.."),
            text + "\nx", text + "\ntitle %G0", "<notification/>",
        ] {
            #expect(ShareNoticeRecord(octets: Array(bad.utf8)) == nil, "\(bad)")
        }
        for length in 0..<good.count { _ = ShareNoticeRecord(octets: Array(good.prefix(length))) }
        for index in good.indices {
            for byte: UInt8 in [0, 0x0A, 0x20, 0x25, 0xFF] {
                var octets = good
                octets[index] = byte
                _ = ShareNoticeRecord(octets: octets)
            }
        }
    }

    @Test func aNameLeadsBackToItsKey() {
        for key in [ShareNotice.Key(seat: Self.id, isReply: false), .init(seat: Self.id, isReply: true)] {
            #expect(ShareNotice.Key(key.name) == key)
        }
        #expect(ShareNotice.Key(Name(Self.id.uuidString)!) == .init(seat: Self.id, isReply: false))
        for name in ["x", "-reply.xml", ".xml", "\(Self.id.uuidString)-replyx.xml"] {
            #expect(ShareNotice.Key(Name(name)!) == nil)
        }
    }
}

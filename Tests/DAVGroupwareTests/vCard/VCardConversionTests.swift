import Testing

@testable import DAVGroupware

/// B-05, B-10: what each version calls the same.
@Suite struct VCardConversionTests {
    private func convert(_ lines: String, to version: VCard.Version) throws -> [String] {
        let from = version == .four ? "3.0" : "4.0"
        let card = try ContentText.components(
            of: octets("BEGIN:VCARD\nVERSION:\(from)\nFN:x\nN:x;;;;\n\(lines)\nEND:VCARD"))
        let converted = try #require(VCardConversion.convert(card[0], to: version))
        let text = ContentWriter.octets(of: [converted]).text.replacing("\r\n ", with: "").split(separator: "\r\n").map(
            String.init)
        #expect(text.prefix(2) == ["BEGIN:VCARD", "VERSION:\(version.rawValue)"])
        return text.dropFirst(2).dropLast().filter { !["FN:x", "N:x;;;;"].contains($0) }
    }

    static let pairs: [(three: String, four: String)] = [
        ("TEL;TYPE=HOME,pref:1", "TEL;TYPE=HOME;PREF=1:1"),
        ("PHOTO;ENCODING=b;TYPE=JPEG:AAAA", "PHOTO:data:image/jpeg;base64,AAAA"),
        ("PHOTO;ENCODING=b:AAAA", "PHOTO:data:application/octet-stream;base64,AAAA"),
        ("PHOTO;VALUE=uri;TYPE=PNG:http://x/a", "PHOTO;MEDIATYPE=image/png:http://x/a"),
        ("X-ADDRESSBOOKSERVER-KIND:group\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1", "KIND:group\nMEMBER:urn:uuid:1"),
        ("X-ABShowAs:COMPANY", "KIND:org"),
        ("BDAY:1996-04-15", "BDAY:19960415"), ("BDAY:1996-04-15T10:20:30Z", "BDAY:19960415T102030Z"),
        ("BDAY:1996-04-15T10:20:30+01:00", "BDAY:19960415T102030+0100"),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15", "BDAY:--0415"),
        ("X-BDAY;VALUE=text:long ago", "BDAY;VALUE=text:long ago"), ("X-BDAY:1996", "BDAY:1996"),
        ("X-ANNIVERSARY:2000-01-02", "ANNIVERSARY:20000102"), ("X-GENDER:M", "GENDER:M"),
        ("REV:2026-01-02T03:04:05Z", "REV:20260102T030405Z"), ("TZ:-05:00", "TZ;VALUE=utc-offset:-0500"),
        ("TZ;VALUE=text:Europe/Berlin", "TZ:Europe/Berlin"), ("GEO:37.3;-122.0", "GEO:geo:37.3,-122.0"),
        ("UID:urn:uuid:1", "UID:urn:uuid:1"), ("UID:a", "UID;VALUE=text:a"),
        ("ADR;TYPE=home:;;S;C;;;\nLABEL;TYPE=home:S\\nC", "ADR;TYPE=home;LABEL=S^nC:;;S;C;;;"),
        ("AGENT;VALUE=uri:urn:uuid:1", "RELATED;TYPE=agent:urn:uuid:1"),
        ("X-RELATED;TYPE=spouse:urn:uuid:1", "RELATED;TYPE=spouse:urn:uuid:1"), ("CLASS:PUBLIC", "X-CLASS:PUBLIC"),
        ("KEY;ENCODING=b;TYPE=PGP:AAAA", "KEY:data:application/pgp-keys;base64,AAAA"),
        ("KEY:text", "KEY;VALUE=text:text"),
        ("item1.EMAIL:a@b\nitem1.X-ABLabel:l", "item1.EMAIL:a@b\nitem1.X-ABLabel:l"),
        ("NOTE;X-P=\"a;b\":a\\, b\\nc", "NOTE;X-P=\"a;b\":a\\, b\\nc"), ("X-JABBER:a@b", "X-JABBER:a@b"),
    ]

    @Test(arguments: pairs.indices) func bothWaysSayTheSame(index: Int) throws {
        let (three, four) = Self.pairs[index]
        #expect(try convert(three, to: .four) == four.split(separator: "\n").map(String.init))
        #expect(try convert(four, to: .three) == three.split(separator: "\n").map(String.init))
    }

    /// What is said in more than one way, or lost, in one direction.
    @Test(
        arguments: [
            ("TEL;HOME;TYPE=\"voice,pref\":1", "TEL;TYPE=HOME,voice;PREF=1:1", VCard.Version.four),
            ("EMAIL;TYPE=INTERNET:a@b", "EMAIL:a@b", .four),
            ("X-EVOLUTION-ANNIVERSARY:2000-01-02", "ANNIVERSARY:20000102", .four),
            ("NOTE;CHARSET=UTF-8:a", "NOTE:a", .four), ("PROFILE:VCARD", "", .four),
            ("LABEL:S", "ADR;LABEL=S:;;;;;;", .four),
            ("BDAY:soon", "BDAY;VALUE=text:soon", .four),
            ("PHOTO;BASE64;JPEG:AA\n  AA", "PHOTO:data:image/jpeg;base64,AAAA", .four),
            ("BDAY;VALUE=date:1996-04-15", "BDAY:19960415", .four),
            ("PHOTO:data:image/png;base64,AA", "PHOTO:data:image/png;base64,AA", .four),
            ("TEL;PREF=2:1\nTEL;PREF=1:2", "TEL:1\nTEL;TYPE=pref:2", .three), ("KIND:individual", "", .three),
            ("TEL;VALUE=uri:tel:+1-5;ext=7", "TEL:+1-5 ext. 7", .three),
            ("TITLE;ALTID=1:a\nTITLE;ALTID=1;LANGUAGE=fr:b", "TITLE:a", .three),
            ("CLIENTPIDMAP:1;urn:uuid:1\nEMAIL;PID=1.1:a@b", "EMAIL:a@b", .three),
            ("GEO:geo:1,2,3;u=4", "GEO:1;2", .three),
            ("PHOTO:data:image/png,%41", "PHOTO;VALUE=uri:data:image/png,%41", .three),
        ] as [(String, String, VCard.Version)])
    func oneWayIsAsGoodAsItCanBe(from: String, result: String, version: VCard.Version) throws {
        #expect(try convert(from, to: version) == result.split(separator: "\n").map(String.init))
    }

    @Test func whatAVersionRequiresIsThere() throws {
        let three = try ContentText.components(
            of: octets("BEGIN:VCARD\nVERSION:3.0\nN:Fam\\,ily;Given;;Dr.;\nEND:VCARD"))
        #expect(VCardConversion.convert(three[0], to: .four)?["FN"]?.value == "Dr. Given Fam\\,ily")
        let four = try ContentText.components(
            of: octets("BEGIN:VCARD\nVERSION:4.0\nFN:A; B\nORG;SORT-AS=k:o\nEND:VCARD"))
        let converted = try #require(VCardConversion.convert(four[0], to: .three))
        #expect(converted["N"]?.value == "A\\; B;;;;")
        #expect(converted["SORT-STRING"]?.value == "k")
        #expect(converted["ORG"]?.parameters == [])
    }

    @Test func aCardOfTheVersionIsLeftAlone() throws {
        let card = try ContentText.components(of: octets("BEGIN:VCARD\nVERSION:4.0\nEND:VCARD"))[0]
        #expect(VCardConversion.convert(card, to: .four) == card)
        let old = try ContentText.components(of: octets("BEGIN:VCARD\nVERSION:2.1\nEND:VCARD"))[0]
        #expect(VCardConversion.convert(old, to: .four) == nil)
    }

    /// Hostile: as many lines of each kind as a text may hold, which must not be compared each with each.
    @Test func conversionIsLinear() throws {
        let lines = (0..<4_000).map {
            "ADR;TYPE=t\($0);ALTID=\($0);SORT-AS=x:;;;;;;\nLABEL;TYPE=u\($0):x\nX-ABShowAs:COMPANY\nN:x"
        }
        let clock = ContinuousClock()
        let taken = try clock.measure {
            for version in VCard.Version.allCases { _ = try convert(lines.joined(separator: "\n"), to: version) }
        }
        #expect(taken < .seconds(60))
    }
}

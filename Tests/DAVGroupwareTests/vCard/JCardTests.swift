import Testing

@testable import DAVGroupware

/// K-10
@Suite struct JCardTests {
    /// RFC 7095 §3 and appendix B.
    @Test(arguments: [
        ("FN:Simon Perreault", #"["fn",{},"text","Simon Perreault"]"#),
        ("N:Perreault;Simon;;;ing. jr,M.Sc.", #"["n",{},"text",["Perreault","Simon","","",["ing. jr","M.Sc."]]]"#),
        ("BDAY:--0203", #"["bday",{},"date-and-or-time","--02-03"]"#),
        ("BDAY:19960415T1022", #"["bday",{},"date-and-or-time","1996-04-15T10:22"]"#),
        ("BDAY:1996-04", #"["bday",{},"date-and-or-time","1996-04"]"#),
        ("BDAY:---12", #"["bday",{},"date-and-or-time","---12"]"#),
        ("BDAY:T102200-0800", #"["bday",{},"date-and-or-time","T10:22:00-08:00"]"#),
        ("ANNIVERSARY:20090808T1430-0500", #"["anniversary",{},"date-and-or-time","2009-08-08T14:30-05:00"]"#),
        ("GENDER:M", #"["gender",{},"text","M"]"#),
        ("GENDER:O;it's complicated", #"["gender",{},"text",["O","it's complicated"]]"#),
        ("LANG;PREF=1:fr", #"["lang",{"pref":"1"},"language-tag","fr"]"#),
        ("ORG;TYPE=work:Viagenie", #"["org",{"type":"work"},"text","Viagenie"]"#),
        ("ORG:ABC\\, Inc.;North", #"["org",{},"text",["ABC, Inc.","North"]]"#),
        (
            "ADR;TYPE=work:;Suite D2-630;2875 Laurier;Quebec;QC;G1V 2M2;Canada",
            #"["adr",{"type":"work"},"text",["","Suite D2-630","2875 Laurier","Quebec","QC","G1V 2M2","Canada"]]"#
        ),
        (
            "TEL;VALUE=URI;TYPE=work,voice;PREF=1:tel:+1-418;ext=102",
            #"["tel",{"type":["work","voice"],"pref":"1"},"uri","tel:+1-418;ext=102"]"#
        ),
        ("REV:20130101T000000Z", #"["rev",{},"timestamp","2013-01-01T00:00:00Z"]"#),
        ("item1.NICKNAME:a,b", #"["nickname",{"group":"item1"},"text","a","b"]"#),
        ("TZ;VALUE=UTC-OFFSET:-0500", #"["tz",{},"utc-offset","-05:00"]"#),
        ("X-A;B=c:d\\,e", #"["x-a",{"b":"c"},"unknown","d\\,e"]"#),
        ("PHOTO:data:image/jpeg;base64,AAAA", #"["photo",{},"uri","data:image/jpeg;base64,AAAA"]"#),
    ])
    func propertiesAreToldBothWays(text: String, json: String) throws {
        let card = try ContentText.components(of: octets("BEGIN:VCARD\nVERSION:4.0\nFN:x\n\(text)\nEND:VCARD"))[0]
        let whole = #"["vcard",[["version",{},"text","4.0"],["fn",{},"text","x"],\#(json)]]"#
        #expect(JCard.octets(of: card)?.text == whole)
        let again = try JCard.component(of: Array(whole.utf8))
        let expected = text.replacing(
            "TEL;VALUE=URI;TYPE=work,voice;PREF=1", with: "TEL;TYPE=work,voice;PREF=1;VALUE=URI")
        #expect(ContentWriter.octets(of: [again]).text.replacing("\r\n ", with: "").contains("\r\n\(expected)\r\n"))
    }

    @Test func aCardOf30IsToldAs40() throws {
        let card = try ContentText.components(of: octets("BEGIN:VCARD\nVERSION:3.0\nFN:x\nTEL;TYPE=pref:1\nEND:VCARD"))[
            0]
        #expect(
            JCard.octets(of: card)?.text
                == #"["vcard",[["version",{},"text","4.0"],["fn",{},"text","x"],["tel",{"pref":"1"},"text","1"]]]"#)
    }
}

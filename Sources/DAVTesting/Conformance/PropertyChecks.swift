import DAV

extension BackendConformance {
    /// PROPPATCH, and what becomes of properties when resources travel.
    static let propertyChecks: [Case] = [
        Case(id: "W-21", title: "instructions run in order") { world in
            try await world.put("a")
            try await world.patch(
                "a", [.set(.test("p", "1")), .set(.test("p", "2")), .remove(XMLName("urn:test", "none"))])
            try demand(try await world.property("a", "p") == .test("p", "2"), "the last value does not stand")
            try await world.patch("a", [.set(.test("q", "1")), .remove(XMLName("urn:test", "p"))])
            try demand(try await world.property("a", "p") == nil, "it was not removed")
            try demand(try await world.property("a", "q") == .test("q", "1"), "it was not set")
        },
        Case(id: "W-03", title: "a value comes back octet for octet; names differ by namespace") { world in
            let odd = DeadProperty(
                name: XMLName("", "p"),
                xml: Array("<p xmlns='' xml:lang=\"de\"> <x:y xmlns:x=\"urn:é\"/>é\n&#13;</p>".utf8))
            let other = DeadProperty.test("p", "other")
            try await world.makeCollection("C/")
            for text in ["C", "a"] {
                if text == "a" { try await world.put("a") }
                try await world.patch(text, [.set(odd), .set(other)])
                let stored = try await world.demandEntry(text, .deadProperties).deadProperties
                try demand(Set(stored).isSuperset(of: [odd, other]), "\(text) holds \(stored)")
            }
        },
        Case(id: "W-31d", title: "PUT keeps properties, MOVE and COPY take them along") { world in
            try await world.makeCollection("C/")
            try await world.put("C/a")
            try await world.patch("C/a", [.set(.test("p", "1"))])
            try await world.patch("C", [.set(.test("p", "2"))])
            try await world.put("C/a")
            try demand(try await world.property("C/a", "p") != nil, "PUT lost it")
            try await world.copy("C", "D")
            try await world.move("C", "E")
            for text in ["D", "E"] {
                try demand(try await world.property(text, "p") == .test("p", "2"), "\(text) lost it")
                try demand(try await world.property(text + "/a", "p") == .test("p", "1"), "\(text)/a lost it")
            }
            try await world.delete("D/a")
            try await world.put("D/a")
            try demand(try await world.property("D/a", "p") == nil, "a new member inherited it")
        },
        Case(id: "W-32", title: "type and language can be patched, on members that have a body") { world in
            try await world.put("a")
            let etag = try await world.demandEntry("a").etag
            try await world.patch("a", [.setContentType("text/x"), .setContentLanguage("de")])
            let entry = try await world.demandEntry("a")
            try demand(entry.contentType == "text/x" && entry.contentLanguage == "de", "not patched")
            try demand(entry.etag == etag, "the ETag changed")
            try await world.patch("a", [.setContentLanguage(nil)])
            try demand(try await world.demandEntry("a").contentLanguage == nil, "not removed")
        },
        Case(id: "Y-22", title: "a PROPPATCH that changes nothing is not told") { world in
            try await world.put("a")
            try await world.makeCollection("C")
            let changes: [PropertyChange] = [.set(.test("p", "1")), .remove(XMLName("urn:test", "nothing"))]
            for path in ["a", "C"] { try await world.patch(path, changes) }
            try await world.patch("a", [.setContentType("text/x"), .setContentLanguage("de")])
            let token = try await world.token("/")
            for path in ["a", "C"] { try await world.patch(path, changes) }
            try await world.patch("a", [.setContentType("text/x"), .setContentLanguage("de")])
            try demand(try await world.token("/") == token, "the token moved")
            try await world.patch("a", [.remove(XMLName("urn:test", "p"))])
            try demand(try await world.token("/") != token, "the token stayed")
        },
        Case(id: "W-22", title: "the properties of one resource have a limit") { world in
            try await world.put("a")
            let value = String(repeating: "x", count: 256 << 10)
            for index in 0..<3 { try await world.patch("a", [.set(.test("p\(index)", value))]) }
            try await demandRefusal(507) { try await world.patch("a", [.set(.test("p3", value))]) }
            try await world.patch("a", [.remove(XMLName("urn:test", "p0")), .set(.test("p3", value))])
            try demand(try await world.property("a", "p0") == nil, "it is still there")
        },
        Case(id: "W-32b", title: "PUT replaces the type and the language with the body") { world in
            let (home, name) = try await world.place("a")
            for (type, language) in [("text/x", "de"), (nil, nil), ("text/y", nil), ("text/y", "en")]
                as [(String?, String?)]
            {
                let upload = Upload(contentType: type, contentLanguage: language, body: .bytes(Array("same".utf8)))
                _ = try await world.writing(home).put(name, upload, if: world.condition())
                let entry = try await world.demandEntry("a")
                try demand(
                    entry.contentType == type && entry.contentLanguage == language,
                    "\(String(describing: type)) and \(String(describing: language)) were sent, "
                        + "\(String(describing: entry.contentType)) and \(String(describing: entry.contentLanguage)) kept"
                )
            }
        },
        Case(id: "E-01", title: "MKCOL sets properties with the collection") { world in
            let (home, name) = try await world.place("C")
            try await world.writing(home).makeCollection(
                name, kind: .folder, properties: [.set(.test("p", "1"))], if: world.condition())
            try demand(try await world.property("C", "p") == .test("p", "1"), "it is not there")
        },
        Case(id: "SS-022b", title: "a report carries the new value") { world in
            try await world.put("a")
            let token = try await world.token("/")
            try await world.patch("a", [.set(.test("p", "1"))])
            let page = try await world.syncing(world.collection("/")).changes(
                since: token, level: .one, limit: 10, fields: .deadProperties)
            guard case .changed(_, let entry)? = page.changes.first else { throw Mismatch("nothing is told") }
            try demand(entry.deadProperties.contains(.test("p", "1")), "it holds \(entry.deadProperties)")
        },
    ]
}

extension DeadProperty {
    fileprivate static func test(_ name: String, _ value: String) -> DeadProperty {
        DeadProperty(name: XMLName("urn:test", name), xml: Array("<\(name) xmlns=\"urn:test\">\(value)</\(name)>".utf8))
    }
}

extension World {
    fileprivate func property(_ text: String, _ name: String) async throws -> DeadProperty? {
        try await demandEntry(text, .deadProperties).deadProperties.first { $0.name == XMLName("urn:test", name) }
    }
}

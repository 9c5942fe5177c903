import DAV

extension BackendConformance {
    /// Names, ETags, identifiers, and who may see what.
    static let identityChecks: [Case] = [
        Case(id: "W-45", title: "an ETag never returns with other octets") { world in
            var seen: Set<ETag> = []
            for _ in 1...3 {
                try await world.put("a")
                try demand(seen.insert(try await world.etag("a")).inserted, "an ETag came back")
                try await world.put("a")
                try demand(seen.insert(try await world.etag("a")).inserted, "an ETag came back")
                try await world.delete("a")
            }
            try await world.put("a")
            try demand(seen.insert(try await world.etag("a")).inserted, "an ETag came back")
            try await world.copy("a", "b")
            try demand(seen.insert(try await world.etag("b")).inserted, "an ETag came back")
        },
        Case(id: "W-17", title: "PUT returns the ETag that is listed, and PROPPATCH keeps it") { world in
            let result = try await world.put("a")
            let change = PropertyChange.set(DeadProperty(name: XMLName("", "p"), xml: Array("<p/>".utf8)))
            try await world.patch("a", [change])
            let etag = try await world.demandEntry("a").etag
            try demand(result.created && result.etag == etag, "\(result) but \(String(describing: etag))")
            let second = try await world.put("a")
            try demand(!second.created && second.etag != etag, "a replacement is \(second)")
        },
        Case(id: "R-06", title: "resource-id is kept by MOVE and PUT, new for COPY, never used again") { world in
            try await world.put("a")
            let first = try await world.resourceID("a")
            try await world.put("a")
            try demand(try await world.resourceID("a") == first, "PUT changed it")
            try await world.move("a", "b")
            try demand(try await world.resourceID("b") == first, "MOVE changed it")
            try await world.copy("b", "c")
            try demand(try await world.resourceID("c") != first, "COPY kept it")
            try await world.delete("b")
            try await world.put("b")
            try demand(try await world.resourceID("b") != first, "it was used again")
            try await world.makeCollection("D/")
            let collection = try await world.resourceID("D")
            try await world.move("D", "E")
            try demand(try await world.resourceID("E") == collection, "MOVE changed a collection's")
        },
        Case(id: "W-42b", title: "MOVE keeps the creation date") { world in
            try await world.put("a")
            let created = try await world.demandEntry("a").created
            world.subject.clock.advance(seconds: 100)
            try await world.move("a", "b")
            try demand(try await world.demandEntry("b").created == created, "MOVE changed the creation date")
        },
        Case(id: "SS-175", title: "names are compared by bytes") { world in
            let twins = ["\u{E9}", "e\u{301}", "\u{C9}", "a b", "100%", "a;b", "A", "a", "🪶"]
            for name in twins { try await world.put(name, name) }
            for name in twins {
                try demand(try await world.body(name) == name, "\(name) holds another member's octets")
            }
            let listed = try await world.collection("/").entries(.all(after: nil, limit: 100), fields: [])
            try demand(listed.map(\.name) == twins.compactMap { Name($0) }.sorted(), "listed: \(listed.map(\.name))")
        },
        Case(id: "W-15", title: "a listing can be read in pages, by name") { world in
            let names = (0..<25).map { "m\($0)" }
            for name in names { try await world.put(name) }
            let home = try await world.collection("/")
            var read: [Name] = []
            while true {
                let page = try await home.entries(.all(after: read.last, limit: 7), fields: [])
                read += page.map(\.name)
                try demand(page.count <= 7, "a page of \(page.count)")
                if page.count < 7 { break }
            }
            try demand(read == names.compactMap { Name($0) }.sorted(), "read \(read)")
            let named = try await home.entries(.named([read[3], Name(literal: "nothing"), read[1]]), fields: [])
            try demand(Set(named.map(\.name)) == [read[3], read[1]], "named: \(named.map(\.name))")
            let itself = try await home.entries(.itself, fields: [])
            try demand(itself.count == 1 && itself[0].isCollection, "itself: \(itself)")
        },
        Case(id: "X-01", title: "what is hidden looks like nothing") { world in
            guard let stranger = world.subject.stranger else { throw Skip(reason: "hides nothing") }
            try await world.makeCollection("C/")
            try await world.put("C/a")
            for text in ["/", "C", "C/a", "C/nothing", "nothing"] {
                let path = world.path(text)
                try demand(
                    try await world.backend.collection(at: path, for: stranger) == nil, "\(text) is a collection")
                let found = try await world.backend.resolve(path, for: stranger, fields: [])
                try demand(found?.entry == nil, "\(text) is seen")
            }
        },
        Case(id: "Y-24", title: "tokens of the future, of another epoch and of nowhere are refused") { world in
            let syncing = try world.syncing(try await world.collection("/"))
            let token = try await world.token("/")
            var strange = [SyncToken(uri: token.uri + "0"), SyncToken(uri: token.uri + "/"), SyncToken(uri: "")]
            if let cursor = SyncCursor(token) {
                for edit: (inout SyncCursor) -> Void in [
                    { $0.revision += 1 }, { $0.revision = -1 }, { $0.revision = .max }, { $0.epoch += 1 },
                    { $0.incarnation += 1 },
                    {
                        $0.revision = .max; $0.after = .max; $0.base = .max
                    },
                    {
                        $0.revision = .min; $0.after = 0
                    },
                ] {
                    var other = cursor
                    edit(&other)
                    strange.append(other.token)
                }
            }
            for token in strange {
                try await demandRefusal(403) {
                    _ = try await syncing.changes(since: token, level: .one, limit: 10, fields: [])
                }
            }
        },
    ]
}

extension World {
    func etag(_ text: String) async throws -> ETag {
        guard let etag = try await demandEntry(text).etag else { throw Mismatch("\(text) has no ETag") }
        return etag
    }

    fileprivate func resourceID(_ text: String) async throws -> ResourceID {
        guard let id = try await demandEntry(text, .resourceID).resourceID else {
            throw Mismatch("\(text) has no resource-id")
        }
        return id
    }
}

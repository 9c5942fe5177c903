import DAV

extension BackendConformance {
    /// What kinds demand of their members (``ContentPolicy``, ``CollectionKind/Placement``) and what is kept beside them.
    static let contentChecks: [Case] = [
        Case(id: "content/1", title: "a body is judged before it is stored, and leaves nothing when refused") { world in
            try await world.makeNotes()
            let token = try await world.token("desk/n")
            try await demandRefusal("valid-note") { try await world.put("desk/n/a", "no note") }
            try await demandRefusal("max-note-size") {
                try await world.put("desk/n/a", "uid: 1\ntext: " + String(repeating: "x", count: 100_000))
            }
            try demand(try await world.entry("desk/n/a") == nil, "a member is there")
            try demand(try await world.token("desk/n") == token, "the token moved")
            let result = try await world.put("desk/n/a", "uid: 1")
            let entry = try await world.demandEntry("desk/n/a")
            try demand(entry.contentType == "text/note", "the type is \(entry.contentType ?? "missing")")
            try demand(result.etag == entry.etag, "the ETag told is not the stored one")
        },
        Case(id: "content/2", title: "a body that was mended tells no ETag") { world in
            try await world.makeNotes()
            let result = try await world.put("desk/n/a", "uid: 1\nrepair: please")
            try demand(result.etag == nil && result.created, "told \(result)")
            try demand(try await world.body("desk/n/a") == "uid: 1\nrepair: done", "the body is another one")
        },
        Case(id: "C-10", title: "a UID is held once, by PUT, COPY and MOVE") { world in
            try await world.makeNotes()
            try await world.put("desk/n/a", "uid: 1")
            let holder = [world.path("desk/n/a")]
            try await demandRefusal("no-uid-conflict", holder) { try await world.put("desk/n/b", "uid: 1") }
            try await demandRefusal("no-uid-conflict", holder) { try await world.copy("desk/n/a", "desk/n/b") }
            try await demandRefusal("no-uid-conflict", holder) { try await world.put("desk/n/a", "uid: 2") }
            try await world.put("desk/n/a", "uid: 1\ntext: more")
            try await world.makeCollection("desk/m", kind: .notes)
            try await world.copy("desk/n/a", "desk/m/a")
            try await demandRefusal("no-uid-conflict", [world.path("desk/m/a")]) {
                try await world.move("desk/n/a", "desk/m/b")
            }
            try await world.move("desk/n/a", "desk/m/a")
            try await world.put("desk/n/a", "uid: 1")
            try await world.delete("desk/n/a")
            try await world.put("desk/n/b", "uid: 1")
            try await world.move("desk/n/b", "desk/n/c")
            try demand(try await world.names("desk/n", .init(uid: "1")) == ["c"], "the index does not follow MOVE")
        },
        Case(id: "content/7", title: "a body without a UID takes over that of the member it replaces") { world in
            try await world.makeNotes()
            try await demandRefusal("valid-note") { try await world.put("desk/n/a", "text: x") }
            try await world.put("desk/n/a", "uid: 1")
            try await world.put("desk/n/a", "text: y")
            try demand(try await world.names("desk/n", .init(uid: "1")) == ["a"], "the UID is another one")
        },
        Case(id: "content/3", title: "COPY and MOVE into a collection are judged as PUT is") { world in
            try await world.makeNotes()
            try await world.put("plain", "no note")
            try await world.put("note", "uid: 7\nfrom: 5\nto: 9")
            for name in ["plain"] {
                try await demandRefusal("valid-note") { try await world.copy(name, "desk/n/a") }
                try await demandRefusal("valid-note") { try await world.move(name, "desk/n/a") }
            }
            try await world.copy("note", "desk/n/a")
            try demand(try await world.demandEntry("desk/n/a").contentType == "text/note", "the type is the old one")
            try demand(try await world.names("desk/n", .init(range: 6..<7)) == ["a"], "the copy is not in the index")
            try await world.move("desk/n/a", "out")
            try demand(try await world.names("desk/n", .init()) == [], "what moved away is in the index")
            try await world.copy("desk/n", "desk/m")
            try await world.move("note", "desk/n/b")
            try await world.copy("desk/n", "desk/k")
            try demand(try await world.names("desk/k", .init(uid: "7")) == ["b"], "a copied collection has no index")
            try await world.delete("desk/k")
            try await world.makeCollection("desk/k", kind: .notes)
            try demand(try await world.names("desk/k", .init()) == [], "a new collection has the old index")
        },
        Case(id: "content/4", title: "a collection's own settings take part in the judgement") { world in
            try await world.makeNotes()
            let xml = Array("<t:topic xmlns:t=\"\(NotePolicy.namespace)\">birds</t:topic>".utf8)
            try await world.patch("desk/n", [.set(DeadProperty(name: NotePolicy.topic, xml: xml))])
            try await demandRefusal("valid-note") { try await world.put("desk/n/a", "uid: 1\ntopic: fish") }
            try await world.put("desk/n/a", "uid: 1\ntopic: birds")
        },
        Case(id: "C-03", title: "collections stand where their kinds allow, and nowhere else") { world in
            try await world.makeNotes()
            try await demandRefusal(403) { try await world.makeCollection("n", kind: .notes) }
            try await demandRefusal(403) { try await world.makeCollection("desk/n/x", kind: .notes) }
            try await demandRefusal(403) { try await world.makeCollection("desk/n/x") }
            try await demandRefusal(403) { try await world.put("desk/a", "uid: 1") }
            try await demandRefusal(403) { try await world.copy("desk/n", "n") }
            try await demandRefusal(403) { try await world.move("desk/n", "n") }
            try await world.makeCollection("f")
            try await demandRefusal(403) { try await world.copy("f", "desk/n/f") }
            try await demandRefusal(403) { try await world.move("f", "desk/n/f") }
            try await world.put("a", "uid: 1")
            try await demandRefusal(403) { try await world.move("a", "desk/a") }
            try await world.copy("desk/n", "desk/f")
        },
        Case(id: "content/5", title: "an index excludes, and never wrongly") { world in
            try await world.makeNotes()
            try await world.put("desk/n/a", "uid: 1\ntopic: A\nfrom: 0\nto: 9\ntext: Grün")
            try await world.put("desk/n/b", "uid: 2\ntopic: B\nfrom: 10\nto: 19\ntext: blue")
            // Days 1 and 9 of the first two weeks; nothing is known of later ones.
            try await world.put("desk/n/c", "uid: 3\ntopic: B\nfrom: 0\ndays: 2,2")
            func expect(_ query: ContentQuery, _ names: [String]) async throws {
                let found = try await world.names("desk/n", query)
                try demand(found == names, "\(query) found \(found)")
            }
            try await expect(.init(), ["a", "b", "c"])
            try await expect(.init(component: "B"), ["b", "c"])
            try await expect(.init(uid: "2"), ["b"])
            try await expect(.init(text: TextFolding.fold("GRÜN")), ["a", "c"])
            let day: Int64 = 86_400
            try await expect(.init(range: 0..<10), ["a", "b"])
            try await expect(.init(range: 11..<12), ["b"])
            try await expect(.init(range: day..<day + 5), ["c"])
            try await expect(.init(range: 2 * day..<8 * day), [])
            try await expect(.init(component: "B", range: 2 * day..<9 * day), ["c"])
            try await expect(.init(range: 40 * day..<41 * day), ["c"])
        },
        Case(id: "content/6", title: "bodies come along with entries, or can be opened") { world in
            try await world.makeNotes()
            let long = "uid: 2\ntext: " + String(repeating: "x", count: 90_000)
            try await world.put("desk/n/a", "uid: 1")
            try await world.put("desk/n/b", long)
            let notes = try await world.collection("desk/n")
            let names = ["b", "a", "nobody", "a"].compactMap { Name($0) }
            let entries = try await notes.entries(.named(names), fields: .content)
            try demand(entries.map(\.name.string) == ["b", "a"], "entries: \(entries.map(\.name))")
            for (entry, body) in zip(entries, [long, "uid: 1"]) {
                let filled = try await notes.filled(entry, named: entry.name)
                try demand(filled?.content.map { String(decoding: $0, as: UTF8.self) } == body, "\(entry.name) differs")
            }
        },
        Case(id: "Y-42", title: "a home tells of a child whatever happens in it") { world in
            try await world.makeNotes()
            try await world.makeCollection("desk/f")
            let desk = try await world.collection("desk")
            let syncing = try world.syncing(desk)
            var token = try await world.token("desk")
            func expect(_ changed: String, _ act: () async throws -> Void) async throws {
                try await act()
                let page = try await syncing.changes(since: token, level: .one, limit: 10, fields: [])
                try demand(page.token != token, "the token stays, and \(changed) changed")
                token = page.token
                try demand(page.changes.map { $0.path.map(\.string) } == [[changed]], "changes: \(page.changes)")
            }
            try await expect("n") { try await world.put("desk/n/a", "uid: 1") }
            try await expect("n") { try await world.put("desk/n/a", "uid: 1\ntext: x") }
            try await expect("n") { try await world.delete("desk/n/a") }
            try await expect("f") { try await world.makeCollection("desk/f/g") }
            try await expect("f") { try await world.put("desk/f/g/deep") }
            try await expect("f") { try await world.move("desk/f/g/deep", "desk/f/g/deeper") }
            guard let barred = world.subject.barredKind else { return }
            try await expect("f") { try await world.makeCollection("desk/f/box", kind: barred) }
            try await expect("f") { try await world.put("desk/f/box/unseen") }
        },
    ]
}

/// Demands that `body` is refused with a precondition element of that local name.
private func demandRefusal(_ element: String, _ resources: [DAVPath] = [], _ body: () async throws -> Void) async throws
{
    do {
        try await body()
    } catch let error as DAVError {
        let isRight = error.condition?.name.local == element && error.condition?.resources == resources
        return try demand(isRight, "refused with \(error), not \(element)")
    }
    throw Mismatch("was not refused with \(element)")
}

extension World {
    fileprivate func makeNotes() async throws {
        guard subject.makesNotes else { throw Skip(reason: "makes no collections of notes") }
        try await makeCollection("desk", kind: .desk)
        try await makeCollection("desk/n", kind: .notes)
    }

    fileprivate func names(_ text: String, _ query: ContentQuery) async throws -> [String] {
        try await collection(text).names(matching: query).map(\.string)
    }
}

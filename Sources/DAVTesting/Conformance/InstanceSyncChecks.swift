import DAV

extension BackendConformance {
    /// Tokens and reports of instances, and of the homes they stand in.
    static let instanceSyncChecks: [Case] = [
        Case(id: "share-Y1", title: "a home tells that an instance comes, changes, and goes") { world in
            let stage = try await ShareStage(world)
            let start = try await stage.token("sam")
            try await stage.share("sam", .read)
            let name = try await stage.instance("sam").lastName
            var last = try await stage.demandNews("sam", start, [name])
            try await stage.share("sam")
            last = try await stage.demandNews("sam", last, [name])
            try await stage.colour("sam/" + name, "blue")
            last = try await stage.demandNews("sam", last, [name])
            try await stage.put("sam/own")
            last = try await stage.demandNews("sam", last, ["own"])
            for change in 0..<4 {
                switch change {
                case 0: try await stage.put("alice/c/a")
                case 1: try await stage.make("alice/c/d")
                case 2: try await stage.put("sam/\(name)/d/b")
                default: try await stage.colour("alice/c", "red")
                }
                last = try await stage.demandNews("sam", last, [name])
            }
            try await stage.put("alice/elsewhere")
            last = try await stage.demandNews("sam", last, [])
            try await stage.revoke("sam")
            last = try await stage.demandNews("sam", last, [name + " gone"])
            try await stage.put("alice/c/b")
            _ = try await stage.demandNews("sam", last, [])
            try demand(try await stage.news("sam", nil) == ["own"], "a first report tells something else")
        },
        Case(id: "share-Y4", title: "what happens is told at every URL, and what is one's own at no other") { world in
            let stage = try await ShareStage(world)
            try await stage.share("sam")
            try await stage.share("sue", .read)
            let texts = [try await stage.instance("sam"), try await stage.instance("sue"), "alice/c"]
            var tokens: [SyncToken] = []
            for text in texts { tokens.append(try await stage.token(text)) }
            try await stage.colour(texts[0], "blue")
            for (text, token) in zip(texts, tokens) {
                try demand(try await stage.token(text) == token, "\(text) has another token")
            }
            try await stage.put(texts[0] + "/a")
            try await stage.make("alice/c/d")
            for index in texts.indices {
                for level in [SyncLevel.one, .infinite] {
                    let news = try await stage.news(texts[index], tokens[index], level)
                    try demand(news == ["a", "d"], "\(texts[index]) tells of \(news)")
                }
                tokens[index] = try await stage.token(texts[index])
            }
            try await stage.delete("alice/c/a")
            try await stage.put("alice/c/d/b")
            for index in texts.indices {
                let news = try await stage.news(texts[index], tokens[index], .infinite)
                try demand(news == ["a gone", "d/b"], "\(texts[index]) tells of \(news)")
                let page = try await stage.changes(texts[index], tokens[index], .infinite)
                for case .changed(_, let entry) in page.changes where entry.name.string == "b" {
                    try demand(
                        entry.holder.map { stage.text($0.path) } == texts[index] + "/d", "\(entry.holder as Any)")
                }
            }
        },
        Case(id: "share-Y7", title: "a token is good at its own URL, and as long as the instance lives") { world in
            let stage = try await ShareStage(world)
            try await stage.share("sam")
            try await stage.share("sue")
            let texts = [try await stage.instance("sam"), try await stage.instance("sue"), "alice/c"]
            for text in texts {
                let token = try await stage.token(text)
                for other in texts where other != text {
                    try await demandRefusal(403) { _ = try await stage.changes(other, token) }
                }
            }
            try await stage.move(texts[0], "sam/i")
            let token = try await stage.token("sam/i")
            try await stage.revoke("sam")
            try await stage.share("sam")
            try await stage.move(try await stage.instance("sam"), "sam/i")
            try await demandRefusal(403) { _ = try await stage.changes("sam/i", token) }
        },
        Case(id: "share-Y3", title: "a report of a home names instances and does not descend into them") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a")
            let start = try await stage.token("sam")
            try await stage.share("sam")
            try await stage.move(try await stage.instance("sam"), "sam/i")
            let later = try await stage.news("sam", start, .infinite).filter { !$0.hasSuffix(" gone") }
            try demand(later == ["i barred"], "after the token \(later)")
            try demand(try await stage.news("sam", nil, .infinite) == ["i barred"], "at first otherwise")
            let last = try await stage.token("sam")
            try await stage.put("alice/c/b")
            try demand(try await stage.news("sam", last, .infinite).isEmpty, "told of changes within")
            try demand(try await stage.news("sam", last) == ["i"], "level one tells nothing")
        },
        Case(id: "share-pages", title: "pages of a home with many instances tell each once, in order") { world in
            let stage = try await ShareStage(world)
            try await stage.share("sam")
            for index in 0..<7 {
                try await stage.make("alice/t\(index)", .team)
                guard let sharing = try await stage.collection("alice/t\(index)").sharing,
                    let sam = stage.caller("sam").principal
                else { throw Skip(reason: "shares nothing") }
                try await sharing.share(
                    [.set(.principal(sam), .read)], rules: stage.rules, roster: .empty, if: stage.condition("alice"))
                try await stage.put("sam/f\(index)")
            }
            for index in [3, 1] { try await stage.put("alice/t\(index)/a") }
            for limit in [1, 2, 3, 20] {
                var (token, seen) = (SyncToken?.none, [Name]())
                while true {
                    let page = try await stage.changes("sam", token, limit: limit)
                    seen += page.changes.compactMap(\.path.last)
                    try demand(page.changes.count <= limit, "\(page.changes.count) in a page of \(limit)")
                    token = page.token
                    if page.isComplete { break }
                }
                try demand(seen.count == 15 && Set(seen).count == 15, "with pages of \(limit): \(seen.map(\.string))")
                try demand(token == (try await stage.token("sam")), "the last page's token is another one")
            }
        },
        Case(id: "share-Y11", title: "of many who write at all URLs at once every change is told, once and in order") {
            world in
            let stage = try await ShareStage(world)
            try await stage.share("sam")
            try await stage.share("sue")
            let places = [try await stage.instance("sam"), try await stage.instance("sue"), "alice/c"]
            var writers: [any Writing] = []
            for place in places { writers.append(try await stage.writing(place)) }
            let conditions = ["sam", "sue", "alice"].map { stage.condition($0) }
            guard let syncing = try await stage.collection(places[0]).syncing else {
                throw Skip(reason: "does not sync")
            }
            var replica = Replica()
            var last: Int64 = -1
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 {
                    let (writing, condition) = (writers[index % 3], conditions[index % 3])
                    group.addTask {
                        for round in 0..<5 {
                            let name = Name(unique: "m\(index % 7)x\(round)")
                            _ = try await writing.put(
                                name, Upload(body: BodyStream(of: [UInt8(index), UInt8(round)])), if: condition)
                            if index % 5 == 0 { try? await writing.delete(name, if: condition) }
                        }
                    }
                }
                for _ in 0..<20 {
                    try await replica.catchUp(with: syncing, level: .one, limit: 3)
                    let revision = replica.token.flatMap(SyncCursor.init)?.revision ?? last
                    try demand(revision >= last, "the token went back")
                    last = revision
                }
                try await group.waitForAll()
            }
            try await replica.catchUp(with: syncing, level: .one, limit: 3)
            for place in places {
                try demand(try await stage.listing(place) == replica.listing, "\(place) has something else")
            }
        },
        Case(id: "share-floor", title: "what is forgotten of the owner's history is forgotten for every URL") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a")
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            let old = try await stage.token(instance)
            try await stage.delete("alice/c/a")
            let present = try await stage.token(instance)
            try await world.prune(through: present)
            try await demandRefusal(403) { _ = try await stage.changes(instance, old) }
            try demand(try await stage.news(instance, present).isEmpty, "a token that is good tells of something")
        },
    ]
}

extension ShareStage {
    /// Demands that exactly this is news, and that a token told beside is the same.
    ///
    /// - Returns: the token after it.
    func demandNews(_ text: String, _ token: SyncToken, _ wanted: [String]) async throws -> SyncToken {
        let news = try await news(text, token)
        try demand(news == wanted, "\(text) tells of \(news), not \(wanted)")
        let page = try await changes(text, token)
        let told = try await self.token(text)
        try demand(page.token == told && page.isComplete, "\(page.token.uri) beside \(told.uri)")
        if wanted.isEmpty { try demand(told == token, "the token moved for nothing") }
        return page.token
    }
}

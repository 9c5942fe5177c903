import DAV

extension BackendConformance {
    /// What sharees have of their own in members (``DAV/Personalizing``).
    static let ownPartChecks: [Case] = [
        Case(id: "V9", title: "what is one's own in a member is a change of one instance, and of nothing else") {
            world in
            let stage = try await OwnPartStage(world)
            let others = ["alice/c", "alice", "sue", try await stage.share.instance("sue")]
            var tokens: [SyncToken] = []
            for text in others { tokens.append(try await stage.share.token(text)) }
            let (home, instance) = (try await stage.share.token("sam"), try await stage.share.token(stage.instance))
            let known = try await stage.share.entry("alice/c/a", .content)
            let before = try await stage.entry("a")
            let result = try await stage.keep("mine", "a")
            let after = try await stage.entry("a")
            try demand(after.etag == result.etag && after.etag != before.etag, "the tag is \(after.etag as Any)")
            try demand(after.own == Array("mine".utf8), "it is not kept")
            let news = try await stage.share.demandNews(stage.instance, instance, ["a"])
            let homeNews = try await stage.share.demandNews("sam", home, [stage.instance.lastName])
            for (text, token) in zip(others, tokens) { _ = try await stage.share.demandNews(text, token, []) }
            let owner = try await stage.share.entry("alice/c/a", .content)
            try demand(owner?.etag == known?.etag && owner?.own == nil, "the owner's changed")
            try demand(owner?.modified == known?.modified, "the owner's is of another date")
            _ = try await stage.keep("mine", "a")
            _ = try await stage.share.demandNews(stage.instance, news, [])
            _ = try await stage.share.demandNews("sam", homeNews, [])
            _ = try await stage.keep(nil, "a")
            let last = try await stage.entry("a")
            try demand(last.own == nil, "it is still there")
            try demand(![before.etag, after.etag].contains(last.etag), "a tag came again")
            _ = try await stage.share.demandNews(stage.instance, news, ["a"])
        },
        Case(id: "V9a", title: "conditions speak of the tags an instance shows, and body and own part are one change") {
            world in
            let stage = try await OwnPartStage(world)
            let first = try await stage.entry("a").etag
            _ = try await stage.keep("mine", "a")
            let second = try await stage.entry("a").etag
            try await demandRefusal(412) { _ = try await stage.keep("other", "a", ifMatch: first) }
            try demand(try await stage.entry("a").own == Array("mine".utf8), "refused, and kept all the same")
            try await demandRefusal(412) {
                _ = try await stage.keep("other", "a", ifMatch: first, body: "uid: a\nx: y")
            }
            try demand(try await stage.share.body("alice/c/a") == "uid: a", "refused, and stored all the same")
            let token = try await stage.share.token("alice/c")
            let result = try await stage.keep("other", "a", ifMatch: second, body: "uid: a\nx: y")
            try demand(result.etag == (try await stage.entry("a").etag), "another tag than was told")
            try demand(try await stage.share.body("alice/c/a") == "uid: a\nx: y", "it is not stored")
            try demand(try await stage.entry("a").own == Array("other".utf8), "it is not kept")
            _ = try await stage.share.demandNews("alice/c", token, ["a"])
            try await demandRefusal(404) { _ = try await stage.keep("mine", "nothing") }
            let made = try await stage.keep("mine", "new", body: "uid: new")
            let kept = try await stage.entry("new").own
            try demand(made.created && kept == Array("mine".utf8), "not with a new one")
        },
        Case(id: "V9b", title: "what is one's own goes with the member, and ends with it or with the share") { world in
            let stage = try await OwnPartStage(world)
            _ = try await stage.keep("mine", "a")
            try await stage.share.move("alice/c/a", "alice/c/b")
            try demand(try await stage.entry("b").own == Array("mine".utf8), "lost by renaming")
            let token = try await stage.share.token(stage.instance)
            _ = try await stage.keep("again", "b")
            _ = try await stage.share.demandNews(stage.instance, token, ["b"])
            let tag = try await stage.entry("b").etag
            try await stage.share.delete("alice/c/b")
            try await stage.share.put("alice/c/b", "uid: b")
            let new = try await stage.entry("b")
            try demand(new.own == nil && new.etag != tag, "it outlived its member")
            _ = try await stage.keep("mine", "b")
            try await stage.share.revoke("sam")
            try await stage.share.share("sam", .read)
            let again = try await OwnPartStage(stage.share)
            try demand(try await again.entry("b").own == nil, "it outlived the share")
        },
        Case(id: "V9c", title: "pages of an instance tell each member once, whatever is one's own in it") { world in
            let stage = try await OwnPartStage(world)
            for index in 0..<7 { try await stage.share.put("alice/c/m\(index)", "uid: m\(index)") }
            for index in [5, 2, 3] { _ = try await stage.keep("mine", "m\(index)") }
            try await stage.share.put("alice/c/m3", "uid: m3\nx: y")
            for level in [SyncLevel.one, .infinite] {
                for limit in [1, 2, 3, 20] {
                    var (token, seen) = (SyncToken?.none, [Name]())
                    while true {
                        let page = try await stage.share.changes(stage.instance, token, level, limit: limit)
                        seen += page.changes.compactMap(\.path.last)
                        try demand(page.changes.count <= limit, "\(page.changes.count) in a page of \(limit)")
                        token = page.token
                        if page.isComplete { break }
                    }
                    try demand(seen.count == 8 && Set(seen).count == 8, "pages of \(limit): \(seen.map(\.string))")
                    try demand(token == (try await stage.share.token(stage.instance)), "another token at the end")
                }
            }
        },
        Case(id: "V9e", title: "of what is one's own those are told who registered at the instance or its home") {
            world in
            let stage = try await OwnPartStage(world)
            let content = PushTriggers(content: .infinity, property: .zero)
            var due: Set<PushRegistration.ID> = []
            for text in ["sam", stage.instance] { due.insert(try await stage.share.register(text, content).id) }
            for text in ["alice", "sue", try await stage.share.instance("sue")] {
                _ = try await stage.share.register(text, content)
            }
            _ = try await stage.keep("mine", "a")
            try await stage.share.demandDue(due)
            try await stage.share.tellAll()
            _ = try await stage.keep("mine", "a")
            try await stage.share.demandDue([])
        },
        Case(id: "V9d", title: "whoever comes to see more or less begins anew, with other tags") { world in
            let stage = try await OwnPartStage(world)
            let (tag, token) = (try await stage.entry("a").etag, try await stage.share.token(stage.instance))
            try await stage.share.share("sam", .readWrite)
            _ = try await stage.share.demandNews(stage.instance, token, [])
            try demand(try await stage.entry("a").etag == tag, "the same is seen under another tag")
            for grant in [ShareGrant.busy, .readHidingPrivate, .read] {
                let token = try await stage.share.token(stage.instance)
                let known = try await stage.entry("a").etag
                try await stage.share.share("sam", grant)
                try await demandRefusal(403) { _ = try await stage.share.changes(stage.instance, token) }
                try demand(try await stage.entry("a").etag != known, "\(grant) has the tag of what was seen before")
            }
            try demand(try await stage.entry("a").etag == tag, "everything is seen under another tag")
        },
    ]
}

/// A collection of Alice's with the member `a`, shared with Sam and Sue.
private struct OwnPartStage {
    let share: ShareStage
    let instance: String

    init(_ world: World) async throws {
        let stage = try await ShareStage(world, kind: .teamNotes)
        try await stage.put("alice/c/a", "uid: a")
        try await stage.share("sam", .read)
        try await stage.share("sue", .read)
        try await self.init(stage)
    }

    /// - Throws: ``Skip`` where nothing is one's own.
    init(_ stage: ShareStage) async throws {
        share = stage
        instance = try await stage.instance("sam")
        guard try await stage.collection(instance).personalizing != nil else {
            throw Skip(reason: "keeps no own parts")
        }
    }

    func entry(_ name: String) async throws -> Entry {
        guard let entry = try await share.entry("\(instance)/\(name)", .content) else { throw Mismatch("no \(name)") }
        return entry
    }

    func keep(_ own: String?, _ name: String, ifMatch etag: ETag? = nil, body: String? = nil) async throws
        -> WriteResult
    {
        let (holder, name) = try await share.place("\(instance)/\(name)")
        guard let personalizing = holder.personalizing else { throw Skip(reason: "keeps no own parts") }
        var condition = share.condition(instance)
        if let etag { condition.ifMatch = .list([etag], weak: []) }
        let upload = body.map { Upload(contentType: "text/note", body: BodyStream(of: Array($0.utf8))) }
        return try await personalizing.put(name, upload, own: own.map { Array($0.utf8) }, if: condition)
    }
}

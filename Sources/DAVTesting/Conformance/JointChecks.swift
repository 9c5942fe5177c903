import DAV

extension BackendConformance {
    /// What ``DAV/JointWriting`` promises, for the same back-ends as ``sharingCases``.
    public static let jointCases: [Case] = [
        Case(id: "joint-1", title: "what is written at several places comes in order, and each is told what it did") {
            world in
            let stage = try await JointStage(world)
            let tokens = (try await stage.share.token("alice/c"), try await stage.share.token("sam/d"))
            let results = try await stage.write([
                stage.put("alice/c/a", "uid: a"), stage.put("sam/d/a", "uid: a", colour: "red"),
                stage.put("alice/c/b", "uid: b"), stage.step("alice/c/b", .delete),
                // The UID is free again.
                stage.put("alice/c/b2", "uid: b"), stage.step("alice/c/b2", .patch([stage.colour("blue")])),
                stage.step("alice/c/b2", .move(to: stage.share.path("alice/c/b3"), overwrite: false)),
                stage.put("sam/d/a", "uid: a\ntext: x"),
                stage.step("sam/d/a", .copy(to: stage.share.path("sam/e/a"), depth: .zero, overwrite: true)),
            ])
            try demand(
                results.map(\.created) == [true, true, true, false, true, false, true, false, true], "\(results)")
            try demand(try await stage.names("alice/c") == ["a", "b3"], "other members")
            try demand(try await stage.share.colour("alice/c/b3") == "blue", "not patched")
            try demand(try await stage.share.colour("sam/d/a") == "red", "not stored with it")
            try demand(try await stage.share.body("sam/e/a") == "uid: a\ntext: x", "another copy")
            for (index, text) in [(0, "alice/c/a"), (7, "sam/d/a"), (6, "alice/c/b3"), (8, "sam/e/a")] {
                let etag = try await stage.share.entry(text)?.etag
                try demand(results[index].etag == etag && etag != nil, "\(text) has another tag than was told")
            }
            let news = try await stage.share.news("alice/c", tokens.0)
            try demand(news.filter { !$0.hasSuffix(" gone") } == ["a", "b3"], "told of \(news)")
            _ = try await stage.share.demandNews("sam/d", tokens.1, ["a"])
        },
        Case(id: "joint-2", title: "of steps of which one is refused none is carried out") { world in
            let stage = try await JointStage(world)
            for (reason, code, refused) in try await stage.refusals() {
                let before = try await stage.state()
                let steps = [
                    stage.put("alice/c/new", "uid: new", colour: "red"), refused, stage.put("sam/e/new", "uid: new"),
                ]
                do {
                    _ = try await stage.write(steps)
                    throw Mismatch("\(reason) was not refused")
                } catch let failure as JointFailure {
                    try demand(failure.step == 1, "\(reason): step \(failure.step) is said to be refused")
                    try demand(failure.error.code == code, "\(reason): refused with \(failure.error), not \(code)")
                }
                let after = try await stage.state()
                try demand(before == after, "\(reason): \(before) became \(after)")
            }
        },
        Case(id: "joint-3", title: "a step is judged in the state that the ones before have left") { world in
            let stage = try await JointStage(world)
            let first = try await stage.share.put("alice/c/a", "uid: a")
            var afterwards = stage.put("alice/c/b", "uid: a")
            afterwards.condition.ifNoneMatch = .any
            _ = try await stage.write([stage.step("alice/c/a", .delete), afterwards])
            try demand(try await stage.names("alice/c") == ["b"], "not replaced")
            let etag = try await stage.share.entry("alice/c/b")?.etag
            func late() -> WriteStep {
                var step = stage.put("alice/c/x", "uid: x")
                step.condition.standings = [Standing(path: stage.share.path("alice/c/b"), etag: etag)]
                return step
            }
            try await stage.demandRefusal(1, .changedMeanwhile, [stage.put("alice/c/b", "uid: a\ntext: x"), late()])
            _ = try await stage.write([late(), stage.put("alice/c/b", "uid: a\ntext: x")])
            var stale = stage.put("alice/c/b", "uid: a\ntext: y")
            stale.condition.ifMatch = .list([first.etag, etag].compactMap(\.self), weak: [])
            try await stage.demandRefusal(0, .preconditionFailed, [stale])
        },
        Case(id: "joint-4", title: "each step is of whoever its condition names") { world in
            let stage = try await JointStage(world)
            try await stage.share.share("sam", .readWrite)
            let instance = try await stage.share.instance("sam")
            var foreign = stage.put("alice/c/a", "uid: a")
            foreign.condition = stage.share.condition("sam")
            try await stage.demandRefusal(1, .conflict, [stage.put("sam/d/a", "uid: a"), foreign])
            _ = try await stage.write([stage.put("sam/d/a", "uid: a"), stage.put("\(instance)/a", "uid: a")])
            try demand(try await stage.share.body("alice/c/a") == "uid: a", "not by way of the instance")
            try await stage.share.share("sam", .read)
            var known = stage.put("sam/d/a", "uid: a\ntext: x")
            known.condition.standings = [
                Standing(
                    path: stage.share.path("\(instance)/a"), etag: try await stage.share.entry("\(instance)/a")?.etag)
            ]
            _ = try await stage.write([known])
        },
        Case(id: "joint-5", title: "an own part comes with the body, or alone, and is a change of its instance") {
            world in
            let stage = try await JointStage(world)
            try await stage.share.put("alice/c/a", "uid: a")
            try await stage.share.share("sam", .readWrite)
            let instance = try await stage.share.instance("sam")
            guard try await stage.share.collection(instance).personalizing != nil else {
                throw Skip(reason: "keeps no own parts")
            }
            let mine = Array("mine".utf8)
            let results = try await stage.write([
                stage.put("\(instance)/a", "uid: a\ntext: x", own: .set(mine), colour: "red"),
                stage.put("sam/d/a", "uid: a"),
            ])
            let entry = try await stage.share.entry("\(instance)/a", .content)
            try demand(entry?.own == mine && entry?.etag == results[0].etag, "kept is \(entry?.own as Any)")
            try demand(try await stage.share.body("alice/c/a") == "uid: a\ntext: x", "the body is another one")
            try demand(try await stage.share.colour("alice/c/a") == "red", "the properties are others")
            let owners = try await stage.share.token("alice/c")
            let token = try await stage.share.token(instance)
            let alone = try await stage.write([
                stage.step("\(instance)/a", .put(nil, own: .set(nil))), stage.put("sam/d/b", "uid: b"),
            ])
            let after = try await stage.share.entry("\(instance)/a", .content)
            try demand(after?.own == nil && after?.etag == alone[0].etag && after?.etag != entry?.etag, "still there")
            _ = try await stage.share.demandNews("alice/c", owners, [])
            _ = try await stage.share.demandNews(instance, token, ["a"])
            try await stage.demandRefusal(
                1, .notFound, [stage.put("sam/d/c", "uid: c"), stage.step("\(instance)/c", .put(nil, own: .set(mine)))])
        },
        Case(id: "joint-6", title: "joint writes that cross each other neither wait for ever nor tear (SS-060)") {
            world in
            let stage = try await JointStage(world)
            try await stage.demandNoTear()
        },
        Case(id: "joint-7", title: "whom a step is not told of is told of the others (T51)") { world in
            let stage = try await JointStage(world)
            let content = PushTriggers(content: .infinity, property: .infinity)
            let alice = try await stage.share.register("alice", content)
            let sam = try await stage.share.register("sam", content)
            func quiet(_ text: String, _ dontNotify: PushDontNotify) -> WriteStep {
                var step = stage.put(text, stage.freshNote(text), colour: stage.freshColour())
                step.condition.dontNotify = dontNotify
                return step
            }
            func expect(_ due: Set<PushRegistration.ID>, _ steps: [WriteStep]) async throws {
                _ = try await stage.write(steps)
                try await stage.share.demandDue(due)
                try await stage.share.tellAll()
            }
            let (own, other) = (
                PushDontNotify.registrations([alice.location]), PushDontNotify.registrations([sam.location])
            )
            try await expect([], [quiet("alice/c/a", .everybody), quiet("sam/d/a", .everybody)])
            try await expect([sam.id], [quiet("alice/c/a", .everybody), quiet("sam/d/a", .nobody)])
            try await expect([sam.id], [quiet("sam/d/a", .nobody), quiet("alice/c/a", .everybody)])
            try await expect([sam.id], [quiet("alice/c/a", own), quiet("sam/d/a", own)])
            try await expect([alice.id], [quiet("alice/c/a", other), quiet("sam/d/a", other)])
            try await expect([alice.id], [quiet("alice/c/a", .nobody), quiet("alice/c/b", .everybody)])
            try await expect([alice.id], [quiet("alice/c/a", .nobody), quiet("alice/c/b", own)])
            try await expect([alice.id], [quiet("alice/c/a", own), quiet("alice/c/b", .nobody)])
            try await expect([], [quiet("alice/c/a", own), quiet("alice/c/b", own)])
        },
        Case(id: "joint-8", title: "bodies of any size are stored together, or none") { world in
            let stage = try await JointStage(world)
            let long = "uid: long\ntext: " + String(repeating: "x", count: 90_000)
            try await stage.demandRefusal(
                2, .preconditionFailed,
                [stage.put("alice/c/a", long), stage.put("sam/d/a", long), stage.failing("sam/e/a")])
            try demand(try await stage.share.body("sam/d/a") == nil, "a body is there")
            _ = try await stage.write([stage.put("alice/c/a", long), stage.put("sam/d/a", long)])
            for text in ["alice/c/a", "sam/d/a"] {
                try demand(try await stage.share.body(text) == long, "\(text) differs")
            }
        },
    ]
}

import DAV

extension BackendConformance {
    /// What ``DAV/Sharing`` promises, for back-ends whose collections can be shared: see ``Subject/sharees``. There are
    /// to be two, `sam` and `sue`, and the kinds ``DAV/CollectionKind/team`` and ``DAV/CollectionKind/teamNotes``.
    public static let sharingCases: [Case] =
        instanceChecks + instanceLockChecks + instanceTreeChecks + instanceSyncChecks + instancePushChecks
        + sharePushChecks
        + ownPartChecks
        + (1...12).map { seed in
            Case(id: "share-\(seed)", title: "whoever only synchronises knows what is there, seed \(seed)") { world in
                _ = try await ShareRun(world, seed: UInt64(seed)).run(150)
            }
        }

    /// Content, rights and properties, as the sharee has them.
    private static let instanceChecks: [Case] = [
        Case(id: "share-V1", title: "an instance shows the owner's content in the caller's space") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a", "x")
            try await stage.make("alice/c/d")
            try await stage.put("alice/c/d/b", "y")
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            try demand(try await stage.body(instance + "/a") == "x", "the member is another one")
            try demand(try await stage.body(instance + "/d/b") == "y", "what is deeper is another one")
            for (text, own) in [(instance, "alice/c"), (instance + "/d", "alice/c/d")] {
                try demand(try await stage.listing(text) == stage.listing(own), "\(text) lists something else")
                let info = try await stage.collection(text).info
                try demand(stage.text(info.path) == text, "\(text) is told to be at \(stage.text(info.path))")
                try demand(info.owner == stage.caller("alice").principal, "the owner is \(info.owner as Any)")
                try demand(
                    info.grants.isEmpty && info.capabilities.isDisjoint(with: [.sharing, .accessControl]), "passed on")
                try demand(stage.text(info.share.instance?.path) == instance, "no role")
                try demand(stage.text(info.share.instance?.source) == "alice/c", "another source")
            }
            let listed = try await stage.collection(instance).entries(.all(after: nil, limit: 9), fields: [])
            try demand(
                listed.compactMap { $0.collection?.path }.map(stage.text) == [instance + "/d"], "an owner's path")
        },
        Case(id: "share-V5", title: "what either writes the other has at once") { world in
            let stage = try await ShareStage(world)
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            try await stage.put(instance + "/a", "from sam")
            try demand(try await stage.body("alice/c/a") == "from sam", "not with the owner")
            try await stage.put("alice/c/a", "from alice")
            try demand(try await stage.body(instance + "/a") == "from alice", "not with the sharee")
            try await stage.make(instance + "/d")
            try await stage.put(instance + "/d/x")
            try demand(try await stage.collection("alice/c/d").info.owner == stage.caller("alice").principal, "owner")
            try await stage.delete(instance + "/d")
            try demand(try await stage.entry("alice/c/d") == nil, "the owner still has it")
            try await stage.world.restart()
            try demand(try await stage.body(instance + "/a") == "from alice", "lost by a restart")
        },
        Case(id: "share-V6", title: "an instance's properties are its own, and the owner's show through") { world in
            let stage = try await ShareStage(world)
            try await stage.share("sam", .read)
            try await stage.share("sue", .read)
            let (instance, other) = (try await stage.instance("sam"), try await stage.instance("sue"))
            try await stage.colour("alice/c", "red")
            try demand(try await stage.colour(instance) == "red", "does not show through")
            try await stage.colour(instance, "blue")
            for (text, value) in [(instance, "blue"), (other, "red"), ("alice/c", "red")] {
                try demand(try await stage.colour(text) == value, "\(text) is not \(value)")
            }
            let listed = try await stage.collection("sam").entries(.all(after: nil, limit: 9), fields: .deadProperties)
            try demand(listed.first?.deadProperties.count == 1, "listed \(listed.first?.deadProperties as Any)")
            try await stage.colour(instance, nil)
            try demand(try await stage.colour(instance) == "red", "does not show through again")
            let entries = try await [stage.entry(instance, .resourceID), stage.entry("alice/c", .resourceID)]
            try demand(entries[0]?.resourceID != entries[1]?.resourceID, "one resource-id for two URLs")
        },
        Case(id: "share-V10", title: "a sharee is told their own line, and the owner all") { world in
            let stage = try await ShareStage(world)
            try await stage.share("sam", .read)
            try await stage.share("sue")
            let own = try await stage.entry("alice/c", .shares)?.shares
            let seen = try await stage.entry(stage.instance("sam"), .shares)?.shares
            try demand(own?.lines.count == 2 && own?.id == seen?.id, "the owner is told \(own as Any)")
            try await stage.make("alice/c/d", .team)
            guard let inner = try await stage.collection("alice/c/d").sharing, let sue = stage.caller("sue").principal
            else { throw Skip(reason: "shares nothing") }
            try await inner.share(
                [.set(.principal(sue), .read)], rules: stage.rules, roster: .empty, if: stage.condition("alice"))
            let deeper = try await stage.entry(stage.instance("sam") + "/d", .shares)
            try demand(deeper != nil && deeper?.shares == nil, "told of what is not shared with them")
            try demand(seen?.lines.map(\.grant) == [.read] && seen?.lines.first?.status == .accepted, "\(seen as Any)")
        },
        Case(id: "share-X13", title: "a write that began with a grant is refused when it is gone") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a")
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            let (holder, name) = try await stage.place(instance + "/a")
            guard let writing = holder.writing else { throw Skip(reason: "read-only") }
            let condition = stage.condition("sam")
            try await stage.share("sam", .read)
            try await demandRefusal(403) {
                _ = try await writing.put(name, Upload(body: BodyStream(of: [1])), if: condition)
            }
            try await stage.revoke("sam")
            try await demandRefusal(404) { try await writing.delete(name, if: condition) }
            try demand(try await holder.entries(.all(after: nil, limit: 9), fields: []).isEmpty, "still listed")
            try demand(try await holder.open(name, fields: []) == nil, "still read")
            try await demandRefusal(404) {
                _ = try await holder.syncing?.changes(since: nil, level: .one, limit: 9, fields: [])
            }
            try demand(try await stage.entry("alice/c/a") != nil, "deleted nevertheless")
        },
        Case(id: "share-X16", title: "nothing that is stored after a revocation is told, whoever is reading") { world in
            let stage = try await ShareStage(world)
            for round in 0..<20 {
                try await stage.put("alice/c/a", "open \(round)")
                try await stage.share("sam")
                let (holder, name) = try await stage.place(try await stage.instance("sam") + "/a")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<3 {
                        group.addTask {
                            var isOver = false
                            let secret = Name(unique: "secret\(round)")
                            while !isOver { isOver = try await look(at: name, not: secret, in: holder) }
                        }
                    }
                    try await stage.revoke("sam")
                    try await stage.put("alice/c/a", "secret \(round)")
                    try await stage.put("alice/c/secret\(round)", "secret")
                    try await group.waitForAll()
                }
            }
        },
        Case(id: "share-X14", title: "what is stored counts against the owner") { world in
            guard let quota = world.subject.quotaBytes else { throw Skip(reason: "no quota") }
            let stage = try await ShareStage(world)
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            let body = String(repeating: "x", count: Int(quota) - 10)
            try await stage.put(instance + "/a", body)
            try await demandRefusal(507) { try await stage.put(instance + "/b", body) }
            let (mine, theirs) = (
                try await stage.entry("sam", .quota)?.quota, try await stage.entry("alice", .quota)?.quota
            )
            try demand(mine?.usedBytes == 0 && theirs?.usedBytes == quota - 10, "\(mine as Any), \(theirs as Any)")
            let seen = try await stage.entry(instance, .quota)?.quota
            try demand(seen?.usedBytes == quota - 10 && seen?.availableBytes == 10, "seen: \(seen as Any)")
            // Content of one's own is room of one's own.
            try await stage.put("sam/b", body)
            try await stage.delete(instance + "/a")
            try demand(try await stage.entry("alice", .quota)?.quota?.usedBytes == 0, "room was not given back")
        },
        Case(id: "share-UID", title: "what the content demands is demanded at every URL") { world in
            let stage = try await ShareStage(world, kind: .teamNotes)
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            try await stage.put("alice/c/a", "uid: 1\ntext: hello")
            do {
                try await stage.put(instance + "/b", "uid: 1")
                throw Mismatch("a second member with the UID was taken")
            } catch let error as DAVError {
                try demand(error.code == 409, "refused with \(error)")
                let holders = error.condition?.resources.map { stage.text($0) }
                try demand(holders == [instance + "/a"], "the holder is said to be \(holders as Any)")
            }
            try await stage.put(instance + "/b", "uid: 2\ntext: hello")
            guard let querying = try await stage.collection(instance).querying else { throw Skip(reason: "no queries") }
            let names = try await querying.names(matching: ContentQuery(component: "NOTE"))
            try demand(names.map(\.string) == ["a", "b"], "found \(names)")
        },
    ]
}

/// Reads all that a sharee can, once.
///
/// - Returns: whether it is theirs no more.
/// - Throws: ``Mismatch`` if anything is told that must not be.
private func look(at name: Name, not secret: Name, in holder: any DAVCollection) async throws -> Bool {
    let opened = try await holder.open(name, fields: [])
    if let opened {
        let body = String(decoding: try await opened.body.read(at: 0, count: 100), as: UTF8.self)
        try demand(body.hasPrefix("open"), "read \(body)")
    }
    let listed = try await holder.entries(.all(after: nil, limit: 100), fields: [])
    let named = try await holder.entries(.named([name]), fields: .content)
    var told = listed.map(\.name)
    do {
        told +=
            try await holder.syncing?.changes(since: nil, level: .one, limit: 100, fields: []).changes
            .compactMap(\.path.last) ?? []
    } catch let error as DAVError {
        try demand(error.code == 404, "refused with \(error)")
    }
    try demand(!told.contains(secret), "told of \(secret)")
    for entry in named {
        guard let content = entry.content else { continue }
        try demand(content.starts(with: "open".utf8), "told \(String(decoding: content, as: UTF8.self))")
    }
    return opened == nil && told.isEmpty && named.isEmpty
}

import DAV

extension BackendConformance {
    /// How what is shared, and what stands for it, is removed, moved and copied.
    static let instanceTreeChecks: [Case] = [
        Case(id: "share-U1", title: "removing an instance removes the binding only, and declines") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a")
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            try await stage.delete(instance)
            try demand(try await stage.entry(instance) == nil, "still there")
            try demand(try await stage.instances("sam").isEmpty, "still there")
            try demand(try await stage.entry("alice/c/a") != nil, "the content is gone")
            try demand(try await stage.answers() == [.declined], "the owner was told otherwise")
            try await stage.share("sam")
            try demand(try await stage.instance("sam") != instance, "the same once more")
        },
        Case(id: "share-U2", title: "removing what is shared removes every instance") { world in
            let stage = try await ShareStage(world)
            try await stage.make("alice/d")
            try await stage.share("sam")
            try await stage.share("sue", .read)
            let (instance, home) = (try await stage.instance("sam"), try await stage.token("sam"))
            try await stage.move("alice/c", "alice/d/c")
            try await stage.delete("alice/d")
            for name in ["sam", "sue"] { try demand(try await stage.instances(name).isEmpty, "\(name) still has one") }
            try demand(try await stage.news("sam", home) == [instance.lastName + " gone"], "not reported")
            try await stage.make("alice/c", .team)
            try demand(try await stage.instances("sam").isEmpty, "came back")
        },
        Case(id: "share-U6", title: "an instance is renamed within its home, and goes nowhere else") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a", "x")
            try await stage.make("sam/folder")
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            for place in ["sam/folder/i", instance + "/i"] {
                try await demandRefusal(403) { try await stage.move(instance, place) }
            }
            try await stage.colour(instance, "blue")
            try await stage.move(instance, "sam/team")
            try demand(try await stage.body("sam/team/a") == "x", "not renamed")
            try demand(try await stage.entry(instance) == nil, "not renamed")
            try demand(try await stage.colour("sam/team") == "blue", "its property was left behind")
            try demand(try await stage.colour("alice/c") == nil, "the owner has it")
            try await stage.make("sam/other")
            try await stage.put("sam/other/z")
            try await stage.move("sam/team", "sam/other")
            try demand(try await stage.body("sam/other/a") == "x", "not replaced")
            try demand(try await stage.entry("sam/other/z") == nil, "not replaced")
        },
        Case(id: "share-U6a", title: "a copy of an instance is content, and nobody's share") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a", "x")
            try await stage.make("alice/c/d")
            try await stage.colour("alice/c", "red")
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            try await stage.colour(instance, "blue")
            try await stage.copy(instance, "sam/mine")
            let info = try await stage.collection("sam/mine").info
            try demand(info.share.instance == nil && info.owner == stage.caller("sam").principal, "still a share")
            try demand(try await stage.colour("sam/mine") == "red", "not the content's property")
            try await stage.revoke("sam")
            try demand(try await stage.body("sam/mine/a") == "x", "not copied")
            try demand(try await stage.entry("sam/mine/d") != nil, "not copied")
            try await stage.copy("alice/c", "alice/e")
            try demand(try await stage.entry("alice/e", .shares)?.shares == nil, "the copy is shared")
        },
        Case(id: "share-U7", title: "the owner renames what is shared, and the instances stay") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a", "x")
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            let before = try await stage.token(instance)
            try await stage.move("alice/c", "alice/moved")
            try demand(try await stage.body(instance + "/a") == "x", "the content is gone")
            let info = try await stage.collection(instance).info
            try demand(
                stage.text(info.share.instance?.source) == "alice/moved", "the source is told to be at its old place")
            try await demandRefusal(403) { _ = try await stage.changes(instance, before) }
            try await stage.put(instance + "/b")
            try demand(try await stage.entry("alice/moved/b") != nil, "written elsewhere")
            try demand(try await stage.news(instance, nil) == ["a", "b"], "a first report tells something else")
        },
        Case(id: "share-move", title: "content moves into an instance, within it, and out of it") { world in
            let stage = try await ShareStage(world)
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            try await stage.put("sam/a", "x")
            try await stage.move("sam/a", instance + "/a")
            try demand(try await stage.body("alice/c/a") == "x", "not moved in")
            try demand(try await stage.entry("sam/a") == nil, "not moved in")
            try await stage.make(instance + "/d")
            try await stage.move(instance + "/a", instance + "/d/b")
            try demand(try await stage.body("alice/c/d/b") == "x", "not moved within")
            try await stage.copy(instance + "/d", instance + "/e")
            try await stage.move(instance + "/d", "sam/d")
            try demand(try await stage.body("sam/d/b") == "x", "not moved out")
            try demand(try await stage.entry("alice/c/d") == nil, "not moved out")
            try demand(try await stage.body("alice/c/e/b") == "x", "not copied within")
            let owners = try await [stage.collection("sam/d").info.owner, stage.collection("alice/c/e").info.owner]
            try demand(
                owners == [stage.caller("sam").principal, stage.caller("alice").principal], "owned by \(owners)")
            try await demandRefusal(403) { try await stage.move(instance + "/e", instance + "/e/f") }
            try await stage.make("sam/over")
            try await stage.copy("sam/d", instance)
            try demand(try await stage.instances("sam").isEmpty, "not replaced")
            try demand(try await stage.body(instance + "/b") == "x", "not replaced")
            try demand(try await stage.answers() == [.declined], "replacing an instance is to leave it")
            try demand(try await stage.entry("alice/c/e") != nil, "the owner's was replaced")
        },
        Case(id: "share-moved-out", title: "what is moved out of what is shared is read no further") { world in
            let stage = try await ShareStage(world)
            try await stage.make("alice/c/d")
            try await stage.put("alice/c/d/a", "x")
            try await stage.share("sam", .read)
            let held = try await stage.collection(try await stage.instance("sam") + "/d")
            try await stage.put("alice/c/b")
            try demand(try await held.entries(.all(after: nil, limit: 9), fields: []).count == 1, "not read at all")
            try await stage.move("alice/c/d", "alice/d")
            try await stage.put("alice/d/secret", "y")
            let name = Name(unique: "secret")
            try demand(try await held.entries(.all(after: nil, limit: 9), fields: []).isEmpty, "still listed")
            try demand(try await held.entries(.named([name]), fields: []).isEmpty, "still found")
            try demand(try await held.entries(.itself, fields: []).isEmpty, "still told of")
            try demand(try await held.open(name, fields: []) == nil, "still read")
        },
    ]
}

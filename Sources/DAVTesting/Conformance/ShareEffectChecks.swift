import DAV

extension BackendConformance {
    /// What else the effects of a share come to (``DAV/ShareEffect``), for the same back-ends as ``sharingCases``.
    public static let shareEffectCases: [Case] = [
        Case(id: "share-V8", title: "an instance begins with what its kind gives it, and not with the owner's value") {
            world in
            let stage = try await ShareStage(world, kind: .teamNotes)
            try await stage.colour("alice/c", "red")
            for _ in 0..<2 {
                try await stage.share("sam")
                let instance = try await stage.instance("sam")
                try demand(try await stage.colour(instance) == "grey", "begins otherwise")
                try demand(try await stage.colour("alice/c") == "red", "the owner has lost their own")
                try await stage.colour(instance, nil)
                try demand(try await stage.colour(instance) == "red", "the owner's does not show through")
                try await stage.revoke("sam")
            }
        },
        Case(id: "share-unlocked", title: "a lock ends with its holder's right, and nobody else's does") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a")
            try await stage.share("sue")
            for depth in [Depth.zero, .infinity] {
                try await stage.share("sam")
                let instance = try await stage.instance("sam")
                _ = try await stage.lock(depth == .zero ? instance + "/a" : instance, depth: depth)
                try await demandRefusal(423) { try await stage.put("alice/c/a") }
                try await stage.share("sam", .read)
                try await stage.put("alice/c/a")
                try await stage.share("sam")
                _ = try await stage.lock(instance + "/a")
                try await demandRefusal(423) { try await stage.put("alice/c/a") }
                try await stage.revoke("sam")
                try await stage.put("alice/c/a")
            }
            // Nobody else's does.
            _ = try await stage.lock(try await stage.instance("sue") + "/a")
            try await stage.share("sam")
            try await stage.revoke("sam")
            try await demandRefusal(423) { try await stage.put("alice/c/a") }
        },
        Case(id: "share-V10b", title: "what is shared below what is shared is told to its owner alone") { world in
            let stage = try await ShareStage(world)
            try await stage.make("alice/c/d", .team)
            guard let sharing = try await stage.collection("alice/c/d").sharing,
                let sue = stage.caller("sue").principal
            else { throw Skip(reason: "shares nothing there") }
            try await sharing.share(
                [.set(.principal(sue), .read)], rules: stage.rules, roster: .empty, if: stage.condition("alice"))
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            try demand(try await stage.entry(instance + "/d", .shares)?.shares == nil, "told inside an instance")
            let listed = try await stage.collection(instance).entries(.all(after: nil, limit: 9), fields: .shares)
            try demand(listed.allSatisfy { $0.shares == nil }, "listed inside an instance")
            try demand(try await stage.entry("alice/c/d", .shares)?.shares?.lines.count == 1, "not told to the owner")
            try demand(try await stage.instances("sue").count == 1, "not with the sharee")
        },
    ]
}

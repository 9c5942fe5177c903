import DAV

extension BackendConformance {
    /// Locks and conditions: judged where the content lies, spelled as the caller knows it.
    static let instanceLockChecks: [Case] = [
        Case(id: "share-X8", title: "a lock holds at every URL, and each is told it in their own space") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a")
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            let lock = try await stage.lock(instance + "/a")
            try demand(stage.text(lock.root) == instance + "/a", "the root is \(lock.root)")
            for text in [instance + "/a", "alice/c/a"] {
                let told = try await stage.entry(text, .locks)?.locks.map { stage.text($0.root) }
                try demand(told == [text], "at \(text) told \(told as Any)")
                try await stage.demandLocked(by: [text]) { try await stage.put(text) }
                try await stage.demandLocked(by: [text]) { try await stage.delete(text) }
            }
            var condition = stage.condition("sam")
            condition.ifHeader = stage.ifHeader(lock.token.uri, at: instance + "/a")
            try await stage.put(instance + "/a", "mine", if: condition)
            guard let found = try await stage.found(instance + "/a"), let locking = found.collection.locking else {
                throw Mismatch("gone")
            }
            let refreshed = try await locking.refresh(found.target, timeoutSeconds: 90, if: condition)
            try demand(stage.text(refreshed.root) == instance + "/a", "refreshed \(refreshed.root)")
            try await locking.unlock(found.target, lock.token, mayBreak: false, if: stage.condition("sam"))
            try await stage.put("alice/c/a")
        },
        Case(id: "share-X8a", title: "a lock above what is shared covers the instance, and is not told where it is") {
            world in
            let stage = try await ShareStage(world)
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            let deep = try await stage.lock("alice/c", depth: .infinity)
            try demand(stage.text(deep.root) == "alice/c", "the root is \(deep.root)")
            let told = try await stage.entry(instance, .locks)?.locks.map { stage.text($0.root) }
            try demand(told == [instance], "told \(told as Any)")
            let listed = try await stage.collection("sam").entries(.all(after: nil, limit: 9), fields: .locks)
            try demand(listed.map { $0.locks.map { stage.text($0.root) } } == [[instance]], "listed otherwise")
            try await stage.demandLocked(by: [instance]) { try await stage.put(instance + "/a") }
            // What is one's own is not locked by that: neither the name nor the properties.
            try await stage.colour(instance, "blue")
            try await stage.move(instance, "sam/team")
            try await stage.delete("sam/team")
        },
        Case(id: "share-X8b", title: "a refused COPY or MOVE names the locked place as the caller does") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a")
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            try await stage.put("sam/x")
            try await stage.put("sam/y")
            _ = try await stage.lock("alice/c/a")
            _ = try await stage.lock("sam/y")
            try await stage.demandLocked(by: [instance + "/a"]) { try await stage.copy("sam/x", instance + "/a") }
            try await stage.demandLocked(by: [instance + "/a"]) { try await stage.move("sam/x", instance + "/a") }
            try await stage.demandLocked(by: ["sam/y"]) { try await stage.copy(instance + "/a", "sam/y") }
            try await stage.demandLocked(by: [instance + "/a"]) { try await stage.move(instance + "/a", "sam/z") }
        },
        Case(id: "share-X8d", title: "a lock ends with the right by which it was taken") { world in
            let stage = try await ShareStage(world)
            try await stage.put("alice/c/a")
            for end in ["revoke", "lower", "leave", "replace"] {
                try await stage.share("sam")
                let instance = try await stage.instance("sam")
                _ = try await stage.lock(instance + "/a")
                try await stage.demandLocked(by: ["alice/c/a"]) { try await stage.put("alice/c/a") }
                switch end {
                case "revoke": try await stage.revoke("sam")
                case "lower": try await stage.share("sam", .read)
                case "leave": try await stage.delete(instance)
                default:
                    try await stage.make("sam/x")
                    try await stage.move("sam/x", instance)
                    try await stage.delete(instance)
                }
                try await stage.put("alice/c/a", end)
                try await stage.revoke("sam")
            }
        },
        Case(id: "share-If", title: "conditions are about what the caller's URLs show") { world in
            let stage = try await ShareStage(world)
            let etag = try await stage.put("alice/c/a").etag
            try await stage.share("sam")
            let instance = try await stage.instance("sam")
            guard let etag else { throw Skip(reason: "no ETag is told") }
            var condition = stage.condition("sam")
            condition.ifMatch = .list([etag], weak: [])
            try await stage.put(instance + "/a", if: condition)
            let stale = condition
            try await demandRefusal(412) { try await stage.put(instance + "/a", if: stale) }
            condition = stage.condition("sam")
            let token = try await stage.token(instance)
            condition.ifHeader = stage.ifHeader(token.uri, at: instance)
            try await stage.put(instance + "/b", if: condition)
            let old = condition
            try await demandRefusal(412) { try await stage.put(instance + "/c", if: old) }
            condition.ifHeader = stage.ifHeader(try await stage.token("alice/c").uri, at: instance)
            let foreign = condition
            try await demandRefusal(412) { try await stage.put(instance + "/c", if: foreign) }
        },
    ]
}

extension ShareStage {
    /// Demands a refusal that names exactly these locked places.
    func demandLocked(by places: [String], _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as DAVError {
            let named = error.condition?.resources.map(text) ?? []
            return try demand(error.code == 423 && named == places, "refused with \(error) naming \(named)")
        }
        throw Mismatch("was not refused though \(places) is locked")
    }

    /// `If: <URL> (<TOKEN>)`
    func ifHeader(_ token: String, at text: String) -> IfHeader {
        let term = IfHeader.Term(negated: false, state: .token(token))
        return IfHeader(lists: [IfHeader.List(resource: .path(path(text)), conditions: [term])])
    }
}

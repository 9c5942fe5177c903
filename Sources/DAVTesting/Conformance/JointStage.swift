import DAV

/// Collections of notes of two people: Alice's `c` and `e`, Sam's `d` and `e`; and a folder `f` of Sam's.
final class JointStage {
    let share: ShareStage
    private let joint: any JointWriting
    private var made = 0

    /// - Throws: ``Skip`` where nothing is written jointly.
    init(_ world: World) async throws {
        guard let joint = world.backend.jointWriting else { throw Skip(reason: "writes one member at a time") }
        self.joint = joint
        share = try await ShareStage(world, kind: .teamNotes)
        for text in ["alice/e", "sam/d", "sam/e"] { try await share.make(text, .teamNotes) }
        try await share.make("sam/f")
    }

    // MARK: Steps

    /// A step of whoever's home it is in.
    func step(_ text: String, _ action: WriteStep.Action) -> WriteStep {
        WriteStep(share.path(text), action, if: share.condition(text))
    }

    func put(_ text: String, _ body: String, own: WriteStep.OwnPart = .untouched, colour: String? = nil) -> WriteStep {
        let upload = Upload(contentType: "text/note", body: .bytes(Array(body.utf8)))
        return step(text, .put(upload, own: own, properties: colour.map { [self.colour($0)] } ?? []))
    }

    func failing(_ text: String) -> WriteStep {
        var step = put(text, freshNote(text))
        step.condition.ifMatch = .list([], weak: [])
        return step
    }

    func colour(_ value: String) -> PropertyChange {
        let xml = Array("<x:colour xmlns:x=\"urn:x\">\(value)</x:colour>".utf8)
        return .set(DeadProperty(name: XMLName("urn:x", "colour"), xml: xml))
    }

    /// Octets that were never stored before, for the same member each time.
    func freshNote(_ text: String) -> String {
        made += 1
        return "uid: \(text.lastName)\ntext: \(made)"
    }

    func freshColour() -> String {
        made += 1
        return "colour \(made)"
    }

    // MARK: Writing

    func write(_ steps: [WriteStep]) async throws -> [WriteResult] {
        let results = try await joint.write(steps)
        try demand(results.count == steps.count, "\(results.count) results of \(steps.count) steps")
        return results
    }

    func demandRefusal(_ step: Int, _ error: DAVError, _ steps: [WriteStep]) async throws {
        do {
            _ = try await write(steps)
        } catch let failure as JointFailure {
            return try demand(
                failure.step == step && failure.error == error, "refused at \(failure.step) with \(failure.error)")
        }
        throw Mismatch("was not refused with \(error)")
    }

    /// Steps that cannot be carried out, whatever stands elsewhere, and their statuses.
    func refusals() async throws -> [(reason: String, code: Int, step: WriteStep)] {
        try await share.put("sam/d/known", "uid: known")
        try await share.put("sam/d/locked", "uid: locked")
        _ = try await share.lock("sam/d/locked")
        var (exists, moved) = (put("sam/d/known", "uid: known\ntext: x"), put("sam/d/known", "uid: known\ntext: y"))
        exists.condition.ifNoneMatch = .any
        moved.condition.standings = [Standing(path: share.path("sam/d/known"), etag: ETag(opaque: "other"))]
        let tooMuch = String(repeating: "x", count: DeadProperty.mostBytesPerResource)
        var all = [
            ("an entry tag", 412, failing("sam/d/known")), ("an existing member", 412, exists),
            ("what it was computed from", 503, moved), ("a lock", 423, put("sam/d/locked", "uid: locked\ntext: x")),
            ("a UID", 409, put("sam/d/second", "uid: known")), ("no note", 403, put("sam/d/new", "no note")),
            ("a body that is too long", 403, put("sam/d/new", "uid: new\ntext: " + tooMuch)),
            ("properties that are too long", 507, put("sam/d/new", "uid: new", colour: tooMuch)),
            ("a missing member", 404, step("sam/d/none", .delete)),
            ("properties of a missing member", 404, step("sam/d/none", .patch([colour("red")]))),
            ("a missing source", 404, step("sam/d/none", .move(to: share.path("sam/e/none"), overwrite: true))),
            (
                "an occupied place", 412,
                step(
                    "sam/d/locked",
                    .copy(
                        to: share.path("sam/d/known"), depth: .zero, overwrite: false))
            ),
            ("a missing collection", 409, put("sam/none/a", "uid: a")),
            ("a collection", 405, put("sam/f", "uid: f")),
        ]
        if let quota = share.world.subject.quotaBytes {
            all.append(("the quota", 507, put("sam/f/big", String(repeating: "x", count: Int(quota) + 1))))
        }
        return all.map { (reason: $0.0, code: $0.1, step: $0.2) }
    }

    func names(_ text: String) async throws -> [String] {
        try await share.listing(text).members.keys.compactMap(\.last?.string).sorted()
    }

    /// All there is to be seen.
    func state() async throws -> [String] {
        var state: [String] = []
        for text in ["alice", "sam", "alice/c", "sam/d", "sam/e"] {
            state.append("\(text) \(try await share.token(text).uri) \(try await share.listing(text))")
        }
        return state
    }

    // MARK: Several at once

    /// Writes the same to three places at once, in different orders, while somebody reads two of them.
    func demandNoTear() async throws {
        let places = ["alice/c/x", "sam/d/x", "alice/e/x"]
        let batches = (0..<60).map { round in
            let text = freshNote("x")
            return (round % 2 == 0 ? places : places.reversed()).map { put($0, text) }
        }
        guard let syncing = try await share.collection("alice").syncing else { throw Skip(reason: "does not sync") }
        try await withThrowingTaskGroup(of: Void.self) { [joint] group in
            for writer in 0..<4 {
                group.addTask {
                    for batch in stride(from: writer, to: batches.count, by: 4) {
                        _ = try await joint.write(batches[batch])
                    }
                }
            }
            var token: SyncToken?
            for _ in 0..<60 {
                let page = try await syncing.changes(since: token, level: .infinite, limit: 1000, fields: .content)
                let bodies = page.changes.compactMap { change -> [UInt8]? in
                    guard case .changed(let path, let entry) = change, path.last?.string == "x" else { return nil }
                    return entry.content
                }
                try demand(bodies.isEmpty || bodies.count == 2, "told of \(bodies.count) of two")
                try demand(Set(bodies).count < 2, "two bodies of different steps")
                token = page.token
                await Task.yield()
            }
            try await group.waitForAll()
        }
        var bodies: Set<String?> = []
        for place in places { bodies.insert(try await share.body(place)) }
        try demand(bodies.count == 1 && !bodies.contains(nil), "the last is \(bodies)")
    }
}

import DAV
import Synchronization

/// People who write, share, accept, take back, paint and listen at random, by every URL there is, services that fail and
/// dispatchers that end: when all is quiet, everybody has been told what they are owed, and nobody else anything
/// (``SharePushModel``).
package final class SharePushRun: Sendable {
    /// What is wrong with the back-end, or the dispatcher.
    package enum Fault: Sendable, CaseIterable {
        case none
        /// What was registered on a member through an instance outlives it, at the source.
        case listensOn
        /// Told of more than the message says.
        case toldOfWhatComesNext
    }

    let subject: BackendConformance.Subject
    let root: DAVPath
    let rules: ShareRules
    let fault: Fault
    let post: PushPost
    let state: Mutex<State>

    struct State {
        var model = SharePushModel()
        var random: SeededGenerator
        var log: [String] = []
        var registered = 0
        var isCalm = false
        var isBusy = false
        /// A message is being made.
        var isMeanwhile = false
    }

    package init(_ subject: BackendConformance.Subject, seed: UInt64, fault: Fault = .none) async throws {
        _ = try await ShareStage(World(subject))
        self.subject = subject
        self.fault = fault
        root = subject.home.parent
        rules = ShareRules(mode: seed % 2 == 0 ? .instant : .invitation)
        post = try await PushPost(subject, rules: rules)
        state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    func edit<T: Sendable>(_ body: (inout SharePushModel) -> T) -> T { state.withLock { body(&$0.model) } }
    func read<T: Sendable>(_ body: (SharePushModel) -> T) -> T { state.withLock { body($0.model) } }
    func pick(_ count: Int) -> Int { state.withLock { Int.random(in: 0..<count, using: &$0.random) } }
    func note(_ text: String) { state.withLock { $0.log.append("\($0.model.number): \(text)") } }

    /// - Returns: how many messages were sent.
    /// - Throws: ``Mismatch`` with the whole script, if the law was broken.
    package func run(_ steps: Int) async throws -> Int {
        post.set(hooks())
        for step in 1...steps {
            try await happen()
            if pick(40) == 0 {
                note("a new dispatcher")
                await post.restart()
            }
            await post.run(seconds: Int64(pick(4) == 0 ? pick(60) : pick(2)))
            if step % 12 == 0 || step == steps { try await settle() }
        }
        return post.messages.count
    }

    /// Everything works for a while, until nothing is left to do.
    private func settle() async throws {
        state.withLock { $0.isCalm = true }
        await post.run(seconds: 4 * 3600)
        let registered = try await post.registry.registrations(of: nil, after: nil, limit: 10_000, now: post.clock.now)
        edit { $0.judge(registered) }
        let (complaints, log) = state.withLock { state in
            state.isCalm = false
            return (state.model.complaints, state.log)
        }
        try demand(
            complaints.isEmpty, "\(complaints.joined(separator: "\n"))\nafter:\n\(log.joined(separator: "\n"))")
    }

    private func hooks() -> PushPost.Hooks {
        var hooks = PushPost.Hooks()
        hooks.delivered = { [self] id, delivery in
            if fault == .toldOfWhatComesNext { delivery?.told += 1 }
            if let delivery { edit { $0.delivered(id, delivery) } }
            if !state.withLock({ $0.isCalm }), pick(8) == 0 {
                note("meanwhile:")
                state.withLock { $0.isMeanwhile = true }
                defer { state.withLock { $0.isMeanwhile = false } }
                try await happen()
            }
        }
        hooks.recorded = { [self] records in edit { model in for record in records { model.recorded(record) } } }
        hooks.sent = { [self] delivery, message in
            edit { $0.sent(message) }
            let answer = answer()
            if answer.0 == .accepted {
                edit { _ = $0.accepted[delivery.registration.id, default: []].insert(delivery.told) }
            }
            return answer
        }
        return hooks
    }

    private func answer() -> (PushOutcome.Kind, Int64) {
        let seconds = Int64(pick(4))
        if state.withLock({ $0.isCalm }) { return (.accepted, seconds) }
        switch pick(50) {
        case 0..<10: return (.unavailable, seconds)
        case 10..<14: return (.throttled(Int64(pick(100))), seconds)
        case 14: return (.gone, seconds)
        default: return (.accepted, seconds)
        }
    }

    // MARK: What happens

    private func happen() async throws {
        // Something that happens may be told of at once, and then nothing more happens in between.
        let isFree = state.withLock { state in
            defer { state.isBusy = true }
            return !state.isBusy
        }
        guard isFree else { return }
        defer { state.withLock { $0.isBusy = false } }
        let person = ["sam", "sue"][pick(2)]
        switch pick(100) {
        case 0..<30: try await write(by: pick(2) == 0 ? "alice" : person)
        case 30..<36: try await delete(by: pick(2) == 0 ? "alice" : person)
        case 36..<44: try await move()
        case 44..<52: try await paint(by: pick(2) == 0 ? "alice" : person)
        case 52..<64: try await share(with: person)
        case 64..<70: try await revoke(person)
        case 70..<96: try await listen(as: ["alice", "sam", "sue"][pick(3)])
        default: try await unregister()
        }
    }
}

public import DAV

/// Proves that a back-end keeps the contract of the seam: writing, conditions, locks, and above all synchronisation.
///
/// A back-end author runs every case from a test of their own, in whatever test framework they use:
///
/// ```swift
/// @Test(arguments: BackendConformance.cases)
/// func conforms(_ conformance: BackendConformance.Case) async throws {
///     _ = try await conformance.run { clock in
///         let owner = PrincipalID(Name("alice")!)
///         let backend = MyBackend(clock: { clock.now })
///         return .init(backend: backend, home: DAVPath([Name("files")!, owner.name]), owner: .principal(owner), clock: clock)
///     }
/// }
/// ```
///
/// Each case gets a fresh, empty back-end, and is named after the requirement or scenario it checks. What a back-end does not offer
/// (a capability that is `nil`, a hook that was not given) is skipped, and the outcome says so.
public enum BackendConformance {
    /// A fresh back-end and what the suite may do with it besides using it.
    public struct Subject: Sendable {
        public var backend: any Backend
        /// An empty collection that ``owner`` may read and write.
        public var home: DAVPath
        public var owner: Caller
        /// The clock the back-end reads.
        public var clock: TestClock
        /// Somebody who may not read ``home``.
        public var stranger: Caller?
        /// A kind of writable collection that does not sync and that the back-end can make.
        public var barredKind: CollectionKind?
        /// Whether the back-end can make collections of the kinds ``DAV/CollectionKind/desk`` and
        /// ``DAV/CollectionKind/notes``, and keeps what they demand.
        public var makesNotes = false
        /// People whom ``owner`` can share with. Their homes stand beside ``home``, named after them, of the same kind: one
        /// that reports what happens in its children.
        public var sharees: [Caller] = []
        /// Most bytes below ``home``.
        public var quotaBytes: Int64?
        /// Where somebody's collection of kind ``DAV/CollectionKind/notifications`` is, which ``owner`` and ``sharees`` have; it
        /// lies outside ``home``. `nil`: the back-end tells nobody of shares.
        public var notifications: (@Sendable (PrincipalID) -> DAVPath)?
        /// Forgets the removals up to the state that the token of a collection in ``home`` speaks of.
        public var prune: (@Sendable (SyncToken) async throws -> Void)?
        /// Stops the back-end and opens its storage again.
        public var restart: (@Sendable () async throws -> any Backend)?
        /// Takes a backup; the closure it gives puts that state back (as a new life of the store) and opens it.
        public var backUp: (@Sendable () async throws -> @Sendable () async throws -> any Backend)?
        /// Called when a case is over.
        public var close: (@Sendable () async throws -> Void)?

        public init(backend: any Backend, home: DAVPath, owner: Caller, clock: TestClock) {
            self.backend = backend
            self.home = home
            self.owner = owner
            self.clock = clock
        }
    }

    /// Makes a back-end that reads the given clock.
    public typealias Factory = @Sendable (TestClock) async throws -> Subject

    /// One named requirement.
    public struct Case: Sendable, CustomStringConvertible {
        public let id: String
        public let title: String
        let body: @Sendable (World) async throws -> Void

        public var description: String { "\(id) \(title)" }

        /// Runs the case on a fresh back-end.
        ///
        /// - Throws: ``ConformanceFailure``, or whatever the back-end threw that it should not have.
        public func run(_ factory: Factory) async throws -> Outcome {
            let subject = try await factory(TestClock())
            let outcome: Outcome
            do {
                try await body(World(subject))
                outcome = .passed
            } catch let skip as Skip {
                outcome = .skipped(skip.reason)
            } catch {
                try? await subject.close?()
                throw ConformanceFailure(id: id, message: "\(error)")
            }
            try await subject.close?()
            return outcome
        }
    }

    public enum Outcome: Sendable, Hashable {
        case passed
        /// The back-end does not offer what the case is about.
        case skipped(String)
    }

    /// Every case.
    public static let cases: [Case] =
        (syncScenarios + treeScenarios + pagingScenarios + conditionScenarios + writingScenarios + lockScenarios).map(
            \.asCase) + checks
}

/// A promise of the seam that a back-end does not keep.
public struct ConformanceFailure: Error, CustomStringConvertible {
    public var id: String
    public var message: String
    public var description: String { "\(id): \(message)" }
}

/// Thrown to leave a case whose subject the back-end does not offer.
struct Skip: Error {
    var reason: String
}

/// What a step found to be wrong.
struct Mismatch: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

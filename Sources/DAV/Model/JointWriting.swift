/// The capability to write at several places as one step.
///
/// A back-end that can do it is the seam under what has to change a calendar, and those of others, together (RFC 6638 §3.2): nobody
/// finds one without the other, neither by reading, nor in a sync report, nor after a crash.
public protocol JointWriting: Sendable {
    /// Carries out every step in order, in one transaction, or none of them.
    ///
    /// Each step is what the method of ``Writing`` or ``Personalizing`` would do that is named like it, and each is judged in the
    /// state that the steps before it have left: conditions, locks, quota, and what the kinds demand. Paths are those that the
    /// `caller` of the step's condition sees, who may be another one in each step. Whom a change is not told (``Condition/dontNotify``)
    /// holds for the step's own changes.
    ///
    /// Before the transaction begins the bodies are taken to their ends, and the collections are found: a step may lie in none that
    /// another step brings (409).
    /// - Returns: what each step did, in the order of the steps.
    /// - Throws: ``JointFailure`` naming the step that was refused; anything else as it is.
    func write(_ steps: [WriteStep]) async throws -> [WriteResult]
}

/// One of the writes that are made together.
public struct WriteStep: Sendable {
    /// Of the member, as the condition's caller sees it.
    public var path: DAVPath
    public var action: Action
    public var condition: Condition

    public init(_ path: DAVPath, _ action: Action, if condition: Condition) {
        self.path = path
        self.action = action
        self.condition = condition
    }

    public enum Action: Sendable {
        /// Creates or replaces the member: ``Writing/put(_:_:if:)``, or ``Personalizing/put(_:_:own:if:)`` where there is an own part.
        /// The properties are changed with it.
        ///
        /// Without an upload the body stays as it is, and there has to be one.
        case put(Upload?, own: OwnPart = .untouched, properties: [PropertyChange] = [])
        /// ``Writing/patchProperties(of:_:if:)``
        case patch([PropertyChange])
        /// ``Writing/delete(_:if:)``
        case delete
        /// ``Writing/move(_:to:overwrite:if:)``
        case move(to: DAVPath, overwrite: Bool)
        /// ``Copying/copy(_:to:depth:overwrite:if:)``
        case copy(to: DAVPath, depth: Depth, overwrite: Bool)
    }

    /// What becomes of the own part of a member of an instance (``Personalizing``).
    public enum OwnPart: Sendable, Hashable {
        case untouched
        /// `nil`: there is none any more.
        case set([UInt8]?)
    }
}

/// A step of several was refused, so none of them was carried out.
public struct JointFailure: Error, Sendable {
    /// Its index.
    public var step: Int
    public var error: DAVError

    public init(step: Int, error: DAVError) {
        self.step = step
        self.error = error
    }
}

extension JointFailure {
    /// Runs what belongs to a step.
    package static func naming<T>(_ step: Int, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DAVError { throw JointFailure(step: step, error: error) }
    }

    package static func naming<T>(_ step: Int, _ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as DAVError { throw JointFailure(step: step, error: error) }
    }
}

extension WriteStep.Action {
    /// What the collection at hand has to be capable of.
    package var needed: Capabilities {
        if case .copy = self { return .copying }
        return .writing
    }
}

import DAV
import Synchronization

/// The collections that paths led to, for as long as nothing is committed: the answer to a poll needs no statement then.
///
/// What is handed out is the latest committed state, never one older than a write that was answered.
final class KnownCollections: Sendable {
    /// More paths than this are not remembered at a time.
    static let most = 4096

    private struct State {
        var mark: CommitMark?
        var places: [DAVPath: Known] = [:]
    }

    /// A collection, and the instance it is or lies in.
    typealias Known = (row: CollectionRow, view: FacadeView?)

    private let index: WALIndex
    private let state = Mutex(State())

    init(_ index: WALIndex) { self.index = index }

    /// To be taken before the snapshot is opened that something is read from: that is no older then.
    func mark() -> CommitMark? { index.mark() }

    func isCurrent(_ mark: CommitMark?) -> Bool { mark != nil && mark == index.mark() }

    /// - Returns: `nil` if nobody asked for the path since the last commit.
    func collection(at path: DAVPath) -> (known: Known, mark: CommitMark)? {
        guard let mark = index.mark() else { return nil }
        return state.withLock { state in state.mark == mark ? state.places[path].map { ($0, mark) } : nil }
    }

    func remember(_ known: Known, at path: DAVPath, asOf mark: CommitMark?) {
        guard let mark else { return }
        state.withLock { state in
            if state.mark != mark || state.places.count >= KnownCollections.most { state = State(mark: mark) }
            state.places[path] = known
        }
    }
}

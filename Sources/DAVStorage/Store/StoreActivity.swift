/// What a store has done since it was opened, for an operator's graphs.
public struct StoreActivity: Sendable, Hashable {
    /// Transactions that are on disk.
    public var commits: Int64 = 0
    /// Changes they carried, those that failed included.
    public var writes: Int64 = 0
    /// Most changes in one transaction.
    public var largestBatch: Int64 = 0
    /// Changes that wait for a transaction.
    public var waiting: Int64 = 0
    /// The last one given to a change; 0 before the first.
    public var revision: Int64 = 0
    /// Connections for reading that nobody uses just now.
    public var idleReaders: Int64 = 0
    /// How often a registration for push was not told of a change, because the client that made it asked for that.
    public var suppressedPushes: Int64 = 0
}

extension SQLiteStore {
    /// Cost: a few loads from memory.
    public var activity: StoreActivity {
        var activity = commits.activity
        activity.idleReaders = Int64(connections.idleReaders)
        activity.suppressedPushes = listeners.suppressed
        return activity
    }
}

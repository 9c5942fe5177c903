import DAV

/// A replica in a simulation: what it follows, and the tokens it was given.
struct Client {
    var path: SyncModel.Path
    var level: SyncLevel
    private(set) var replica = Replica()
    /// `nil`: it has no token.
    private(set) var position: Position?
    /// The moment at which the initial walk it is on began.
    private(set) var walkStart: Int?
    private(set) var history: [Position] = []

    init(path: SyncModel.Path, level: SyncLevel) {
        self.path = path
        self.level = level
    }

    mutating func take(_ page: ChangePage, at position: Position, walkStart: Int?, _ random: inout SeededGenerator) {
        let changes = page.changes.shuffled(using: &random)
        replica.apply(changes, token: page.token, isComplete: page.isComplete, level: level)
        self.position = position
        self.walkStart = walkStart
        history.append(position)
    }

    mutating func startOver() {
        replica.startOver()
        position = nil
        walkStart = nil
    }
}

/// A token, and what is known of the state it speaks of.
struct Position: Equatable {
    var token: SyncToken
    /// The model's token of the same state; `nil` for a page's.
    var state: SyncModel.Token?
    /// Which life of which collection.
    var life: [Int]
    var moment: Int
    /// How often the server had pruned.
    var prunes: Int
}

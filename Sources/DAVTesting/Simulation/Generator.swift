import DAV

/// A small, fast and reproducible source of randomness (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64
    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Draws scripts: few names and shallow trees, so that reuse, recreation and overwriting happen all the time.
struct ScriptGenerator {
    private var random: SeededGenerator
    private var model: SyncModel
    private let names = ["a", "b", "c", "d"].map { Name(unique: $0) }
    private let collectionNames = ["a", "D", "E"].map { Name(unique: $0) }
    private let replicas: Int

    init(seed: UInt64, replicas: Int, hasContent: Bool = false) {
        model = SyncModel(isDesk: hasContent)
        random = SeededGenerator(seed: seed)
        self.replicas = replicas
    }

    mutating func script(_ length: Int) -> [Operation] {
        var script: [Operation] = []
        while script.count < length {
            let operation = model.isDesk ? withContent(draw()) : draw()
            guard model.allows(operation) else { continue }
            if model.refusal(of: operation) == nil { model.apply(operation) }
            script.append(operation)
        }
        return script + [.settle]
    }

    private mutating func draw() -> Operation {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<18: .put(path(of: names))
        case 18..<20: .putSame(livePath())
        case 20..<29: .makeCollection(path(of: collectionNames))
        case 29..<31: .makeBarred(path(of: collectionNames))
        case 31..<43: .delete(livePath())
        case 43..<46: .patch(livePath())
        case 46..<55: .move(livePath(), path(of: Bool.random(using: &random) ? names : collectionNames))
        case 55..<60:
            .copy(
                livePath(), path(of: Bool.random(using: &random) ? names : collectionNames),
                deep: Int.random(in: 0..<4, using: &random) > 0)
        case 60..<61: .lockAndUnlock(livePath())
        case 61..<62: .refused(livePath())
        case 62..<66: .prune(ago: Int.random(in: 0...6, using: &random))
        case 66..<67: Int.random(in: 0..<3, using: &random) == 0 ? .backUp : .restart
        case 67..<68: Int.random(in: 0..<6, using: &random) == 0 ? .restore : .restart
        case 68..<93: .page(replica: replica(), limit: [1, 1, 1, 2, 2, 3, 5, 1000].randomElement(using: &random) ?? 1)
        case 93..<96: .replay(replica: replica(), ago: Int.random(in: 0...5, using: &random))
        default: .settle
        }
    }

    /// Few UIDs, so that they meet; and most collections hold notes.
    private mutating func withContent(_ operation: Operation) -> Operation {
        switch operation {
        case .put(let path):
            // The home takes no members: to be refused for that alone is soon proved.
            let place = path.count > 1 ? path : self.path(of: names)
            let uid = Int.random(in: 0...SyncModel.uids.count, using: &random)
            return .putNote(place, uid: SyncModel.uids.contains(uid) ? uid : nil)
        case .makeCollection(let path):
            return switch Int.random(in: 0..<8, using: &random) {
            case 0..<5: .makeNotes(Array(path.suffix(1)))
            case 5: .makeNotes(path)
            default: operation
            }
        default: return operation
        }
    }

    private mutating func replica() -> Int { Int.random(in: 0..<replicas, using: &random) }

    /// A place below the home, at most three deep, in a collection that is there.
    private mutating func path(of names: [Name]) -> SyncModel.Path {
        let parents = model.live.filter { $0.value.kind != .file && $0.key.count < 3 }.map(\.key)
            .sorted { $0.lexicographicallyPrecedes($1) }
        return (parents.randomElement(using: &random) ?? []) + [names.randomElement(using: &random) ?? names[0]]
    }

    private mutating func livePath() -> SyncModel.Path {
        let paths = model.live.keys.filter { !$0.isEmpty }.sorted { $0.lexicographicallyPrecedes($1) }
        return paths.randomElement(using: &random) ?? []
    }
}

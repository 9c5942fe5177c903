extension SyncModel {
    /// Mistakes that servers make, each for a bug that somebody shipped. A simulation that does not see one is no judge.
    public struct Fault: OptionSet, Sendable, Hashable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Tombstones below an unmapped collection keep their old revision (SS-111).
        public static let noLift = Fault(rawValue: 1 << 0)
        /// A member's revision ignores when the collections above it were mapped (INV-18).
        public static let noBindings = Fault(rawValue: 1 << 1)
        /// A cut page carries the token of now.
        public static let newestTokenOnCut = Fault(rawValue: 1 << 2)
        /// A cut page's token names a revision, and no place in it.
        public static let cutWithoutCursor = Fault(rawValue: 1 << 3)
        /// A token is valid although the rest of its revision was pruned (SS-113).
        public static let halfDeliveredCountsAsWhole = Fault(rawValue: 1 << 4)
        /// Pruning leaves no mark.
        public static let noFloor = Fault(rawValue: 1 << 5)
        /// A collection's tokens outlive it (SS-042).
        public static let noIncarnation = Fault(rawValue: 1 << 6)
        /// Mapping a path leaves its tombstone.
        public static let tombstoneKeptOnRemap = Fault(rawValue: 1 << 7)
        /// Unmapping a collection leaves one tombstone, and none for what was in it (SS-095).
        public static let noDescendantTombstones = Fault(rawValue: 1 << 8)
        /// What was in a removed collection is told too (INV-16).
        public static let noCollapse = Fault(rawValue: 1 << 9)
        /// Pages of an initial walk tell removals from before it (INV-6).
        public static let noBase = Fault(rawValue: 1 << 10)
        /// A change moves the parent's token alone (INV-7).
        public static let parentOnly = Fault(rawValue: 1 << 11)
        /// A home tells of a child's own changes alone (Y-42).
        public static let noChildChanges = Fault(rawValue: 1 << 12)
        /// COPY and MOVE do not ask whether a UID is held already (C-10).
        public static let uidsOfPutAlone = Fault(rawValue: 1 << 13)
        /// COPY and MOVE do not judge bodies.
        public static let bodiesOfPutAlone = Fault(rawValue: 1 << 14)
        /// The index does not follow MOVE.
        public static let indexStaysOnMove = Fault(rawValue: 1 << 15)

        /// Each fault with its name.
        public static let all: [(name: String, fault: Fault)] = [
            ("noLift", .noLift), ("noBindings", .noBindings), ("newestTokenOnCut", .newestTokenOnCut),
            ("cutWithoutCursor", .cutWithoutCursor), ("halfDeliveredCountsAsWhole", .halfDeliveredCountsAsWhole),
            ("noFloor", .noFloor), ("noIncarnation", .noIncarnation), ("tombstoneKeptOnRemap", .tombstoneKeptOnRemap),
            ("noDescendantTombstones", .noDescendantTombstones), ("noCollapse", .noCollapse), ("noBase", .noBase),
            ("parentOnly", .parentOnly),
        ]

        /// Those that only a simulation with content can see.
        public static let ofContent: [(name: String, fault: Fault)] = [
            ("noChildChanges", .noChildChanges), ("uidsOfPutAlone", .uidsOfPutAlone),
            ("bodiesOfPutAlone", .bodiesOfPutAlone), ("indexStaysOnMove", .indexStaysOnMove),
        ]
    }
}

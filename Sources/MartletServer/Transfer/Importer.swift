package import DAV

/// Puts the objects of an iCalendar or vCard file into a calendar or an address book, as so many PUTs: judged as clients' are,
/// and durable one by one, so an import that was stopped goes on where it was.
///
/// A few are written together and then others get their turn: a server beside, and whoever writes there, waits for one small
/// transaction at most. Memory holds ``batch`` objects and, of an iCalendar file, the places of
/// the others.
package struct Importer: Sendable {
    /// What becomes of an object whose UID is there already.
    package enum Existing: Sendable {
        case skip
        case replace
    }

    package struct Report: Sendable, Hashable {
        package var stored = 0
        package var replaced = 0
        /// There already, and left alone.
        package var skipped = 0
        package var refused = 0

        package init(stored: Int = 0, replaced: Int = 0, skipped: Int = 0, refused: Int = 0) {
            self.stored = stored
            self.replaced = replaced
            self.skipped = skipped
            self.refused = refused
        }
    }

    /// An object that was not taken.
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package var line: Int
        package var uid: String? = nil
        package var message: String
        package var description: String { "line \(line): \(uid.map { "\($0): " } ?? "")\(message)" }
    }

    /// Objects written at once.
    static let batch = 64

    let collection: any DAVCollection
    let caller: Caller
    let existing: Existing
    let isStrict: Bool
    let clock: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - isStrict: whether the first object that is not taken ends the import.
    package init(
        into collection: any DAVCollection, as caller: Caller, existing: Existing = .skip, isStrict: Bool = false,
        clock: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.collection = collection
        self.caller = caller
        self.existing = existing
        self.isStrict = isStrict
        self.clock = clock
    }

    /// - Parameters:
    ///   - progress: is told how many objects are done, and which share of the file.
    ///   - refused: is given each object that was not taken.
    /// - Throws: ``Problem`` if strict, or if the file as a whole cannot be read; what went wrong with the store.
    package func run(
        _ path: String, progress: (_ done: Int, _ share: Double) -> Void = { _, _ in },
        refused: (Problem) -> Void = { _ in }
    ) async throws -> Report {
        var report = Report()
        let file = try TransferFile(path)
        let queue = TransferQueue(file)
        while true {
            let started = ContinuousClock.now
            let batch = try queue.next(Self.batch)
            if batch.isEmpty { return report }
            for outcome in try await store(batch) {
                switch outcome {
                case .stored: report.stored += 1
                case .replaced: report.replaced += 1
                case .skipped: report.skipped += 1
                case .refused(let problem):
                    if isStrict { throw problem }
                    report.refused += 1
                    refused(problem)
                }
            }
            progress(report.stored + report.replaced + report.skipped + report.refused, queue.share)
            // Who waits for the database asks again every few milliseconds; this is when they find it free.
            try await Task.sleep(for: min(.milliseconds(50), (.now - started) / 2))
        }
    }

    private enum Outcome {
        case stored
        case replaced
        case skipped
        case refused(Problem)
    }

    /// - Returns: what became of each, in their order.
    private func store(_ batch: [TransferQueue.Item]) async throws -> [Outcome] {
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            for (index, item) in batch.enumerated() {
                group.addTask { (index, try await store(item)) }
            }
            var outcomes = [Outcome?](repeating: nil, count: batch.count)
            for try await (index, outcome) in group { outcomes[index] = outcome }
            return outcomes.compactMap { $0 }
        }
    }

    private func store(_ item: TransferQueue.Item) async throws -> Outcome {
        do {
            if let problem = item.problem { throw Problem(line: item.line, message: problem) }
            var known = try await member(of: item.uid)
            if known == nil {
                do {
                    try await put(item, as: item.name, isNew: true)
                    return .stored
                } catch let error as DAVError where error.code == 412 || error.code == 409 {
                    // The name is taken, or somebody has just put the same object.
                    known = try await member(of: item.uid)
                }
            }
            guard let known else {
                try await put(item, as: Name(ResourceID.random().uuidString + item.suffix), isNew: true)
                return .stored
            }
            guard existing == .replace else { return .skipped }
            try await put(item, as: known, isNew: false)
            return .replaced
        } catch let error as DAVError where (400..<500).contains(error.code) {
            return .refused(Problem(line: item.line, uid: item.uid, message: error.message))
        } catch let problem as Problem {
            return .refused(problem)
        }
    }

    private func member(of uid: String?) async throws -> Name? {
        guard let uid, let querying = collection.querying else { return nil }
        return try await querying.names(matching: ContentQuery(uid: uid)).first
    }

    private func put(_ item: TransferQueue.Item, as name: Name?, isNew: Bool) async throws {
        guard let writing = collection.writing, let name else {
            throw DAVError.forbidden("This collection is read-only.")
        }
        var condition = Condition(caller: caller, now: clock())
        if isNew { condition.ifNoneMatch = .any }
        let upload = Upload(
            contentType: item.contentType, declaredLength: Int64(item.octets.count), body: BodyStream(of: item.octets))
        _ = try await writing.put(name, upload, if: condition)
    }
}

extension Importer {
    /// Whether a file holds cards rather than calendar objects.
    package static func holdsCards(_ path: String) throws -> Bool { try TransferQueue.holdsCards(TransferFile(path)) }
}

extension Importer.Report {
    package static func += (sum: inout Importer.Report, other: Importer.Report) {
        sum.stored += other.stored
        sum.replaced += other.replaced
        sum.skipped += other.skipped
        sum.refused += other.refused
    }
}

import Crypto
package import DAV
import DAVGroupware

/// Puts the objects of an iCalendar or vCard file into a calendar or an address book, as so many PUTs: judged as clients' are,
/// and durable one by one, so an import that was stopped goes on where it was.
///
/// A few are written together and then others get their turn: a server beside, and whoever writes there, waits for one small
/// transaction at most. Memory holds an index of the file and ``batch`` objects.
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
    }

    /// An object that was not taken.
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package var line: Int
        package var uid: String?
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
        clock: @escaping @Sendable () -> Timestamp = { WallClock.now() }
    ) {
        self.collection = collection
        self.caller = caller
        self.existing = existing
        self.isStrict = isStrict
        self.clock = clock
    }

    /// - Parameters:
    ///   - progress: is told how many objects of how many are done.
    ///   - refused: is given each object that was not taken.
    /// - Throws: ``Problem`` if strict; what went wrong with the store rather than with an object.
    package func run(
        _ path: String, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        refused: (Problem) -> Void = { _ in }
    ) async throws -> Report {
        let file = try TransferFile(path)
        let plan = try Self.plan(file)
        var report = Report()
        var next = 0
        while next < plan.objects.count {
            let started = ContinuousClock.now
            let objects = plan.objects[next..<min(next + Self.batch, plan.objects.count)]
            for outcome in try await store(objects, plan, file) {
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
            next = objects.endIndex
            progress(next, plan.objects.count)
            // Who waits for the database asks again every few milliseconds; this is when they find it free.
            if next < plan.objects.count { try await Task.sleep(for: min(.milliseconds(50), (.now - started) / 2)) }
        }
        return report
    }

    private static func plan(_ file: TransferFile) throws -> TransferPlan {
        var plan = TransferPlan()
        var scanner = TransferScanner { plan.add($0) }
        try file.forEachChunk { scanner.read($0) }
        scanner.finish()
        plan.finish(products: scanner.products)
        return plan
    }

    private enum Outcome {
        case stored
        case replaced
        case skipped
        case refused(Problem)
    }

    /// - Returns: what became of each, in their order.
    private func store(_ objects: ArraySlice<TransferPlan.Object>, _ plan: TransferPlan, _ file: TransferFile) async throws
        -> [Outcome]
    {
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            for (index, object) in objects.enumerated() {
                group.addTask { (index, try await store(object, plan, file)) }
            }
            var outcomes = [Outcome?](repeating: nil, count: objects.count)
            for try await (index, outcome) in group { outcomes[index] = outcome }
            return outcomes.compactMap { $0 }
        }
    }

    private func store(_ object: TransferPlan.Object, _ plan: TransferPlan, _ file: TransferFile) async throws -> Outcome {
        do {
            let octets = try read(object, plan, file)
            var known = try await member(of: object.uid)
            if known == nil {
                do {
                    try await put(octets, of: object, as: name(of: object, octets), isNew: true)
                    return .stored
                } catch let error as DAVError where error.code == 412 || error.code == 409 {
                    // The name is taken, or somebody has just put the same object.
                    known = try await member(of: object.uid)
                }
            }
            guard let known else {
                try await put(octets, of: object, as: Name(ResourceID.random().uuidString + suffix(of: object)), isNew: true)
                return .stored
            }
            guard existing == .replace else { return .skipped }
            try await put(octets, of: object, as: known, isNew: false)
            return .replaced
        } catch let error as DAVError where error.status.kind == .clientError {
            return .refused(Problem(line: object.line, uid: object.uid, message: error.message))
        } catch let problem as Problem {
            return .refused(problem)
        }
    }

    private func read(_ object: TransferPlan.Object, _ plan: TransferPlan, _ file: TransferFile) throws -> [UInt8] {
        let zones = plan.zones(of: object)
        let length = object.parts.reduce(0) { $0 + $1.source.count } + zones.reduce(0) { $0 + $1.count }
        if let policy = collection.info.kind.content, length > policy.maxBytes {
            throw Problem(line: object.line, uid: object.uid, message: policy.tooLarge.message)
        }
        return plan.text(of: object, zones: try zones.map(file.read), parts: try object.parts.map { try file.read($0.source) }) {
            // The same for the same octets: imported twice, it is there once.
            "import-\(Self.digest($0))"
        }
    }

    private func member(of uid: String?) async throws -> Name? {
        guard let uid, let querying = collection.querying else { return nil }
        return try await querying.names(matching: ContentQuery(uid: uid)).first
    }

    private func put(_ octets: [UInt8], of object: TransferPlan.Object, as name: Name?, isNew: Bool) async throws {
        guard let writing = collection.writing, let name else { throw DAVError.forbidden("This collection is read-only.") }
        var condition = Condition(caller: caller, now: clock())
        if isNew { condition.ifNoneMatch = .any }
        let upload = Upload(
            contentType: object.isCard ? "text/vcard" : "text/calendar", declaredLength: Int64(octets.count),
            body: BodyStream(of: octets))
        _ = try await writing.put(name, upload, if: condition)
    }

    private func suffix(of object: TransferPlan.Object) -> String { object.isCard ? ".vcf" : ".ics" }

    /// The UID where it makes a plain file name, as most clients do.
    private func name(of object: TransferPlan.Object, _ octets: [UInt8]) -> Name? {
        let uid = object.uid ?? "import-\(Self.digest(octets))"
        let isPlain = uid.utf8.count <= 128 && !uid.hasPrefix(".") && uid.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._@".utf8.contains(octet)
            }
        }
        return Name((isPlain ? uid : Self.digest(Array(uid.utf8))) + suffix(of: object))
    }

    private static func digest(_ octets: [UInt8]) -> String {
        SHA256.hash(data: octets).prefix(16).map { octet in
            (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }.joined()
    }
}

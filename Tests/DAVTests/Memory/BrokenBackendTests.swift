import DAV
import DAVTesting
import Testing

/// A judge that never says no is none: each seeded mistake of a back-end must fail the cases that are about it.
struct BrokenBackendTests {
    enum Mistake: CaseIterable {
        case conditionsIgnored, removalsForgotten, tokenOfNowOnCut, limitIgnored, collectionListsItself, replacedByCopy

        /// Cases that must see it.
        var witnesses: [String] {
            switch self {
            case .conditionsIgnored: ["SS-015", "SS-151", "SS-157", "W-53", "G-03", "X-02"]
            case .removalsForgotten: ["SS-007", "SS-008", "SS-030", "SS-093", "SS-125"]
            case .tokenOfNowOnCut: ["SS-120", "SS-134", "SS-112"]
            case .limitIgnored: ["SS-121", "SS-123"]
            case .collectionListsItself: ["SS-001", "SS-003"]
            case .replacedByCopy: ["R-06", "SS-030", "W-42"]
            }
        }
    }

    @Test(arguments: Mistake.allCases)
    func conformanceSeesTheMistake(_ mistake: Mistake) async throws {
        for witness in mistake.witnesses {
            let cases = BackendConformance.cases.filter { $0.id == witness }
            var failures = 0
            for conformance in cases {
                do {
                    _ = try await conformance.run { clock in
                        var subject = BackendConformance.Subject.memory(clock)
                        subject.backend = Broken(base: subject.backend, mistake: mistake)
                        return subject
                    }
                } catch is ConformanceFailure {
                    failures += 1
                }
            }
            #expect(failures > 0, "\(witness) does not see \(mistake)")
        }
    }
}

private struct Broken: Backend {
    var base: any Backend
    var mistake: BrokenBackendTests.Mistake

    func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
        try await base.collection(at: path, for: caller).map { BrokenCollection(base: $0, mistake: mistake) }
    }
}

private struct BrokenCollection: DAVCollection, Syncing, Writing {
    var base: any DAVCollection
    var mistake: BrokenBackendTests.Mistake

    var info: CollectionInfo { base.info }
    var locking: (any Locking)? { base.locking }
    var syncing: (any Syncing)? { base.syncing == nil ? nil : self }
    var writing: (any Writing)? { base.writing == nil ? nil : self }

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        try await base.entries(members, fields: fields)
    }

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? { try await base.open(name, fields: fields) }

    func changes(since token: SyncToken?, level: SyncLevel, limit: Int, fields: Fields) async throws -> ChangePage {
        let limit = mistake == .limitIgnored ? 1000 : limit
        var page = try await base.syncing!.changes(since: token, level: level, limit: limit, fields: fields)
        switch mistake {
        case .removalsForgotten:
            page.changes.removeAll { if case .removed = $0 { true } else { false } }
        case .tokenOfNowOnCut:
            if let now = try await base.entries(.itself, fields: .syncToken).first?.syncToken { page.token = now }
        case .collectionListsItself:
            let itself = try await base.entries(.itself, fields: fields)
            page.changes += itself.map { .changed(path: [], $0) }
        default: break
        }
        return page
    }

    private func heeded(_ condition: Condition) -> Condition {
        guard mistake == .conditionsIgnored else { return condition }
        return Condition(caller: condition.caller, now: Timestamp(seconds: 1 << 40))
    }

    func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult {
        try await base.writing!.put(name, upload, if: heeded(condition))
    }

    func makeCollection(
        _ name: Name, kind: CollectionKind, properties: [PropertyChange], if condition: Condition
    ) async throws {
        try await base.writing!.makeCollection(name, kind: kind, properties: properties, if: heeded(condition))
    }

    func delete(_ name: Name, if condition: Condition) async throws {
        try await base.writing!.delete(name, if: heeded(condition))
    }

    func copy(
        _ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        try await base.writing!.copy(source, to: destination, depth: depth, overwrite: overwrite, if: heeded(condition))
    }

    func move(
        _ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        guard mistake == .replacedByCopy else {
            return try await base.writing!.move(name, to: destination, overwrite: overwrite, if: heeded(condition))
        }
        return try await base.writing!.copy(
            .member(name), to: destination, depth: .infinity, overwrite: overwrite, if: condition)
    }

    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {
        try await base.writing!.patchProperties(of: target, changes, if: heeded(condition))
    }
}

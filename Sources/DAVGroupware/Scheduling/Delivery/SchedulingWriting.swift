import DAV

/// Writing to a collection so that those who take part are told.
struct SchedulingWriting: Writing {
    let collection: SchedulingCollection
    let base: any Writing

    func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult {
        guard collection.info.isScheduled else { return try await base.put(name, upload, if: condition) }
        let sent = try await collection.receive(upload, at: name, if: condition)
        return try await collection.put(name, sent, own: .untouched, if: condition) {
            try await base.put(name, $0, if: $1)
        }
    }

    func add(_ upload: Upload, suggestion: String?, if condition: Condition) async throws -> (Name, WriteResult) {
        guard collection.info.isScheduled else {
            return try await base.add(upload, suggestion: suggestion, if: condition)
        }
        let name = Name.randomObject
        return (name, try await put(name, upload, if: condition))
    }

    func makeCollection(
        _ name: Name, kind: CollectionKind, properties: [PropertyChange], if condition: Condition
    ) async throws {
        try await base.makeCollection(name, kind: kind, properties: properties, if: condition)
    }

    func delete(_ name: Name, if condition: Condition) async throws {
        if collection.info.isScheduled {
            try await collection.delete(name, if: condition) { try await base.delete(name, if: $0) }
        } else if collection.info.holdsCalendars {
            try await collection.deleteCalendar(name, if: condition) { try await base.delete(name, if: $0) }
        } else {
            try await base.delete(name, if: condition)
        }
    }

    func move(_ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition) async throws
        -> WriteResult
    {
        let action = WriteStep.Action.move(to: destination, overwrite: overwrite)
        return try await collection.transfer(.member(name), to: destination, action, if: condition) {
            try await base.move(name, to: destination, overwrite: overwrite, if: $0)
        }
    }

    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {
        try await base.patchProperties(of: target, changes, if: condition)
    }

    func copy(
        _ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        try await SchedulingCopying(collection: collection, base: base).copy(
            source, to: destination, depth: depth, overwrite: overwrite, if: condition)
    }
}

struct SchedulingCopying: Copying {
    let collection: SchedulingCollection
    let base: any Copying

    func copy(
        _ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition
    ) async throws -> WriteResult {
        let action = WriteStep.Action.copy(to: destination, depth: depth, overwrite: overwrite)
        return try await collection.transfer(source, to: destination, action, if: condition) {
            try await base.copy(source, to: destination, depth: depth, overwrite: overwrite, if: $0)
        }
    }
}

/// What a sharee writes for everybody is the owner's, and so are the messages; what is the sharee's own concerns nobody.
struct SchedulingPersonalizing: Personalizing {
    let collection: SchedulingCollection
    let base: any Personalizing

    func put(_ name: Name, _ upload: Upload?, own: [UInt8]?, if condition: Condition) async throws -> WriteResult {
        guard let upload else { return try await base.put(name, nil, own: own, if: condition) }
        let sent = try await collection.receive(upload, at: name, if: condition)
        return try await collection.put(name, sent, own: .set(own), if: condition) {
            try await base.put(name, $0, own: own, if: $1)
        }
    }
}

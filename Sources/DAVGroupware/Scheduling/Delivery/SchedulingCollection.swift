import DAV

/// A collection whose changes are told to those who take part.
struct SchedulingCollection: DAVCollection {
    let base: any DAVCollection
    let scheduler: Scheduler

    var info: CollectionInfo { base.info }
    var writing: (any Writing)? { base.writing.map { SchedulingWriting(collection: self, base: $0) } }
    var copying: (any Copying)? { base.copying.map { SchedulingCopying(collection: self, base: $0) } }
    var personalizing: (any Personalizing)? {
        base.personalizing.map { info.isScheduled ? SchedulingPersonalizing(collection: self, base: $0) : $0 }
    }
    var syncing: (any Syncing)? { base.syncing }
    var querying: (any Querying)? { base.querying }
    var locking: (any Locking)? { base.locking }
    var accessControl: (any AccessControlling)? { base.accessControl }
    var sharing: (any Sharing)? { base.sharing }

    func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
        try await base.entries(members, fields: fields)
    }

    func open(_ name: Name, fields: Fields) async throws -> OpenedMember? { try await base.open(name, fields: fields) }
}

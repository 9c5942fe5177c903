import DAV
import FoundationEssentials
import Synchronization

/// A file system has no transactions. This lock makes every write of *this process* one step; a store that other processes
/// write too would have to do better.
private let oneAtATime = Mutex(())

extension PlainFolder: Writing {
    func put(_ name: Name, _ upload: Upload, if condition: Condition) async throws -> WriteResult {
        let target = try path(name)
        // Refuse before the first chunk is read: that is when a waiting client is told to go on.
        _ = try oneAtATime.withLock { _ in try judge(condition, name, target) }
        let temporary = try await TemporaryFile(in: file, holding: upload.body)
        defer { temporary.remove() }
        return try oneAtATime.withLock { _ in
            let old = try judge(condition, name, target)
            try temporary.rename(to: target)
            let new = FileState(target)
            return WriteResult(created: old == nil, etag: new?.etag, modified: new?.modified)
        }
    }

    func makeCollection(_ name: Name, kind: CollectionKind, properties: [PropertyChange], if condition: Condition)
        async throws
    {
        guard kind.id == CollectionKind.folder.id, properties.isEmpty else {
            throw DAVError.forbidden("Folders have no properties here.")
        }
        let target = try path(name)
        try oneAtATime.withLock { _ in
            guard try judge(condition, name, target) == nil else { throw DAVError.methodNotAllowed }
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        }
    }

    func delete(_ name: Name, if condition: Condition) async throws {
        let target = try path(name)
        try oneAtATime.withLock { _ in
            guard try judge(condition, name, target, mayBeFolder: true) != nil else { throw DAVError.notFound }
            try FileManager.default.removeItem(atPath: target)
        }
    }

    func copy(_ source: Target, to destination: DAVPath, depth: Depth, overwrite: Bool, if condition: Condition)
        async throws -> WriteResult
    {
        let path =
            switch source {
            case .itself: info.path
            case .member(let name): info.path.appending(name)
            }
        return try transfer(path, to: destination, overwrite, condition) { file, temporary in
            if depth == .zero, FileState(file)?.isFolder == true {
                try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
            } else {
                try FileManager.default.copyItem(atPath: file, toPath: temporary)
            }
        }
    }

    func move(_ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition) async throws
        -> WriteResult
    {
        try transfer(info.path.appending(name), to: destination, overwrite, condition) { file, temporary in
            try FileManager.default.moveItem(atPath: file, toPath: temporary)
        }
    }

    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {
        throw DAVError.forbidden("A plain folder has no place for properties.")
    }

    /// COPY and MOVE: what arrives is complete under a hidden name before what it replaces goes.
    private func transfer(
        _ source: DAVPath, to destination: DAVPath, _ overwrite: Bool, _ condition: Condition,
        _ arrive: (_ file: String, _ temporary: String) throws -> Void
    ) throws -> WriteResult {
        guard let file = folders.file(at: source) else { throw DAVError.notFound }
        guard let target = folders.file(at: destination), let parent = folders.file(at: destination.parent) else {
            throw DAVError.conflict
        }
        guard !destination.isWithin(source), !source.isWithin(destination) else {
            throw DAVError.forbidden("The destination must lie neither at, above nor below the source.")
        }
        return try oneAtATime.withLock { _ in
            guard FileState(file) != nil else { throw DAVError.notFound }
            try check(condition, at: source)
            guard FileState(parent)?.isFolder == true else { throw DAVError.conflict }
            let replaced = FileState(target) != nil
            if replaced, !overwrite { throw DAVError.preconditionFailed }
            let temporary = TemporaryFile.name(in: parent)
            try arrive(file, temporary)
            if replaced { try FileManager.default.removeItem(atPath: target) }
            try FileManager.default.moveItem(atPath: temporary, toPath: target)
            let new = FileState(target)
            return WriteResult(
                created: !replaced, etag: new?.isFolder == false ? new?.etag : nil, modified: new?.modified)
        }
    }

    private func path(_ name: Name) throws -> String {
        guard let path = folders.file(at: info.path.appending(name)) else {
            throw DAVError.forbidden("A file name holds no slash.")
        }
        return path
    }

    /// Judges `If-Match` and its kin against the member as it is now.
    ///
    /// - Returns: the member's state; `nil` if there is none yet.
    private func judge(_ condition: Condition, _ name: Name, _ target: String, mayBeFolder: Bool = false) throws
        -> FileState?
    {
        let state = FileState(target)
        if !mayBeFolder, state?.isFolder == true { throw DAVError.methodNotAllowed }
        try check(condition, at: info.path.appending(name))
        return state
    }

    private func check(_ condition: Condition, at path: DAVPath) throws {
        try condition.check(.write, at: path) { path in
            guard let file = folders.file(at: path), let state = FileState(file) else { return .unmapped }
            return ResourceState(isMapped: true, etag: state.isFolder ? nil : state.etag, modified: state.modified)
        }
    }
}

import DAV
import FoundationEssentials
import Synchronization

/// A file system has no transactions. This lock makes every write of *this process* one step; a store that other processes
/// write too would have to do better.
private let oneAtATime = Mutex(())

extension Folder: Writing {
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
        guard case .member(let name) = source, depth == .infinity else {
            throw DAVError.forbidden("Only whole members are copied here.")
        }
        return try transfer(name, to: destination, overwrite, condition) {
            try FileManager.default.copyItem(atPath: $0, toPath: $1)
        }
    }

    func move(_ name: Name, to destination: DAVPath, overwrite: Bool, if condition: Condition) async throws
        -> WriteResult
    {
        try transfer(name, to: destination, overwrite, condition) {
            try FileManager.default.moveItem(atPath: $0, toPath: $1)
        }
    }

    func patchProperties(of target: Target, _ changes: [PropertyChange], if condition: Condition) async throws {
        throw DAVError.forbidden("A plain folder has no place for properties.")
    }

    private func transfer(
        _ name: Name, to destination: DAVPath, _ overwrite: Bool, _ condition: Condition,
        _ act: (String, String) throws -> Void
    ) throws -> WriteResult {
        let source = try path(name)
        guard let target = folders.file(at: destination), let parent = folders.file(at: destination.parent) else {
            throw DAVError.conflict
        }
        return try oneAtATime.withLock { _ in
            guard try judge(condition, name, source, mayBeFolder: true) != nil else { throw DAVError.notFound }
            guard FileState(parent)?.isFolder == true else { throw DAVError.conflict }
            let replaced = FileState(target) != nil
            if replaced {
                guard overwrite else { throw DAVError.preconditionFailed }
                try FileManager.default.removeItem(atPath: target)
            }
            try act(source, target)
            return WriteResult(created: !replaced)
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
        try condition.check(.write, at: info.path.appending(name)) { path in
            guard let file = folders.file(at: path), let state = FileState(file) else { return .unmapped }
            return ResourceState(isMapped: true, etag: state.isFolder ? nil : state.etag, modified: state.modified)
        }
        return state
    }
}

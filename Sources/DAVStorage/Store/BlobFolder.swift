import DAV
import Dispatch
import Glibc
import Synchronization

/// Large bodies, one immutable file each, beside the database.
///
/// A file is complete and on disk before a commit refers to it, and is removed only after a commit that no longer does. So
/// a crash leaves at most files nobody refers to, and ``sweep(known:)`` finds those.
final class BlobFolder: Sendable {
    let path: String
    private let uploads: String
    private let guardPath: String
    /// Files that a transaction is about to refer to.
    private let pending = Mutex<Set<String>>([])
    let queue = DispatchQueue(label: "martlet.files", attributes: .concurrent)

    init(folder: String) throws {
        path = folder + "/blobs"
        uploads = folder + "/uploads"
        guardPath = folder + "/blobs.lock"
        try Files.makeDirectory(path)
        try Files.makeDirectory(uploads)
    }

    func location(of name: String) -> String { "\(path)/\(name.prefix(2))/\(name)" }

    // MARK: Writing

    /// An upload on its way into a file.
    final class Draft: Sendable {
        fileprivate let descriptor: Int32
        fileprivate let path: String
        let name: String
        fileprivate init(descriptor: Int32, path: String, name: String) {
            self.descriptor = descriptor
            self.path = path
            self.name = name
        }
        deinit {
            close(descriptor)
            unlink(path)
        }
    }

    func begin() async throws -> Draft {
        try await onFileThread {
            let name = ResourceID.random().uuidString.filter { $0 != "-" }
            let path = self.uploads + "/" + name
            let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Files.fail("Creating \(path)") }
            return Draft(descriptor: descriptor, path: path, name: name)
        }
    }

    func append(_ bytes: [UInt8], to draft: Draft) async throws {
        try await onFileThread { try Files.writeAll(draft.descriptor, bytes, draft.path) }
    }

    /// Makes the file durable under its final name. Call ``settle(_:keep:)`` when the transaction has ended.
    func finish(_ draft: Draft) async throws {
        pending.withLock { _ = $0.insert(draft.name) }
        do {
            try await onFileThread {
                guard fsync(draft.descriptor) == 0 else { throw Files.fail("Syncing \(draft.path)") }
                let final = self.location(of: draft.name)
                let directory = "\(self.path)/\(draft.name.prefix(2))"
                if !Files.exists(directory) {
                    try Files.makeDirectory(directory)
                    try Files.syncDirectory(self.path)
                }
                guard rename(draft.path, final) == 0 else { throw Files.fail("Renaming \(draft.path)") }
                try Files.syncDirectory(directory)
            }
        } catch {
            settle(draft.name, keep: false)
            throw error
        }
    }

    /// Ends the protection of a file from ``sweep(known:)``, and removes it if the transaction failed.
    func settle(_ name: String, keep: Bool) {
        if !keep { unlink(location(of: name)) }
        pending.withLock { _ = $0.remove(name) }
    }

    // MARK: Reading

    /// A file opened for reading stays readable when it is removed.
    final class Body: MemberBody {
        let length: Int64
        private let descriptor: Int32
        private let queue: DispatchQueue

        fileprivate init(descriptor: Int32, length: Int64, queue: DispatchQueue) {
            self.descriptor = descriptor
            self.length = length
            self.queue = queue
        }

        deinit { close(descriptor) }

        func read(at offset: Int64, count: Int) async throws -> [UInt8] {
            guard offset >= 0, offset < length else { return [] }
            let count = Int(min(Int64(count), length - offset))
            return try await withCheckedThrowingContinuation { continuation in
                queue.async { continuation.resume(with: Result { try self.readNow(at: offset, count: count) }) }
            }
        }

        private func readNow(at offset: Int64, count: Int) throws -> [UInt8] {
            try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let part = pread(
                        descriptor, buffer.baseAddress.map { $0 + filled }, count - filled,
                        off_t(offset) + off_t(filled))
                    if part < 0, errno == EINTR { continue }
                    guard part > 0 else { throw Files.fail("Reading a stored body") }
                    filled += part
                }
            }
        }
    }

    /// - Returns: `nil` if the file is gone.
    func open(_ name: String, length: Int64) -> Body? {
        let descriptor = Glibc.open(location(of: name), O_RDONLY | O_CLOEXEC)
        return descriptor < 0 ? nil : Body(descriptor: descriptor, length: length, queue: queue)
    }

    // MARK: Removing

    /// Removes files that no commit refers to any more, unless a backup is being made: then they are left to the next sweep.
    func remove(_ names: [String]) {
        guard !names.isEmpty else { return }
        queue.async {
            guard let hold = try? FileLock.acquire(self.guardPath, exclusive: true) else { return }
            withExtendedLifetime(hold) { for name in names { unlink(self.location(of: name)) } }
        }
    }

    /// Keeps every file where it is for as long as the lock is held.
    func hold() throws -> FileLock? { try FileLock.acquire(guardPath, exclusive: false, wait: true) }

    /// Removes what a crash left behind: unfinished uploads, and files the database does not know.
    ///
    /// - Parameters:
    ///   - isStart: nothing is being uploaded yet.
    ///   - known: reads the names the database refers to. It is asked after the folder was listed and the pending files were
    ///     noted, so a file that is committed in between is known.
    /// - Returns: how many were removed.
    @discardableResult
    func sweep(isStart: Bool, known: () throws -> Set<String>) throws -> Int {
        var removed = 0
        if isStart {
            for name in try Files.list(uploads) where unlink(uploads + "/" + name) == 0 { removed += 1 }
        }
        guard let hold = try FileLock.acquire(guardPath, exclusive: true) else { return removed }
        return try withExtendedLifetime(hold) {
            let present = try names()
            let pending = pending.withLock { $0 }
            let known = try known()
            for name in present where !pending.contains(name) && !known.contains(name) {
                if unlink(location(of: name)) == 0 { removed += 1 }
            }
            return removed
        }
    }

    func names() throws -> [String] {
        try Files.list(path).flatMap { try Files.list(path + "/" + $0) }
    }

    private func onFileThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                queue.async { continuation.resume(with: Result { try body() }) }
            }
        } catch {
            throw StoreError.asAnswer(error)
        }
    }
}

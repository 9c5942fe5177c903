import DAV
import Glibc

/// What the file system says of a file or folder. Anything else (links, devices) does not exist here, so that no link leads out.
struct FileState {
    var file: String
    var isFolder: Bool
    var size: Int64
    var modified: Timestamp
    var etag: ETag

    init?(_ file: String) {
        var status = stat()
        guard lstat(file, &status) == 0 else { return nil }
        let type = status.st_mode & S_IFMT
        guard type == S_IFDIR || type == S_IFREG else { return nil }
        self.file = file
        isFolder = type == S_IFDIR
        size = Int64(status.st_size)
        let time = status.st_mtim
        modified = Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
        // Every write makes a new file, so its number and time tell versions apart.
        etag = ETag(opaque: "\(String(status.st_ino, radix: 16))-\(modified.microseconds)-\(size)")
    }
}

/// An open file: it stays readable, unchanged, though its name may be given to another.
final class FileBody: MemberBody {
    let length: Int64
    private let descriptor: CInt

    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw DAVError.notFound }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw DAVError.notFound }
        length = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    func read(at offset: Int64, count: Int) async throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let got = pread(descriptor, buffer.baseAddress, count, Int(offset))
            // Not a DAVError: this is no client's fault, so it becomes a 500 and is logged.
            guard got >= 0 else { throw Unreadable(errorNumber: errno) }
            filled = got
        }
    }
}

struct Unreadable: Error {
    var errorNumber: CInt
}

/// An upload on its way: readers see the old file until the new one is complete and on disk.
struct TemporaryFile {
    /// Names that begin so are not members.
    static let prefix = ".upload-"
    let path: String

    /// A name that no member has.
    static func name(in folder: String) -> String { "\(folder)/\(prefix)\(UInt64.random(in: 0 ... .max))" }

    init(in folder: String, holding body: BodyStream) async throws {
        path = Self.name(in: folder)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        // A collection that does not exist: RFC 4918 §9.7.1.
        guard descriptor >= 0 else { throw DAVError.conflict }
        defer { close(descriptor) }
        do {
            for try await chunk in body {
                var rest = chunk[...]
                while !rest.isEmpty {
                    let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                    guard written > 0 else { throw DAVError.sufficientDiskSpace }
                    rest = rest.dropFirst(written)
                }
            }
            guard fsync(descriptor) == 0 else { throw DAVError.sufficientDiskSpace }
        } catch {
            remove()
            throw error
        }
    }

    func rename(to target: String) throws {
        guard Glibc.rename(path, target) == 0 else { throw DAVError.forbidden("The file cannot be replaced.") }
    }

    /// Does nothing once the file has its name.
    func remove() { unlink(path) }
}

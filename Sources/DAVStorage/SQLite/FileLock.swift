import Glibc
import Synchronization

/// `flock` on a file: held until closed, or until the process ends however it ends.
final class FileLock: Sendable {
    private let descriptor: Mutex<Int32?>

    private init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    /// - Parameter wait: whether to wait for others to let go.
    /// - Returns: `nil` if somebody else holds it.
    static func acquire(_ path: String, exclusive: Bool, wait: Bool = false) throws -> FileLock? {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Files.fail("Opening \(path)") }
        while flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB)) != 0 {
            if errno == EINTR { continue }
            let refused = errno == EWOULDBLOCK
            let error = Files.fail("Locking \(path)")
            close(descriptor)
            if refused { return nil }
            throw error
        }
        return FileLock(descriptor: descriptor)
    }

    /// Says who holds it.
    func write(_ text: String) {
        descriptor.withLock { descriptor in
            guard let descriptor else { return }
            ftruncate(descriptor, 0)
            _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        }
    }

    func release() {
        descriptor.withLock { descriptor in
            // Closing alone leaves it to a child process that is between fork and exec.
            if let descriptor {
                flock(descriptor, LOCK_UN)
                close(descriptor)
            }
            descriptor = nil
        }
    }

    deinit { release() }
}

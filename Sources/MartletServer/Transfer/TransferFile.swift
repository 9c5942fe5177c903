import Glibc

/// A file read in parts.
final class TransferFile: Sendable {
    private let descriptor: Int32
    let length: Int64

    /// - Throws: ``ConfigurationError`` with a sentence for the person at the keyboard.
    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let reason = errno == 0 ? "it is no file" : String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw ConfigurationError("Cannot read \(path): \(reason).")
        }
        length = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    /// Fewer octets than asked for if the file ends before.
    func read(_ range: Range<Int64>) throws -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: range.count)
        var count = 0
        while count < octets.count {
            let got = octets.withUnsafeMutableBytes {
                pread(
                    descriptor, $0.baseAddress?.advanced(by: count), $0.count - count,
                    off_t(range.lowerBound) + off_t(count))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else {
                throw ConfigurationError("Reading the file failed: \(String(cString: strerror(errno))).")
            }
            if got == 0 { break }
            count += got
        }
        return Array(octets.prefix(count))
    }
}

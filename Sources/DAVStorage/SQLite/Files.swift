import Glibc

/// POSIX file calls that throw a sentence.
enum Files {
    static func fail(_ what: String) -> StoreError { .io(what, code: errno) }

    static func makeDirectory(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw fail("Creating \(path)") }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in a directory, without `.` and `..`.
    static func list(_ path: String) throws -> [String] {
        guard let directory = opendir(path) else { throw fail("Listing \(path)") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes the names in a directory durable.
    static func syncDirectory(_ path: String) throws { try sync(path) }

    static func sync(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fail("Opening \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw fail("Syncing \(path)") }
    }

    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8], _ path: String) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw fail("Writing \(path)")
                }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Writes a small file so that it is there whole, or as it was before.
    static func replace(_ path: String, with text: String) throws {
        let temporary = path + ".new"
        let descriptor = Glibc.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fail("Creating \(temporary)") }
        do {
            defer { close(descriptor) }
            try writeAll(descriptor, Array(text.utf8), temporary)
            guard fsync(descriptor) == 0 else { throw fail("Syncing \(temporary)") }
        }
        guard rename(temporary, path) == 0 else { throw fail("Renaming \(temporary)") }
        try syncDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    }

    /// At most 64 KB.
    static func readText(_ path: String) -> String? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(descriptor, &bytes, bytes.count)
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }

    static func inode(_ path: String) -> UInt64? {
        var info = stat()
        return stat(path, &info) == 0 ? UInt64(info.st_ino) : nil
    }

    static func size(_ path: String) -> Int64? {
        var info = stat()
        return stat(path, &info) == 0 ? Int64(info.st_size) : nil
    }

    /// Bytes an ordinary user may still write.
    static func freeBytes(_ path: String) -> Int64? {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        return Int64(
            clamping: UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize)).partialValue)
    }
}

func errorText(_ code: Int32) -> String { String(cString: strerror(code)) }

func isDiskFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

extension Files {
    /// Gives a file that never changes a second name, or copies it where that cannot be done.
    static func linkOrCopy(_ source: String, to target: String) throws {
        if link(source, target) == 0 || errno == EEXIST { return }
        let from = Glibc.open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw fail("Opening \(source)") }
        defer { close(from) }
        let to = Glibc.open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard to >= 0 else { throw fail("Creating \(target)") }
        defer { close(to) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(from, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fail("Reading \(source)") }
            if count == 0 {
                guard fsync(to) == 0 else { throw fail("Syncing \(target)") }
                return
            }
            try writeAll(to, count == buffer.count ? buffer : Array(buffer[..<count]), target)
        }
    }
}

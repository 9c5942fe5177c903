import Glibc

/// Memory as the operating system sees it.
public enum ProcessMemory {
    /// Pages of the process that are in memory, as the kernel counts them; 0 where `/proc` is not to be had.
    static func residentBytes() -> Int {
        guard let text = try? SmallFile.read("/proc/self/statm", upTo: 4096) else { return 0 }
        let fields = String(decoding: text, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }

    /// Has blocks of megabytes given back to the system as soon as they are free; call it once, at the start.
    ///
    /// A password hash takes 16 MB. The C library learns from the first that such blocks come again, and keeps what the second
    /// took: a third of what an idle server needs.
    public static func giveBackLargeBlocks() {
        typealias Option = @convention(c) (Int32, Int32) -> Int32
        // <malloc.h> is not part of the Glibc module; other C libraries have no such function.
        guard let symbol = dlsym(nil, "mallopt") else { return }
        // `int mallopt(int, int)`, as malloc.h declares it.
        let set = unsafeBitCast(symbol, to: Option.self)
        for option in [mmapThreshold, trimThreshold] { _ = set(option, 4 << 20) }
    }

    private static let mmapThreshold: Int32 = -3
    private static let trimThreshold: Int32 = -1
}

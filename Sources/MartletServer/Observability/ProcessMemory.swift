import Glibc

enum ProcessMemory {
    /// Pages of the process that are in memory, as the kernel counts them; 0 where `/proc` is not to be had.
    static func residentBytes() -> Int {
        guard let text = try? SmallFile.read("/proc/self/statm", upTo: 4096) else { return 0 }
        let fields = String(decoding: text, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }
}

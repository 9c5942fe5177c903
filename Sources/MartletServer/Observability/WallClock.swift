public import DAV
import Glibc

/// The time of day in RFC 3339, UTC, with milliseconds.
public enum WallClock {
    public static func now() -> Timestamp {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)
    }

    static func append(to bytes: inout [UInt8]) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        append(Int(parts.tm_year) + 1900, 4, "-", to: &bytes)
        append(Int(parts.tm_mon) + 1, 2, "-", to: &bytes)
        append(Int(parts.tm_mday), 2, "T", to: &bytes)
        append(Int(parts.tm_hour), 2, ":", to: &bytes)
        append(Int(parts.tm_min), 2, ":", to: &bytes)
        append(Int(parts.tm_sec), 2, ".", to: &bytes)
        append(now.tv_nsec / 1_000_000, 3, "Z", to: &bytes)
    }

    private static func append(_ number: Int, _ width: Int, _ following: Unicode.Scalar, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
        bytes.append(UInt8(ascii: following))
    }
}

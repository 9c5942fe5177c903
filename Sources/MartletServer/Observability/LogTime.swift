import DAV
import Glibc

/// The time of day in RFC 3339, UTC, with milliseconds.
enum LogTime {
    static func append(to bytes: inout [UInt8]) {
        let now = Timestamp.now
        var (seconds, parts) = (time_t(now.seconds), tm())
        gmtime_r(&seconds, &parts)
        append(Int(parts.tm_year) + 1900, 4, "-", to: &bytes)
        append(Int(parts.tm_mon) + 1, 2, "-", to: &bytes)
        append(Int(parts.tm_mday), 2, "T", to: &bytes)
        append(Int(parts.tm_hour), 2, ":", to: &bytes)
        append(Int(parts.tm_min), 2, ":", to: &bytes)
        append(Int(parts.tm_sec), 2, ".", to: &bytes)
        append(Int(now.microseconds % 1_000_000) / 1000, 3, "Z", to: &bytes)
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

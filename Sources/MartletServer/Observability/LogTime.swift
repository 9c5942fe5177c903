import DAV

/// The time of day in RFC 3339, UTC, with milliseconds.
enum LogTime {
    static func append(_ time: Timestamp = .now, to bytes: inout [UInt8]) {
        bytes += time.rfc3339.utf8.dropLast()
        bytes.append(UInt8(ascii: "."))
        let milliseconds = (time.microseconds - time.seconds * 1_000_000) / 1000
        for divisor: Int64 in [100, 10, 1] { bytes.append(UInt8(ascii: "0") + UInt8(milliseconds / divisor % 10)) }
        bytes.append(UInt8(ascii: "Z"))
    }
}

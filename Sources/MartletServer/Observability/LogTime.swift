import DAV
import Synchronization

/// The time of day in RFC 3339, UTC, with milliseconds.
enum LogTime {
    /// The last second that was asked for, spelled out up to the point: thousands of lines share it.
    private static let last = Mutex((second: Int64.min, text: [UInt8]()))

    static func append(_ time: Timestamp = .now, to bytes: inout [UInt8]) {
        bytes += last.withLock { last in
            if last.second != time.seconds { last = (time.seconds, time.rfc3339.utf8.dropLast() + [UInt8(ascii: ".")]) }
            return last.text
        }
        let milliseconds = (time.microseconds - time.seconds * 1_000_000) / 1000
        for divisor: Int64 in [100, 10, 1] { bytes.append(UInt8(ascii: "0") + UInt8(milliseconds / divisor % 10)) }
        bytes.append(UInt8(ascii: "Z"))
    }
}

import Glibc
public import Logging

/// Writes log lines to the standard error stream: for people, or as JSON objects for machines.
///
/// Control characters are escaped in both forms, so that a client cannot forge a line.
public struct LineLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let format: LogFormat
    private let label: String
    private let write: @Sendable ([UInt8]) -> Void

    public init(label: String, level: LogLevel, format: LogFormat, write: (@Sendable ([UInt8]) -> Void)? = nil) {
        self.label = label
        self.format = format
        self.write = write ?? Self.writeToStandardError
        logLevel = Logger.Level(rawValue: level.rawValue) ?? .info
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        var line =
            switch format {
            case .text: text(event, fields)
            case .json: json(event, fields)
            }
        line += "\n"
        write(Array(line.utf8))
    }

    private func text(_ event: LogEvent, _ fields: [(key: String, value: Logger.Metadata.Value)]) -> String {
        var line =
            "\(WallClock.text()) \(event.level.rawValue.uppercased()) \(Self.escape(event.message.description, quote: nil))"
        for field in fields {
            let value = "\(field.value)"
            let plain = !value.isEmpty && value.utf8.allSatisfy { $0 > 32 && $0 != 127 && $0 != UInt8(ascii: "\"") }
            line += " \(field.key)=" + (plain ? value : "\"\(Self.escape(value, quote: "\""))\"")
        }
        return line
    }

    private func json(_ event: LogEvent, _ fields: [(key: String, value: Logger.Metadata.Value)]) -> String {
        let fixed = [
            ("time", WallClock.text()), ("level", event.level.rawValue), ("logger", label),
            ("message", event.message.description),
        ]
        let pairs = fixed + fields.map { ($0.key, "\($0.value)") }
        return "{"
            + pairs.map { "\"\(Self.escape($0.0, quote: "\""))\":\"\(Self.escape($0.1, quote: "\""))\"" }.joined(
                separator: ",") + "}"
    }

    private static func escape(_ text: String, quote: Unicode.Scalar?) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar == quote || scalar == "\\" && quote != nil {
                escaped += "\\"
                escaped.unicodeScalars.append(scalar)
            } else if scalar.value < 32 || scalar.value == 127 || scalar.value == 0x2028 || scalar.value == 0x2029 {
                let hex = String(scalar.value, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    // One call per line: the kernel keeps lines of several threads apart.
    private static let writeToStandardError: @Sendable ([UInt8]) -> Void = { bytes in
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

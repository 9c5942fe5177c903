public import Logging

/// Writes log lines to the standard error stream: for people, or as JSON objects for machines.
///
/// Control characters are escaped in both forms, so that a client cannot forge a line.
public struct LineLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let format: LogFormat
    private let label: String
    private let write: @Sendable ([UInt8], _ isUrgent: Bool) -> Void

    public init(label: String, level: LogLevel, format: LogFormat, write: (@Sendable ([UInt8]) -> Void)? = nil) {
        self.label = label
        self.format = format
        if let write {
            self.write = { line, _ in write(line) }
        } else {
            self.write = { line, isUrgent in LineWriter.standardError.write(line, isUrgent: isUrgent) }
        }
        logLevel = Logger.Level(rawValue: level.rawValue) ?? .info
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let own = event.metadata ?? [:]
        let all = metadata.isEmpty ? own : metadata.merging(own) { $1 }
        let fields = all.map { (key: $0.key, value: Self.text(of: $0.value)) }.sorted { $0.key < $1.key }
        writeLine(event.level, event.message.description, fields)
    }

    /// What a line says besides its message.
    typealias Field = (key: String, value: String)

    /// Logs without the detour over a dictionary: every request writes a line.
    ///
    /// - Parameter fields: in the order of their keys.
    /// - Returns: `false` if nothing was written, since there are fields that each line of this log has.
    func log(_ level: Logger.Level, _ message: String, sorted fields: [Field]) -> Bool {
        guard metadata.isEmpty else { return false }
        writeLine(level, message, fields)
        return true
    }

    // Every request writes a line, so it is put together from bytes.
    private func writeLine(_ level: Logger.Level, _ message: String, _ fields: [Field]) {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        switch format {
        case .text: text(level, message, fields, &line)
        case .json: json(level, message, fields, &line)
        }
        line.append(UInt8(ascii: "\n"))
        write(line, level >= .warning)
    }

    private func text(_ level: Logger.Level, _ message: String, _ fields: [Field], _ line: inout [UInt8]) {
        LogTime.append(to: &line)
        line += " \(level == .info ? "INFO" : level.rawValue.uppercased()) ".utf8
        Self.append(message, quote: nil, to: &line)
        for field in fields {
            line.append(UInt8(ascii: " "))
            line += field.key.utf8
            line.append(UInt8(ascii: "="))
            let value = field.value
            if value.isEmpty || value.utf8.contains(where: { $0 <= 32 || $0 == 127 || $0 == UInt8(ascii: "\"") }) {
                Self.append(quoted: value, to: &line)
            } else {
                line += value.utf8
            }
        }
    }

    private func json(_ level: Logger.Level, _ message: String, _ fields: [Field], _ line: inout [UInt8]) {
        line += "{\"time\":\"".utf8
        LogTime.append(to: &line)
        line += "\",\"level\":\"\(level.rawValue)\",\"logger\":".utf8
        Self.append(quoted: label, to: &line)
        line += ",\"message\":".utf8
        Self.append(quoted: message, to: &line)
        for field in fields {
            line.append(UInt8(ascii: ","))
            Self.append(quoted: field.key, to: &line)
            line.append(UInt8(ascii: ":"))
            Self.append(quoted: field.value, to: &line)
        }
        line.append(UInt8(ascii: "}"))
    }

    private static func text(of value: Logger.Metadata.Value) -> String {
        switch value {
        case .string(let text): text
        case .stringConvertible(let value): value.description
        default: "\(value)"
        }
    }

    private static func append(quoted text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        append(text, quote: "\"", to: &line)
        line.append(UInt8(ascii: "\""))
    }

    private static func append(_ text: String, quote: Unicode.Scalar?, to line: inout [UInt8]) {
        // 0xE2 begins U+2028 and U+2029, which end a line for some readers.
        let isPlain = text.utf8.allSatisfy { byte in
            byte >= 32 && byte != 127 && byte != 0xE2 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
        line += (isPlain ? text : escape(text, quote: quote)).utf8
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
}

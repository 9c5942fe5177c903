public import DAV
import DAVHummingbird

/// A value that is written as text, in a file, an environment variable or a flag.
public protocol ConfigurationValue: Sendable {
    /// What a value looks like: `host:port`, `true or false`.
    static var form: String { get }
    init?(configuration text: String)
    var configurationText: String { get }
}

/// A duration in whole seconds: `45`, `45s`, `10m`, `2h`, `30d`.
public struct Seconds: ConfigurationValue, Hashable {
    public var count: Int64
    public init(_ count: Int64) { self.count = count }

    public static let form = "a time such as 30s, 10m, 2h or 7d"
    public init?(configuration text: String) {
        let factors: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let factor = text.last.flatMap { factors[$0] }
        guard let number = Int64(factor == nil ? text[...] : text.dropLast()), number >= 0 else { return nil }
        let (count, overflow) = number.multipliedReportingOverflow(by: factor ?? 1)
        guard !overflow, count < 1 << 40 else { return nil }
        self.count = count
    }
    public var configurationText: String {
        for (unit, factor) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)] where count > 0 && count % factor == 0 {
            return "\(count / factor)\(unit)"
        }
        return "\(count)s"
    }
}

/// A duration in thousandths of a second: `700ms`, or as ``Seconds``.
public struct Milliseconds: ConfigurationValue, Hashable {
    public var count: Int64
    public init(_ count: Int64) { self.count = count }
    public var duration: Duration { .milliseconds(count) }

    public static let form = "a time such as 700ms, 10s or 1m"
    public init?(configuration text: String) {
        if text.hasSuffix("ms") {
            guard let number = Int64(text.dropLast(2)), 0..<(1 << 40) ~= number else { return nil }
            count = number
        } else {
            guard let seconds = Seconds(configuration: text) else { return nil }
            count = seconds.count * 1000
        }
    }
    public var configurationText: String {
        count % 1000 == 0 ? Seconds(count / 1000).configurationText : "\(count)ms"
    }
}

/// A number of bytes: `4096`, `512KB`, `10MB`, `2GB`; units are powers of 1024.
public struct ByteSize: ConfigurationValue, Hashable {
    public var bytes: Int64
    public init(_ bytes: Int64) { self.bytes = bytes }

    private static let units: [(String, Int64)] = [("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)]

    public static let form = "a size such as 500KB, 10MB or 2GB"
    public init?(configuration text: String) {
        let upper = text.uppercased()
        let unit = Self.units.first { upper.hasSuffix($0.0) }
        guard let number = Int64(upper.dropLast(unit == nil ? 0 : 2)), number >= 0 else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit?.1 ?? 1)
        guard !overflow else { return nil }
        self.bytes = bytes
    }
    public var configurationText: String {
        for (unit, factor) in Self.units where bytes > 0 && bytes % factor == 0 { return "\(bytes / factor)\(unit)" }
        return "\(bytes)"
    }
}

/// Where to listen: `127.0.0.1:8080`, `[::]:443`, `localhost:8080`.
public struct ListenAddress: ConfigurationValue, Hashable {
    public var host: String
    public var port: Int
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    public static let form = "host:port, such as 127.0.0.1:8080 or [::]:443"
    public init?(configuration text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        self.init(host: host.isEmpty ? "0.0.0.0" : String(host), port: Int(port))
    }
    public var configurationText: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    public var isLoopback: Bool { host == "localhost" || IPAddress(host)?.isLoopback == true }
}

/// `https://dav.example.org`: scheme and authority, no path.
public struct BaseURL: ConfigurationValue, Hashable {
    public var scheme: String
    public var authority: String

    public static let form = "a URL without a path, such as https://dav.example.org"
    public init?(configuration text: String) {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "http" || parts[0] == "https" else { return nil }
        let authority = parts[1].hasSuffix("/") ? parts[1].dropLast() : parts[1]
        guard RequestOrigin.isPlausible(authority: String(authority)) else { return nil }
        scheme = String(parts[0])
        self.authority = String(authority)
    }
    public var configurationText: String { "\(scheme)://\(authority)" }
}

extension String: ConfigurationValue {
    public static let form = "a text that is not empty"
    public init?(configuration text: String) {
        guard !text.isEmpty, !text.utf8.contains(where: { $0 < 32 || $0 == 127 }) else { return nil }
        self = text
    }
    public var configurationText: String { self }
}

extension Bool: ConfigurationValue {
    public static let form = "true or false"
    public init?(configuration text: String) {
        switch text.lowercased() {
        case "true", "yes", "on", "1": self = true
        case "false", "no", "off", "0": self = false
        default: return nil
        }
    }
    public var configurationText: String { self ? "true" : "false" }
}

extension Int: ConfigurationValue {
    public static let form = "a whole number above zero"
    public init?(configuration text: String) {
        guard let number = Int(text), number > 0, number < 1 << 40 else { return nil }
        self = number
    }
    public var configurationText: String { String(self) }
}

extension Optional: ConfigurationValue where Wrapped: ConfigurationValue {
    public static var form: String { Wrapped.form }
    public init?(configuration text: String) {
        if text.isEmpty { self = .none; return }
        guard let value = Wrapped(configuration: text) else { return nil }
        self = value
    }
    public var configurationText: String { map(\.configurationText) ?? "" }
}

extension Array: ConfigurationValue where Element: ConfigurationValue {
    public static var form: String { "a list, each \(Element.form)" }
    public init?(configuration text: String) {
        self = []
        for part in text.split(separator: ",") {
            guard let value = Element(configuration: String(part.trimmingSpaces)) else { return nil }
            append(value)
        }
    }
    public var configurationText: String { map(\.configurationText).joined(separator: ", ") }
}

extension ConfigurationValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    public static var form: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }
    public init?(configuration text: String) { self.init(rawValue: text.lowercased()) }
    public var configurationText: String { rawValue }
}

extension DirectoryPrivacy: ConfigurationValue {}
extension LogLevel: ConfigurationValue {}
extension LogFormat: ConfigurationValue {}
extension SharingMode: ConfigurationValue {}
extension SchedulingDelivery: ConfigurationValue {}

extension Substring {
    var trimmingSpaces: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}

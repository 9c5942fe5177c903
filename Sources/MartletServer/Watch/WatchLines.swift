import DAV
import DAVGroupware
import Glibc

/// How what happens is written: a line each, for people or as JSON.
///
/// Names come from the server: what would steer a terminal is escaped.
struct WatchLines: Sendable {
    /// The path that names are told relative to.
    var base: String
    var isJSON = false

    /// `12:00:09  +2.1s   ~ notes.txt`
    ///
    /// - Parameter sincePrevious: seconds.
    func line(_ change: WatchedChange, at time: Timestamp, sincePrevious: Double?) -> String {
        let name = name(of: change.href)
        guard !isJSON else {
            var members: [JSONValue.Member] = [
                .init("time", .string(time.rfc3339)), .init("change", .string(change.kind.rawValue)),
                .init("name", .string(name)), .init("href", .string(change.href)),
            ]
            if let detail = change.detail { members.append(.init("detail", .string(detail))) }
            if let sincePrevious {
                members.append(.init("since", .number(Self.decimal(sincePrevious, places: 3))))
            }
            return String(decoding: JSONWriter.octets(of: .object(members)), as: UTF8.self)
        }
        let detail = change.detail.map { "  " + Self.printable($0) } ?? ""
        return prefix(time, sincePrevious) + "\(change.kind.mark) \(Self.printable(name))\(detail)"
    }

    /// A push, or a word on how things are.
    func line(push summary: String, at time: Timestamp) -> String {
        guard isJSON else { return prefix(time, nil) + "< push: " + Self.printable(summary) }
        return String(
            decoding: JSONWriter.octets(
                of: .object([.init("time", .string(time.rfc3339)), .init("push", .string(summary))])), as: UTF8.self)
    }

    private func prefix(_ time: Timestamp, _ sincePrevious: Double?) -> String {
        let elapsed = sincePrevious.map { "+" + Self.elapsed($0) } ?? ""
        return Self.clock(time) + "  " + elapsed + String(repeating: " ", count: max(1, 8 - elapsed.utf8.count))
    }

    /// The name below the watched collection; `.` is the collection; the whole path of what lies elsewhere.
    func name(of href: String) -> String {
        guard let path = try? ParsedPath(parsing: href), let base = try? DAVPath(parsing: base),
            let names = path.path.relative(to: base)
        else { return href }
        if names.isEmpty { return "." }
        return names.map(\.string).joined(separator: "/") + (path.hasTrailingSlash ? "/" : "")
    }

    /// `2.1s`, `42s`, `5m03s`, `2h10m`
    static func elapsed(_ seconds: Double) -> String {
        let whole = Int(clamping: Int64(min(max(seconds, 0), 1e9)))
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        switch whole {
        case ..<10: return decimal(max(seconds, 0), places: 1) + "s"
        case ..<60: return "\(whole)s"
        case ..<3600: return "\(whole / 60)m\(two(whole % 60))s"
        default: return "\(whole / 3600)h\(two(whole / 60 % 60))m"
        }
    }

    private static func decimal(_ number: Double, places: Int) -> String {
        let factor = places == 1 ? 10 : 1000
        let scaled = Int((min(max(number, 0), 1e9) * Double(factor)).rounded())
        let fraction = String(scaled % factor)
        return "\(scaled / factor)." + String(repeating: "0", count: places - fraction.utf8.count) + fraction
    }

    /// The time of day where the user is.
    private static func clock(_ time: Timestamp) -> String {
        var seconds = time_t(time.seconds)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { ($0 < 10 ? "0" : "") + String($0) }
            .joined(separator: ":")
    }

    /// Control characters, and those that turn the direction of the text, as `\u{…}`.
    static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

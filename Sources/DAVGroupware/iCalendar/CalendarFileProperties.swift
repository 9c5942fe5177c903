/// What a whole calendar is called, in a file (RFC 7986 §5) and as a collection (K-06).
package struct CalendarFileProperties: Sendable, Hashable {
    /// `displayname`; NAME, X-WR-CALNAME.
    package var name: String?
    /// `calendar-description`; DESCRIPTION, X-WR-CALDESC.
    package var description: String?
    /// Apple's `calendar-color`, `#RRGGBB` or `#RRGGBBAA`; X-APPLE-CALENDAR-COLOR, and COLOR, which knows names alone.
    package var color: String?
    /// X-WR-TIMEZONE
    package var zone: String?

    package init(name: String? = nil, description: String? = nil, color: String? = nil, zone: String? = nil) {
        self.name = name
        self.description = description
        self.color = color
        self.zone = zone
    }

    /// Of the properties of a VCALENDAR.
    package init(_ lines: [ContentLine]) {
        func text(_ names: String...) -> String? {
            names.lazy.compactMap { name in lines.first { $0.isNamed(name) && !$0.value.isEmpty } }.first
                .map { TextValue.unescape($0.value) }
        }
        name = text("NAME", "X-WR-CALNAME")
        description = text("DESCRIPTION", "X-WR-CALDESC")
        let exact = text("X-APPLE-CALENDAR-COLOR").flatMap { CSSColor($0) == nil ? nil : $0 }
        color = exact ?? text("COLOR").flatMap { CSSColor(name: $0)?.hexadecimal }
        zone = text("X-WR-TIMEZONE")
    }

    /// The properties of a VCALENDAR, in the words of RFC 7986 and in those from before it, which more clients read.
    package var lines: [ContentLine] {
        var lines: [ContentLine] = []
        func add(_ value: String?, _ names: String...) {
            guard let value, !value.isEmpty else { return }
            for name in names { lines.append(ContentLine(name, value: TextValue.escape(value))) }
        }
        add(name, "NAME", "X-WR-CALNAME")
        add(description, "DESCRIPTION", "X-WR-CALDESC")
        add(color.flatMap { CSSColor($0)?.nearestName }, "COLOR")
        add(color.flatMap { CSSColor($0) == nil ? nil : $0 }, "X-APPLE-CALENDAR-COLOR")
        add(zone, "X-WR-TIMEZONE")
        return lines
    }
}

/// A colour, told in hexadecimal by Apple and by name in COLOR (RFC 7986 §5.9).
struct CSSColor: Sendable, Hashable {
    private var red: Int
    private var green: Int
    private var blue: Int

    /// Names of CSS that lie far enough apart to be told from each other.
    private static let names: [(name: String, code: Int)] = [
        ("black", 0x000000), ("gray", 0x808080), ("silver", 0xC0C0C0), ("white", 0xFFFFFF), ("maroon", 0x800000),
        ("red", 0xFF0000), ("tomato", 0xFF6347), ("orange", 0xFFA500), ("gold", 0xFFD700), ("yellow", 0xFFFF00),
        ("olive", 0x808000), ("green", 0x008000), ("limegreen", 0x32CD32), ("lime", 0x00FF00), ("teal", 0x008080),
        ("turquoise", 0x40E0D0), ("aqua", 0x00FFFF), ("skyblue", 0x87CEEB), ("dodgerblue", 0x1E90FF),
        ("blue", 0x0000FF),
        ("navy", 0x000080), ("purple", 0x800080), ("mediumorchid", 0xBA55D3), ("fuchsia", 0xFF00FF),
        ("hotpink", 0xFF69B4),
        ("pink", 0xFFC0CB), ("brown", 0xA52A2A), ("sienna", 0xA0522D), ("tan", 0xD2B48C),
    ]

    private init(code: Int) { (red, green, blue) = (code >> 16 & 0xFF, code >> 8 & 0xFF, code & 0xFF) }

    /// `#RRGGBB`, with or without an alpha behind it.
    init?(_ text: String) {
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "#"), digits.count == 6 || digits.count == 8,
            digits.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 | 0x20 }),
            let code = Int(String(decoding: digits.prefix(6), as: UTF8.self), radix: 16)
        else { return nil }
        self.init(code: code)
    }

    init?(name: String) {
        guard let known = Self.names.first(where: { $0.name.isASCIIEqual(to: name) }) else { return nil }
        self.init(code: known.code)
    }

    var hexadecimal: String {
        let digits = String(red << 16 | green << 8 | blue, radix: 16, uppercase: true)
        return "#" + String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }

    var nearestName: String? {
        Self.names.min { distance(to: CSSColor(code: $0.code)) < distance(to: CSSColor(code: $1.code)) }?.name
    }

    private func distance(to other: CSSColor) -> Int {
        let (red, green, blue) = (self.red - other.red, self.green - other.green, self.blue - other.blue)
        return red * red + green * green + blue * blue
    }
}

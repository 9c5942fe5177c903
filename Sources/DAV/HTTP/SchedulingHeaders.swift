public import HTTPTypes

/// What a request says about scheduling (RFC 6638 §8).
public struct SchedulingHeaders: Sendable, Hashable {
    /// `If-Schedule-Tag-Match`: what the schedule tag has to be, without its quotes; `nil`: nothing is demanded.
    public var ifScheduleTagMatch: String?
    /// `Schedule-Reply`: whether the organizer learns that an invitation was removed. It is so unless the client says `F`.
    public var sendsReply = true

    public init() {}

    /// Old clients of Apple send `If-Schedule-Tag-Match` without a value where they have no tag; that demands nothing.
    ///
    /// - Throws: 400 for anything else that is no quoted string. A guard that cannot be read must not be taken for none.
    public init(_ headers: HTTPFields) throws(DAVError) {
        if let field = headers.value(of: .ifScheduleTagMatch) { ifScheduleTagMatch = try Self.tag(field) }
        if let field = headers.value(of: .scheduleReply) { sendsReply = try Self.flag(field) }
    }

    private static func tag(_ field: String) throws(DAVError) -> String? {
        var scanner = ByteScanner(field)
        scanner.skipWhitespace()
        if scanner.isAtEnd { return nil }
        guard let (tag, isWeak) = scanner.takeEntityTag(), !isWeak else {
            throw .badRequest("If-Schedule-Tag-Match is malformed.")
        }
        scanner.skipWhitespace()
        guard scanner.isAtEnd else { throw .badRequest("If-Schedule-Tag-Match is malformed.") }
        return tag.opaque.isEmpty ? nil : tag.opaque
    }

    private static func flag(_ field: String) throws(DAVError) -> Bool {
        switch field {
        case "T", "t": return true
        case "F", "f": return false
        default: throw .badRequest("Schedule-Reply must be T or F.")
        }
    }
}

public import DAV

/// That people of the server schedule with each other (RFC 6638), and how.
public struct SchedulingRules: Sendable, Hashable {
    /// Whose messages reach an inbox.
    public enum Delivery: Sendable, Hashable {
        /// Everybody's who signed in.
        case everybody
        /// Only theirs to whom `schedule-deliver` was granted there.
        case granted
    }

    /// Holds the calendar homes; each bears its owner's name, and has an inbox and an outbox
    /// (``PrincipalServices/inbox``).
    public var calendars: DAVPath
    public var delivery: Delivery
    /// How many messages one person's events may have delivered in an hour. What goes beyond is not, and SCHEDULE-STATUS says so.
    public var mostMessagesPerHour: Int

    public init(calendars: DAVPath, delivery: Delivery = .everybody, mostMessagesPerHour: Int = 20_000) {
        self.calendars = calendars
        self.delivery = delivery
        self.mostMessagesPerHour = mostMessagesPerHour
    }

    /// The calendar home of somebody, whether or not there is one.
    func home(of principal: PrincipalID) -> DAVPath { calendars.appending(principal.name) }
}

/// An iTIP message (RFC 5546) from one calendar user to one other.
package struct SchedulingMessage: Sendable, Hashable {
    /// The methods the server itself sends.
    package enum Method: String, Sendable, Hashable {
        case request = "REQUEST"
        case cancel = "CANCEL"
        case reply = "REPLY"
    }

    package var method: Method
    package var sender: CalendarUserAddress
    package var recipient: CalendarUserAddress
    /// The VCALENDAR, METHOD and time zones included; none of the SCHEDULE- parameters (RFC 6638 §7).
    package var calendar: Component

    package init(
        _ method: Method, from sender: CalendarUserAddress, to recipient: CalendarUserAddress, _ calendar: Component
    ) {
        self.method = method
        self.sender = sender
        self.recipient = recipient
        self.calendar = calendar
    }
}

extension Component {
    /// What the component is about: the same for whoever escapes it otherwise.
    var uid: String? { self["UID"].map { TextValue.unescape($0.value) } }

    /// What an object is about, of its components that happen.
    var subject: String? { components.lazy.compactMap(\.uid).first }
}

/// What became of a message: the value of SCHEDULE-STATUS (RFC 6638 §3.2.9).
package enum DeliveryStatus: String, Sendable, Hashable {
    /// Reached the recipient's calendar.
    case delivered = "1.2"
    /// Nobody here has this address, though it is one of this server's.
    case invalidUser = "3.7"
    /// The sender may not send, or not to this recipient.
    case noAuthority = "3.8"
    /// It should have worked, and did not.
    case failed = "5.1"
    /// There is no way from here to this address.
    case noRoute = "5.2"
    /// The recipient's calendar did not take it.
    case refused = "5.3"
}

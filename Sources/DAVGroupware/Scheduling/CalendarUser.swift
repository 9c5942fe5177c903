package import DAV

/// A calendar user address (RFC 5545 §3.3.3, RFC 6638 §2.4.1) in the form in which two of them are compared.
package struct CalendarUserAddress: Sendable, Hashable {
    /// In lower case; no slash at the end of what is the URL of a principal.
    package let text: String

    /// - Parameter value: as it stands in ORGANIZER, ATTENDEE, or `calendar-user-address-set`. Clients write mail addresses in
    ///   any case, and white space around them.
    package init(_ value: String) {
        var bytes = value.utf8.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }[...]
        while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
        while let last = bytes.last, last <= 0x20 || last == UInt8(ascii: "/") { bytes.removeLast() }
        text = String(decoding: bytes, as: UTF8.self)
    }
}

/// Somebody of this server, under all of their addresses.
package struct CalendarUser: Sendable, Hashable {
    package var principal: PrincipalID
    package var addresses: Set<CalendarUserAddress>

    package init(_ principal: PrincipalID, addresses: Set<CalendarUserAddress>) {
        self.principal = principal
        self.addresses = addresses
    }

    /// Whether an ORGANIZER or ATTENDEE line names them.
    package func isNamed(by line: ContentLine) -> Bool { addresses.contains(CalendarUserAddress(line.value)) }
}

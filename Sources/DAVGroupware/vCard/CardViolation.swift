package import DAV

/// Why a body is no card that may be stored (RFC 6352 §6.3.2.1, B-04).
package struct CardViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// The element that names the rule, in the CardDAV namespace.
    package enum Precondition: String, Sendable, Hashable {
        /// Not vCard 3.0 or 4.0.
        case supportedAddressData = "supported-address-data"
        /// It cannot be read, or is not one card.
        case validAddressData = "valid-address-data"
        case maxResourceSize = "max-resource-size"
    }

    package var precondition: Precondition
    /// From 1; `nil` if the whole is meant.
    package var line: Int?
    /// A sentence for the person who reads the client's log.
    package var message: String

    package init(_ precondition: Precondition, line: Int? = nil, _ message: String) {
        self.precondition = precondition
        self.line = line
        self.message = message
    }

    package var description: String { line.map { "Line \($0): \(message)" } ?? message }

    /// 403 with the element.
    package var davError: DAVError { .cardDAV(precondition.rawValue, description) }
}

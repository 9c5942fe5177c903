package import DAV

/// Why a body is no card that may be stored (RFC 6352 §6.3.2.1, B-04).
package typealias CardViolation = ContentViolation<CardPrecondition>

/// The element that names the rule, in the CardDAV namespace.
package enum CardPrecondition: String, Sendable, Hashable {
    /// Not vCard 3.0 or 4.0.
    case supportedAddressData = "supported-address-data"
    /// It cannot be read, or is not one card.
    case validAddressData = "valid-address-data"
    case maxResourceSize = "max-resource-size"
}

extension CardViolation {
    /// 403 with the element.
    package var davError: DAVError { .cardDAV(precondition.rawValue, description) }
}

import DAV
import HTTPTypes

/// The preconditions of RFC 6352.
extension DAVError {
    static func cardDAV(_ element: String, _ message: String, status: HTTPResponse.Status = .forbidden) -> DAVError {
        DAVError(status, Condition(.cardDAV(element)), message)
    }

    /// §5.2, §6.3.1
    static let addressBookCollectionLocation = cardDAV(
        "addressbook-collection-location-ok",
        "Address books stand in an address book home, and nothing stands in them but cards.")
    /// §6.3.2.1
    static let supportedAddressData = cardDAV(
        "supported-address-data", "Cards are vCards of version 3.0 or 4.0 (text/vcard).")
    /// §6.3.2.1
    static func cardTooLarge(_ limit: Int) -> DAVError {
        cardDAV("max-resource-size", "A card may have \(limit) bytes at most.")
    }
    /// §8.6.2
    static func supportedFilter(_ message: String) -> DAVError { cardDAV("supported-filter", message) }
    /// §8.3.1
    static let supportedCollation = cardDAV(
        "supported-collation", "Collations are " + Collation.allCases.map(\.rawValue).joined(separator: ", ") + ".")
    /// §5.1.1: of a card that cannot be told in the form asked for.
    static func addressDataConversion(_ status: HTTPResponse.Status) -> DAVError {
        cardDAV("supported-address-data-conversion", "This card cannot be told in that form.", status: status)
    }
}

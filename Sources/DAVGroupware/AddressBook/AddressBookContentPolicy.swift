import DAV

/// What an address book demands of its members (RFC 6352 §5.1, §6.3.2.1): one vCard each, of version 3.0 or 4.0, with a UID of
/// its own.
///
/// A card is stored octet by octet as it came, unless it brings no UID: then one is written into it, since whoever reads the
/// card again would miss it.
struct AddressBookContentPolicy: ContentPolicy {
    let limits: CardDAV.Limits

    var maxBytes: Int { limits.maxResourceBytes }
    var tooLarge: DAVError { .cardTooLarge(limits.maxResourceBytes) }
    var uidConflict: XMLName { .cardDAV("no-uid-conflict") }

    func admit(_ body: [UInt8], contentType: String?, settings: [DeadProperty]) throws(DAVError) -> AdmittedContent {
        guard contentType.map(VCardMediaType.isStorable) ?? true else { throw .supportedAddressData }
        let card = try AddressBookContentPolicy.card(in: body, maxBytes: maxBytes)
        guard let version = card["VERSION"] else { throw .validAddressData("A card needs a VERSION.") }
        let number = String(decoding: version.value.utf8.filter { $0 > 0x20 }, as: UTF8.self)
        guard ["3.0", "4.0"].contains(number) else { throw .supportedAddressData }
        var admitted = AdmittedContent(contentType: VCardMediaType.stored, index: CardIndex.index(of: card))
        if let uid = admitted.index.uid, !uid.isEmpty { return admitted }
        let uid = ResourceID.random().uuidString
        admitted.index.uid = uid
        admitted.replacement = AddressBookContentPolicy.octets(body, of: card, with: uid, after: version)
        return admitted
    }

    private static func card(in body: [UInt8], maxBytes: Int) throws(DAVError) -> Component {
        let text: ContentText
        do throws(ContentTextError) {
            text = try ContentText(parsing: body, limits: ContentLimits(maxBytes: maxBytes))
        } catch {
            throw .validAddressData(error.description)
        }
        guard !text.deviations.contains(.invalidUTF8) else { throw .validAddressData("A card is written in UTF-8.") }
        guard let card = text.components.first, text.components.count == 1, card.name == "VCARD" else {
            throw .validAddressData("A member of an address book is one card.")
        }
        return card
    }

    /// The body with a UID in place of an empty one, or after the VERSION, which comes first in 4.0 (RFC 6350 §6.7.9).
    private static func octets(
        _ body: [UInt8], of card: Component, with uid: String, after version: ContentLine
    ) -> [UInt8] {
        let place = card["UID"]?.source ?? version.source.upperBound..<version.source.upperBound
        var octets = body
        octets.replaceSubrange(place, with: Array("UID:\(uid)\r\n".utf8))
        return octets
    }
}

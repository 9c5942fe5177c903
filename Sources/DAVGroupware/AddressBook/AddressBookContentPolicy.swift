import DAV

/// What an address book demands of its members (RFC 6352 §5.1, §6.3.2.1): one vCard each, of version 3.0 or 4.0, with a UID of
/// its own.
///
/// A card is stored octet by octet as it came, unless it brings no UID: then one is written into it, since whoever reads the
/// card again would miss it.
struct AddressBookContentPolicy: ContentPolicy {
    let limits: CardDAV.Limits
    /// Filters look at each line of a card for each of their tests. A list of so many people is a long one.
    private static let mostLines = 20_000

    var maxBytes: Int { limits.maxResourceBytes }
    var tooLarge: DAVError { .cardTooLarge(limits.maxResourceBytes) }
    var uidConflict: XMLName { .cardDAV("no-uid-conflict") }

    func admit(
        _ body: [UInt8], contentType: String?, settings: [DeadProperty], storedUID: String?
    ) throws(DAVError) -> AdmittedContent {
        guard contentType.map(VCardMediaType.isStorable) ?? true else { throw .supportedAddressData }
        let card: VCard
        do {
            let length = ContentLimits(maxBytes: maxBytes, maxLines: AddressBookContentPolicy.mostLines)
            var rules = VCard.Rules(limits: length, isStrict: limits.isStrict)
            // Who never sends a UID replaces the same card all the same.
            if let storedUID { rules.makeUID = { storedUID } }
            card = try VCard(parsing: body, rules: rules)
        } catch {
            throw error.davError
        }
        return AdmittedContent(
            replacement: card.replacement, contentType: VCardMediaType.stored,
            index: CardIndex.index(of: card.card, uid: card.uid))
    }
}

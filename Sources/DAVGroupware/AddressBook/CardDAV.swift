public import DAV

/// Address books (RFC 6352): the kinds of collection that make a back-end a CardDAV server.
///
/// ```swift
/// let contacts = CardDAV()
/// facts.kinds = [.folder, contacts.addressBook]
/// let store = MemoryBackend(
///     templates: [HomeTemplate(root: path, kind: contacts.home)], homes: people, kinds: contacts.kinds, clock: clock)
/// ```
public struct CardDAV: Sendable {
    /// What address books take, and give at once.
    public struct Limits: Sendable, Hashable {
        /// Bytes of one card, its photographs included; published as `max-resource-size` (RFC 6352 §6.2.3).
        public var maxResourceBytes = 10 << 20
        /// Cards one query answers with; that there are more is told by a 507 (RFC 6352 §8.6.2).
        public var maxMatches = 50_000
        /// Refuses, with 403 `valid-address-data`, what clients get wrong and is otherwise kept as it came: line ends, cards
        /// without FN, N or UID.
        public var isStrict = false

        public init() {}
    }

    public let limits: Limits
    /// A collection of cards.
    public let addressBook: CollectionKind
    /// A collection of address books (RFC 6352 §7.1.1), one a person.
    public let home: CollectionKind

    public init(limits: Limits = Limits()) {
        self.limits = limits
        addressBook = .addressBook(limits)
        home = .addressBookHome
    }

    /// What a store of address books has to know. MKCOL makes ``addressBook`` alone (``ServerFacts/kinds``).
    public var kinds: [CollectionKind] { [addressBook, home] }
}

extension CollectionKind {
    /// An address book (RFC 6352 §5.2): every member is one card, and nothing else has a place in it.
    public static func addressBook(_ limits: CardDAV.Limits = CardDAV.Limits()) -> CollectionKind {
        CollectionKind(
            id: "addressbook", resourceTypes: [.dav("collection"), .cardDAV("addressbook")],
            complianceClasses: ["addressbook"], properties: LiveProperty.addressBook(limits),
            reports: [.addressBookQuery(limits), .addressBookMultiget],
            content: AddressBookContentPolicy(limits: limits),
            placement: Placement(
                holders: [addressBookHomeID], children: [], refusal: .addressBookCollectionLocation),
            presentation: .addressBook, push: .addressBook,
            sharing: ShareSupport(calendarServerType: "addressbook"))
    }

    /// What holds a person's address books, and nothing else.
    public static let addressBookHome = CollectionKind(
        id: addressBookHomeID, resourceTypes: [.dav("collection")], complianceClasses: ["addressbook"],
        placement: Placement(
            holders: [], children: ["addressbook"], holdsMembers: false, refusal: .addressBookCollectionLocation),
        reportsChildChanges: true, push: .home)

    private static let addressBookHomeID = "addressbook-home"
}

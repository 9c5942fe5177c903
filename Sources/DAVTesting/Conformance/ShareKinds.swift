public import DAV

extension CollectionKind {
    /// Homes for trying out sharing: they tell of each collection whatever happens in it (Y-42).
    public static let hall = CollectionKind(
        id: "hall", resourceTypes: [.dav("collection"), XMLName("http://martlet.invalid/ns/", "hall")],
        reportsChildChanges: true, push: PushSupport(content: .infinity, property: .zero))

    /// What can be shared: anything may be in it.
    public static let team = CollectionKind(
        id: "team", resourceTypes: [.dav("collection"), XMLName("http://martlet.invalid/ns/", "team")],
        push: PushSupport(content: .infinity, property: .zero), sharing: ShareSupport())

    /// The same for notes (``notes``), of which lines that begin with `own` are each person's own. An instance is grey until
    /// its sharee says otherwise.
    public static let teamNotes = CollectionKind(
        id: "team-notes", resourceTypes: [.dav("collection"), XMLName("http://martlet.invalid/ns/", "team-notes")],
        content: NotePolicy(personal: NoteParts()), placement: Placement(children: []),
        sharing: ShareSupport(properties: [
            DeadProperty(
                name: XMLName("urn:x", "colour"), xml: Array("<x:colour xmlns:x=\"urn:x\">grey</x:colour>".utf8))
        ]))
}

import DAV

/// The properties of a resource and of its members, to be compared with what they are later.
struct PropertySnapshot: Sendable, Hashable {
    private(set) var resources: [String: [XMLName: XMLElement]] = [:]

    /// Everything stored by clients, and what servers keep but do not tell unasked (RFC 4918 §9.1).
    static let request = """
        <?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" \
        xmlns:A="urn:ietf:params:xml:ns:carddav" xmlns:I="http://apple.com/ns/ical/"><D:allprop/><D:include><D:owner/>\
        <D:current-user-privilege-set/><C:calendar-description/><C:calendar-timezone/>\
        <C:supported-calendar-component-set/><C:schedule-calendar-transp/><A:addressbook-description/>\
        <I:calendar-color/><I:calendar-order/></D:include></D:propfind>
        """

    init() {}

    /// - Returns: `nil` if it is no multistatus.
    init?(_ root: XMLElement) {
        guard root.name == .dav("multistatus") else { return nil }
        for response in root.elements where response.name == .dav("response") {
            guard let href = response.first(.dav("href"))?.text else { continue }
            resources[SyncAnswer.path(of: href)] = response.foundProperties.filter { Self.isTold(of: $0.key) }
        }
    }

    /// What is different in `later`: of resources in both, since what comes and goes is a change of content.
    func changes(to later: PropertySnapshot) -> [WatchedChange] {
        later.resources.sorted { $0.key < $1.key }.compactMap { href, properties in
            guard let known = resources[href] else { return nil }
            let names = Set(known.keys).union(properties.keys).filter { known[$0] != properties[$0] }
            guard !names.isEmpty else { return nil }
            let details = names.sorted { ($0.local, $0.namespace) < ($1.local, $1.namespace) }
                .map { "\($0.local): \(Self.text(of: known[$0])) → \(Self.text(of: properties[$0]))" }
            return WatchedChange(kind: .properties, href: href, detail: details.joined(separator: "; "))
        }
    }

    private static func isTold(of name: XMLName) -> Bool {
        PushSupport.isTold(of: name) && !alsoLeftAside.contains(name)
    }

    /// Not told by push either: what is another protocol's business, or is computed from members.
    private static let alsoLeftAside: Set<XMLName> = [
        .dav("lockdiscovery"), .dav("supportedlock"), .dav("creationdate"), .dav("getcontenttype"),
    ]

    /// In a few words: the text inside, or the names of the elements where there is none.
    private static func text(of property: XMLElement?) -> String {
        guard let property else { return "none" }
        var parts: [String] = []
        var names: [String] = []
        var open = [property]
        while let element = open.popLast() {
            let text = element.text.trimmingXMLSpace
            if !text.isEmpty { parts.append(text) }
            if element.elements.isEmpty, text.isEmpty, element.name != property.name {
                names.append(element.name.local)
            }
            open += element.elements.reversed()
        }
        let text = (parts + names).joined(separator: " ")
        let limit = 120
        return "“" + (text.count > limit ? text.prefix(limit) + "…" : text) + "”"
    }
}

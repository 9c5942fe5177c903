import DAV

/// What a resource says of itself, as far as `martlet watch` wants to know (draft-bitfire-webdav-push §2.1).
struct WatchedResource: Sendable, Hashable {
    /// As the server spells it.
    var href = ""
    var displayName: String?
    var isCollection = false
    var offersWebPush = false
    var vapidKey: String?
    var topic: String?
    var support = PushSupport()
    /// Whether it has a `sync-token` (RFC 6578 §4), and with it the report.
    var isSyncable = false
    var principal: String?

    /// Whether it can be registered on.
    var isPushCapable: Bool { offersWebPush && topic != nil && !support.isNone }

    static let properties = """
        <D:resourcetype/><D:displayname/><D:sync-token/><D:current-user-principal/>\
        <P:transports/><P:topic/><P:supported-triggers/>
        """

    /// Reads one `DAV:response` of a multistatus.
    init(_ response: XMLElement) {
        href = response.first(.dav("href"))?.text.trimmingXMLSpace ?? ""
        let properties = response.foundProperties
        func text(_ name: XMLName) -> String? {
            properties[name].map(\.text.trimmingXMLSpace).flatMap { $0.isEmpty ? nil : $0 }
        }
        displayName = text(.dav("displayname"))
        isCollection = properties[.dav("resourcetype")]?.first(.dav("collection")) != nil
        isSyncable = text(.dav("sync-token")) != nil
        principal = properties[.dav("current-user-principal")]?.first(.dav("href"))?.text.trimmingXMLSpace
        if let webPush = properties[.push("transports")]?.first(.push("web-push")) {
            offersWebPush = true
            let key = webPush.elements.first {
                $0.name == .push("vapid-public-key") && $0.value(of: "type") ?? "p256ecdsa" == "p256ecdsa"
            }
            vapidKey = key.map(\.text.trimmingXMLSpace).flatMap { $0.isEmpty ? nil : $0 }
        }
        topic = text(.push("topic"))
        let triggers = properties[.push("supported-triggers")]
        support.content = triggers?.first(.push("content-update")).map(Self.depth)
        support.property = triggers?.first(.push("property-update")).map(Self.depth)
    }

    /// A trigger whose depth is missing or unknown reaches at least the resource itself.
    private static func depth(_ trigger: XMLElement) -> Depth {
        switch trigger.first(.dav("depth"))?.text.trimmingXMLSpace.lowercased() {
        case "1": .one
        case "infinity", "infinite": .infinity
        default: .zero
        }
    }
}

extension XMLElement {
    /// The properties of a `DAV:response` that came with 200.
    var foundProperties: [XMLName: XMLElement] {
        var found: [XMLName: XMLElement] = [:]
        for propstat in elements where propstat.name == .dav("propstat") {
            guard propstat.first(.dav("status")).map({ Self.statusCode($0.text) }) == 200 else { continue }
            for property in propstat.first(.dav("prop"))?.elements ?? [] { found[property.name] = property }
        }
        return found
    }

    /// The number in `HTTP/1.1 200 OK`.
    static func statusCode(_ line: String) -> Int? {
        let words = line.trimmingXMLSpace.utf8.split(separator: UInt8(ascii: " "))
        guard words.count >= 2, words[1].count == 3 else { return nil }
        return Int(String(decoding: words[1], as: UTF8.self))
    }

    func value(of attribute: String) -> String? {
        attributes.first { $0.name.namespace.isEmpty && $0.name.local == attribute }?.value
    }
}

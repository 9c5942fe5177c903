/// What a device is told: the `push-message` element (draft-bitfire-webdav-push §4.1).
///
/// It says which resource, and whether its content or its properties, and nothing else: no URL, no name, no value.
public struct PushMessage: Sendable, Hashable {
    /// The resource's topic; `nil` only in ``keyRotation``.
    var topic: String?
    var hasContentUpdate = false
    /// Where the resource's `sync-collection` reports stand now; `nil` if it has none, or is gone.
    var syncToken: SyncToken?
    var hasPropertyUpdate = false
    /// The properties that changed are those, whatever resource has them.
    var changed: [XMLName] = []

    /// §6.2.1: the server's key is about to change. Signed with the old key, sent to each subscription once, over an hour or
    /// more: clients answer with a synchronisation of the whole account.
    public static let keyRotation = PushMessage(
        topic: nil, hasPropertyUpdate: true, changed: [.push("transports")])

    /// What somebody who registered for content would be told now, without a token: for trying out the way to a device.
    public static func contentUpdate(of resource: ResourceID) -> PushMessage {
        PushMessage(topic: resource.pushTopic, hasContentUpdate: true)
    }

    /// The document, in UTF-8. Short on purpose: encrypted and padded it has to stay within 4096 bytes (RFC 8030 §7.2).
    public var xml: [UInt8] {
        var xml = XMLWriter(onlyDAV: ())
        xml.declaration()
        xml.start(.push("push-message"))
        if let topic { xml.element(.push("topic"), text: topic) }
        if hasContentUpdate { writeContentUpdate(in: &xml) }
        if hasPropertyUpdate { writePropertyUpdate(in: &xml) }
        xml.end()
        return xml.take()
    }

    private func writeContentUpdate(in xml: inout XMLWriter) {
        guard let syncToken else { return xml.empty(.push("content-update")) }
        xml.start(.push("content-update"))
        xml.element(.dav("sync-token"), text: syncToken.uri)
        xml.end()
    }

    private func writePropertyUpdate(in xml: inout XMLWriter) {
        guard !changed.isEmpty else { return xml.empty(.push("property-update")) }
        xml.start(.push("property-update"))
        xml.start(.dav("prop"))
        for name in changed { xml.empty(name) }
        xml.end()
        xml.end()
    }
}

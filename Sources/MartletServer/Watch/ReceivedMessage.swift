import DAV

/// A push message as it came out of its envelope (draft-bitfire-webdav-push §4.1).
struct ReceivedMessage: Sendable, Hashable {
    /// `nil`: the key changes (§6.2.1), and concerns every registration.
    var topic: String?
    var isContentUpdate = false
    /// Of the resource after the change; whoever has it already need not ask.
    var syncToken: String?
    var isPropertyUpdate = false

    /// Push services take no more; a tree beyond this is no message.
    private static let limits = XMLLimits(maxBytes: 4096, maxDepth: 16, maxElements: 100)

    /// - Returns: `nil` if it is no push message.
    init?(_ octets: [UInt8]) {
        guard let root = try? XMLElement.parse(octets, limits: Self.limits), root.name == .push("push-message") else {
            return nil
        }
        topic = root.first(.push("topic"))?.text.trimmingXMLSpace
        let content = root.first(.push("content-update"))
        isContentUpdate = content != nil
        syncToken = content?.first(.dav("sync-token"))?.text.trimmingXMLSpace
        isPropertyUpdate = root.first(.push("property-update")) != nil
    }

    /// In a few words.
    var summary: String {
        guard topic != nil else { return "the server's key changes" }
        let parts = [isContentUpdate ? "content" : nil, isPropertyUpdate ? "properties" : nil].compactMap { $0 }
        return parts.isEmpty ? "nothing" : parts.joined(separator: " and ")
    }
}

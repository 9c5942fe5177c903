import DAV

/// What can be told of calendars and contacts (draft-bitfire-webdav-push §5).
extension PushSupport {
    static let calendar = PushSupport(content: .one, property: .one)
    static let addressBook = PushSupport(content: .one, property: .one)
    /// At depth infinity one registration covers everything a person has of one service.
    static let home = PushSupport(content: .infinity, property: .one)
    /// What the server fills: an inbox. Somebody waits for an answer to what arrives there, so devices that sleep are woken.
    static let mailbox = PushSupport(content: .one, property: .zero, urgency: .high)
}

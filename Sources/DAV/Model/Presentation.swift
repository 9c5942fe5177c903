public import HTTPTypes

/// Other forms in which a kind of collection gives what it holds, for those who ask by `Accept` (RFC 9110 §12).
public struct Presentation: Sendable {
    /// Header fields of a member in whatever form; its entry comes with ``Fields/deadProperties``. `nil`: none.
    public var memberHeaders: (@Sendable (Exchange, OpenedMember) async throws -> HTTPFields)?
    /// A member in another form than it is stored in; `nil`: as it is stored, for this request.
    ///
    /// Another form is another representation, so it must not carry the member's ETag.
    public var member: (@Sendable (Exchange, OpenedMember) async throws -> DAVResponse?)?
    /// The collection as one document instead of the page that lists it for people; `nil`: that page.
    public var collection: (@Sendable (Exchange, any DAVCollection) async throws -> DAVResponse?)?

    public init(
        memberHeaders: (@Sendable (Exchange, OpenedMember) async throws -> HTTPFields)? = nil,
        member: (@Sendable (Exchange, OpenedMember) async throws -> DAVResponse?)? = nil,
        collection: (@Sendable (Exchange, any DAVCollection) async throws -> DAVResponse?)? = nil
    ) {
        self.memberHeaders = memberHeaders
        self.member = member
        self.collection = collection
    }
}

extension Exchange {
    /// Whether the URL's query is the word, or holds it among others: `?export`.
    public func asks(_ word: String) -> Bool {
        let query = request.target.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst()
        return query.split(separator: UInt8(ascii: "&")).contains { item in
            item.prefix { $0 != UInt8(ascii: "=") }.elementsEqual(word.utf8)
        }
    }
}

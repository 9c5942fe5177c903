/// The body of an answer to an invitation, in either dialect.
struct ShareReply: Sendable, Hashable {
    var answer: ShareAnswer
    /// Which invitation, where the URL does not say it: ``ShareSeat/id`` as its notification told it.
    var inReplyTo: String?
    /// The collection the instance is to stand in; `nil`: the usual one.
    var createIn: String?
    /// What the instance is to be called in its URL: no more than a hint.
    var slug: String?
    /// What the sharee calls it.
    var displayName: String?

    /// `DAV:invite-reply` (draft-pot-webdav-resource-sharing-04 §4.7.1).
    ///
    /// - Throws: 400 unless it says one of accepted and declined.
    init(dav body: XMLElement) throws(DAVError) {
        let answers = body.elements.compactMap { element in
            element.name == .dav("invite-accepted") ? true : element.name == .dav("invite-declined") ? false : nil
        }
        guard answers.count == 1 else { throw .badRequest("DAV:invite-reply either accepts or declines.") }
        answer = ShareAnswer(hasAccepted: answers[0], comment: body.first(.dav("comment"))?.text)
        guard (answer.comment?.utf8.count ?? 0) <= ShareRequest.mostCommentBytes else {
            throw .badRequest("The comment is too long.")
        }
        createIn = body.first(.dav("create-in"))?.first(.dav("href"))?.text.trimmingXMLSpace
        slug = body.first(.dav("slug"))?.text
    }

    /// `CS:invite-reply` (caldav-sharing §5.5.3). `CS:hosturl` must be there, and nothing is believed of it.
    ///
    /// - Throws: 403 `CS:valid-request`.
    init(calendarServer body: XMLElement) throws(DAVError) {
        let answers = body.elements.compactMap { element in
            element.name == .calendarServer("invite-accepted")
                ? true : element.name == .calendarServer("invite-declined") ? false : nil
        }
        guard answers.count == 1, body.first(.calendarServer("hosturl")) != nil,
            let number = body.first(.calendarServer("in-reply-to"))
        else { throw .validShareRequest("An answer needs its kind, CS:hosturl and CS:in-reply-to.") }
        answer = ShareAnswer(hasAccepted: answers[0])
        inReplyTo = number.text.trimmingXMLSpace
        displayName = body.first(.calendarServer("summary"))?.text
        guard (displayName?.utf8.count ?? 0) <= ShareRequest.mostNameBytes else {
            throw .validShareRequest("The summary is too long.")
        }
    }
}

extension ResourceID {
    /// Reads a bare UUID, as ``uuidString`` gives it.
    package init?(uuidString text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36, [8, 13, 18, 23].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
        let digits = bytes.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 32, let high = UInt64(hex: digits[..<16]), let low = UInt64(hex: digits[16...]) else {
            return nil
        }
        self.init(high: high, low: low)
    }
}

extension UInt64 {
    fileprivate init?(hex digits: ArraySlice<UInt8>) {
        guard digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }) else { return nil }
        self.init(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}

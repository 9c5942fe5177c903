/// The body of a request to share, in either dialect.
struct ShareRequest: Sendable, Hashable {
    struct Line: Sendable, Hashable {
        /// As it was sent.
        var href: String
        /// `nil`: it names nobody.
        var address: ShareeAddress?
        /// `nil`: take the invitation back.
        var grant: ShareGrant?
        var displayName: String?
        var comment: String?
    }

    var lines: [Line]

    /// Longer bodies are not read.
    static let mostBytes = 512 << 10
    static let mostLines = 1000
    static let mostNameBytes = 255
    static let mostCommentBytes = 4096

    /// `DAV:share-resource` (draft-pot-webdav-resource-sharing-04 §5.1). What is not known is left aside: one client puts a
    /// `DAV:noresponse` beside each sharee.
    ///
    /// - Throws: 400 for a sharee without one href and one level of those that can be given, 413 for too many sharees.
    init(dav body: XMLElement) throws(DAVError) {
        let sharees = body.elements(.dav("sharee"))
        guard !sharees.isEmpty else { throw .badRequest("DAV:share-resource names no sharee.") }
        guard sharees.count <= ShareRequest.mostLines else { throw .contentTooLarge }
        lines = []
        for sharee in sharees {
            let hrefs = sharee.elements(.dav("href"))
            guard hrefs.count == 1, let address = ShareeAddress(hrefs[0].text) else {
                throw .badRequest("A DAV:sharee needs one DAV:href that names a person.")
            }
            let name = sharee.first(.dav("prop"))?.first(.dav("displayname"))?.text
            let line = Line(
                href: hrefs[0].text.trimmingXMLSpace, address: address, grant: try ShareRequest.grant(of: sharee),
                displayName: name, comment: sharee.first(.dav("comment"))?.text)
            guard line.isOfLegalLength else { throw .badRequest("A name or a comment is too long.") }
            lines.append(line)
        }
    }

    /// Exactly one of the three levels: neither more than can be given, nor words of another namespace (X3).
    private static func grant(of sharee: XMLElement) throws(DAVError) -> ShareGrant? {
        let access = sharee.elements(.dav("share-access"))
        guard access.count == 1, access[0].elements.count == 1 else {
            throw .badRequest("A DAV:sharee needs one DAV:share-access with one level.")
        }
        let level = access[0].elements[0]
        if level.name == .dav("no-access") { return nil }
        guard let grant = ShareGrant(level, of: XMLName.dav) else {
            throw .badRequest("DAV:share-access is read, read-write or no-access.")
        }
        return grant
    }

    /// `CS:share` (caldav-sharing §5.5.1). A missing summary is none; what stands in `CS:remove` beside the href is left aside.
    ///
    /// - Throws: 403 `CS:valid-request`, 413 for too many sharees.
    init(calendarServer body: XMLElement) throws(DAVError) {
        let parts = body.elements.filter { [.calendarServer("set"), .calendarServer("remove")].contains($0.name) }
        guard !parts.isEmpty else { throw .validShareRequest("CS:share neither sets nor removes anybody.") }
        guard parts.count <= ShareRequest.mostLines else { throw .contentTooLarge }
        lines = []
        for part in parts {
            let hrefs = part.elements(.dav("href"))
            guard hrefs.count == 1 else { throw .validShareRequest("A sharee needs one DAV:href.") }
            var line = Line(href: hrefs[0].text.trimmingXMLSpace, address: ShareeAddress(hrefs[0].text))
            if part.name == .calendarServer("set") {
                let levels = part.elements.compactMap { ShareGrant($0, of: XMLName.calendarServer) }
                guard levels.count == 1 else { throw .validShareRequest("A sharee needs CS:read or CS:read-write.") }
                line.grant = levels[0]
                line.displayName = part.first(.calendarServer("common-name"))?.text
                line.comment = part.first(.calendarServer("summary"))?.text
                guard line.isOfLegalLength else { throw .validShareRequest("A name or a summary is too long.") }
            }
            lines.append(line)
        }
    }
}

extension ShareRequest.Line {
    fileprivate var isOfLegalLength: Bool {
        (displayName?.utf8.count ?? 0) <= ShareRequest.mostNameBytes
            && (comment?.utf8.count ?? 0) <= ShareRequest.mostCommentBytes
    }

    /// What it asks for, of whom it turned out to name.
    func change(of sharee: ShareeRef) -> ShareChange {
        guard let grant else { return .revoke(sharee) }
        return .set(sharee, grant, displayName: displayName, comment: comment)
    }
}

/// The two forms of a notification, at one URL.
enum ShareNoticeForm: Sendable, Hashable {
    /// draft-pot-webdav-notifications-03 §4.1
    case dav
    /// caldav-sharing §4, under either name of XML.
    case calendarServer(mediaType: String)

    static let davType = "application/davnotification+xml"

    /// The form a client asks for.
    ///
    /// Who names no form gets Apple's: the draft would refuse them (406), but the clients that know nothing of it are those that
    /// know the other form. What has no such form, such as a folder, has that of the draft, which is XML too.
    /// - Parameter accept: the header; `nil`: none was sent.
    /// - Returns: `nil` if neither will do.
    init?(accept: String?, hasCalendarServer: Bool) {
        let accept = Accept(accept ?? "")
        // One server looks for the type of requests to share, and clients may have learnt it there.
        let named = [Self.davType, "application/davsharing+xml"].flatMap { type in
            accept.ranges.filter { $0.essence == type }.map(\.weight)
        }
        let (dav, plain, text) = (
            named.max() ?? 0, accept.quality(of: "application/xml"), accept.quality(of: "text/xml")
        )
        let xml = max(plain, text)
        if hasCalendarServer, xml > dav {
            self = .calendarServer(mediaType: text > plain ? "text/xml" : "application/xml")
        } else if max(dav, xml) > 0 {
            self = .dav
        } else {
            return nil
        }
    }

    var contentType: String {
        switch self {
        case .dav: Self.davType
        case .calendarServer(let mediaType): mediaType + "; charset=utf-8"
        }
    }
}

extension ETag {
    private static let davNotice = "~davnotification"

    /// Of the draft's form, where Apple's has the ETag itself: two forms of one resource need two (RFC 9110 §8.8.1).
    var ofDAVNotice: ETag { ETag(opaque: opaque + ETag.davNotice) }

    /// What the store calls it, if it is of the draft's form.
    fileprivate var stored: ETag? {
        opaque.hasSuffix(ETag.davNotice) ? ETag(opaque: String(opaque.dropLast(ETag.davNotice.count))) : nil
    }
}

extension Condition.EntityTags {
    /// With each ETag of another form that of what is stored, which is all that a store can judge.
    var withStored: Self {
        guard case .list(let tags, let weak) = self else { return self }
        return .list(tags + tags.compactMap(\.stored), weak: weak)
    }
}

import HTTPTypes

/// A notification in the form that is asked for.
struct ShareNoticeDocument: Sendable {
    let record: ShareNoticeRecord
    let form: ShareNoticeForm
    let octets: [UInt8]
    let etag: ETag?

    /// - Returns: `nil` if it says nothing in that form.
    fileprivate init?(_ record: ShareNoticeRecord, of entry: Entry, _ form: ShareNoticeForm, for exchange: Exchange) {
        let notification = ShareNotification(record, at: entry.modified, for: exchange)
        let octets: [UInt8]? =
            switch form {
            case .dav: notification.davDocument()
            case .calendarServer: notification.calendarServerDocument()
            }
        guard let octets else { return nil }
        (self.record, self.form, self.octets) = (record, form, octets)
        etag = form == .dav && notification.sharedType != nil ? entry.etag?.ofDAVNotice : entry.etag
    }
}

extension Exchange {
    /// The notification as this request is to see it.
    ///
    /// - Returns: `nil` for what cannot be read.
    /// - Throws: 406 if no form will do.
    func notice(_ octets: [UInt8], of entry: Entry) throws(DAVError) -> ShareNoticeDocument? {
        guard let record = ShareNoticeRecord(octets: octets) else { return nil }
        let hasCalendarServer = sharedType(of: record) != nil
        guard let form = ShareNoticeForm(accept: request.headers[.accept], hasCalendarServer: hasCalendarServer) else {
            throw DAVError(.notAcceptable, nil, "A notification is \(ShareNoticeForm.davType) or application/xml.")
        }
        return ShareNoticeDocument(record, of: entry, form, for: self)
    }

    fileprivate func kind(of record: ShareNoticeRecord) -> CollectionKind? {
        facts.kinds.first { $0.id == record.kind }
    }

    func sharedType(of record: ShareNoticeRecord) -> String? { kind(of: record)?.sharing?.calendarServerType }

    fileprivate func components(of record: ShareNoticeRecord) -> [String] {
        record.components.isEmpty ? kind(of: record)?.sharing?.components ?? [] : record.components
    }
}

extension ShareNotification {
    init(_ record: ShareNoticeRecord, at time: Timestamp, for exchange: Exchange) {
        func person(_ id: PrincipalID, _ name: String?) -> Person {
            Person(href: exchange.href(exchange.facts.principals.path(of: id), isCollection: true), name: name)
        }
        self.init(
            notice: record.notice, at: time, recipient: person(record.recipient, nil),
            sharer: person(record.sharer.id, record.sharer.name), shareURI: "urn:uuid:" + record.share.uuidString,
            source: exchange.href(record.source, isCollection: true), title: record.title,
            resourceTypes: exchange.kind(of: record)?.resourceTypes ?? CollectionKind.folder.resourceTypes,
            sharedType: exchange.sharedType(of: record), components: exchange.components(of: record))
        if case .reply(let replier, _, _) = record.notice.content { self.replier = person(replier, record.replierName) }
    }
}

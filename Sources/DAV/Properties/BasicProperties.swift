extension LiveProperty {
    /// RFC 4918 §15 but for locks. `DAV:displayname` is missing on purpose: it is stored as it came, like a dead property.
    static let basic: [LiveProperty] = [
        LiveProperty(.dav("resourcetype"), isInAllprop: true) { subject in
            guard let info = subject.entry.collection else { return .empty }
            let isSharing = subject.server.sharing != nil
            return .xml { xml in
                for type in info.kind.resourceTypes { xml.empty(type) }
                if isSharing { for type in info.shareTypes { xml.empty(type) } }
            }
        },
        LiveProperty(.dav("getetag"), isInAllprop: true) { $0.entry.etag.map { .text($0.description) } },
        LiveProperty(.dav("getlastmodified"), isInAllprop: true) { .text($0.entry.modified.httpDate) },
        LiveProperty(.dav("creationdate"), isInAllprop: true) { .text($0.entry.created.rfc3339) },
        LiveProperty(.dav("getcontenttype"), isInAllprop: true) { subject in
            subject.isCollection ? nil : .text(subject.entry.contentType ?? "application/octet-stream")
        },
        LiveProperty(.dav("getcontentlength"), isInAllprop: true, fields: .contentLength) { subject in
            subject.isCollection ? nil : subject.entry.contentLength.map { .text(String($0)) }
        },
        LiveProperty(.dav("getcontentlanguage"), isInAllprop: true) { $0.entry.contentLanguage.map { .text($0) } },
    ]

    /// What later RFCs add to every resource.
    static let extensions: [LiveProperty] = [
        // RFC 5842 §3.1
        LiveProperty(.dav("resource-id"), fields: .resourceID) { subject in
            subject.entry.resourceID.map { .hrefs(["urn:uuid:" + $0.uuidString]) }
        },
        // RFC 5995 §3.2: POST to the collection itself.
        LiveProperty(.dav("add-member")) { subject in
            guard let collection = subject.entry.collection, collection.capabilities.contains(.writing) else {
                return nil
            }
            return .hrefs([subject.href])
        },
        // RFC 4331 §3, §4
        LiveProperty(.dav("quota-available-bytes"), fields: .quota) { subject in
            subject.entry.quota?.availableBytes.map { .text(String(max($0, 0))) }
        },
        LiveProperty(.dav("quota-used-bytes"), fields: .quota) {
            $0.entry.quota.map { .text(String(max($0.usedBytes, 0))) }
        },
        // RFC 6578 §4
        LiveProperty(.dav("sync-token"), fields: .syncToken) { $0.entry.syncToken.map { .text($0.uri) } },
        // What clients polled before RFC 6578; it changes exactly when the token does, so it is the token (T-02).
        LiveProperty(XMLName(XMLName.calendarServerNamespace, "getctag"), isInAllprop: true, fields: .syncToken) {
            subject in
            subject.entry.syncToken.map { .text($0.uri) }
        },
    ]
}

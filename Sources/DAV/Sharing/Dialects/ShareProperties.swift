extension LiveProperty {
    /// Both dialects' properties: protected, and none in `allprop` (draft-pot-webdav-resource-sharing-04 §4.4).
    static let sharing: [LiveProperty] = [
        LiveProperty(.dav("share-access")) {
            if let grant = $0.instance?.grant { return .xml { grant.write(to: &$0, as: XMLName.dav) } }
            return $0.shareAccess.map { access in .xml { $0.empty(.dav(access.rawValue)) } }
        },
        LiveProperty(.dav("invite"), fields: .shares) { subject in
            guard subject.shareAccess != nil, subject.seesInvites else { return nil }
            let lines = subject.entry.shares?.lines ?? []
            return .xml { xml in for line in lines { xml.sharee(line, subject) } }
        },
        LiveProperty(.dav("share-resource-uri"), fields: .shares, value: \.shareURI),
        // How -04 still spells it in its section on notifications.
        LiveProperty(.dav("sharer-resource-uri"), fields: .shares, value: \.shareURI),
        // caldav-sharing §5.2
        LiveProperty(.calendarServer("invite"), fields: .shares) { subject in
            guard subject.speaksCalendarServer, subject.seesInvites, let shares = subject.entry.shares else {
                return nil
            }
            return .xml { xml in
                if subject.instance != nil, let sharer = subject.collection.owner {
                    xml.start(.calendarServer("organizer"))
                    xml.element(.dav("href"), text: subject.href(of: sharer))
                    xml.end()
                }
                for line in shares.lines { xml.calendarServerUser(line, subject) }
            }
        },
        LiveProperty(.calendarServer("allowed-sharing-modes")) { subject in
            guard subject.speaksCalendarServer, subject.collection.capabilities.contains(.sharing),
                subject.privileges.contains(.share)
            else { return nil }
            return .xml { $0.empty(.calendarServer("can-be-shared")) }
        },
        LiveProperty(.calendarServer("shared-url")) { subject in
            guard subject.speaksCalendarServer, let instance = subject.instance else { return nil }
            return .hrefs([subject.exchange.href(instance.source, isCollection: true)])
        },
    ]
}

extension CollectionInfo {
    /// What Apple's dialect adds to `DAV:resourcetype` (caldav-sharing §5.3).
    var shareTypes: [XMLName] {
        guard kind.sharing?.calendarServerType != nil else { return [] }
        switch share {
        case .none: return []
        case .owner: return [.calendarServer("shared-owner")]
        case .instance: return [.calendarServer("shared")]
        }
    }
}

extension PropertySubject {
    /// At the root of an instance; what stands in it has no role of its own.
    fileprivate var instance: ShareInstance? {
        guard isCollection, server.sharing != nil, let instance = collection.share.instance else { return nil }
        return instance.path == collection.path ? instance : nil
    }

    /// Who is invited is told to those who may invite, and to each sharee of themselves (V10); that a collection is shared is
    /// told to whoever may read it.
    fileprivate var seesInvites: Bool { instance != nil || privileges.contains(.share) }

    fileprivate var speaksCalendarServer: Bool {
        isCollection && server.sharing != nil && collection.kind.sharing?.calendarServerType != nil
    }

    /// `nil` for what cannot be shared.
    fileprivate var shareAccess: ShareAccess? {
        guard isCollection, server.sharing != nil else { return nil }
        switch collection.share {
        case .instance: return instance.map { ShareAccess($0.grant) }
        case .owner: return .sharedOwner
        case .none: return collection.capabilities.contains(.sharing) ? .notShared : nil
        }
    }

    fileprivate var shareURI: PropertyValue? {
        guard shareAccess != nil else { return nil }
        return entry.shares.map { .hrefs(["urn:uuid:" + $0.id.uuidString]) }
    }

    fileprivate func href(of sharee: ShareeRef) -> String {
        switch sharee {
        case .principal(let id), .group(let id): href(of: id)
        case .external(let uri): uri
        }
    }
}

extension XMLWriter {
    /// `DAV:sharee` (draft-pot-webdav-resource-sharing-04 §5.5)
    fileprivate mutating func sharee(_ line: ShareView.Line, _ subject: PropertySubject) {
        start(.dav("sharee"))
        element(.dav("href"), text: subject.href(of: line.sharee))
        if subject.instance != nil, let sharer = subject.collection.owner {
            start(.dav("principal"))
            element(.dav("href"), text: subject.href(of: sharer))
            end()
        }
        empty(.dav(line.status.rawValue))
        start(.dav("share-access"))
        line.grant.write(to: &self, as: XMLName.dav)
        end()
        if let name = line.displayName {
            start(.dav("prop"))
            element(.dav("displayname"), text: name)
            end()
        }
        end()
    }

    /// `CS:user`. One without a level makes macOS drop the whole account (NSCocoaError 1570).
    fileprivate mutating func calendarServerUser(_ line: ShareView.Line, _ subject: PropertySubject) {
        start(.calendarServer("user"))
        element(.dav("href"), text: subject.href(of: line.sharee))
        if let name = line.displayName { element(.calendarServer("common-name"), text: name) }
        empty(.calendarServer(line.status.rawValue))
        start(.calendarServer("access"))
        line.grant.write(to: &self, as: XMLName.calendarServer)
        end()
        end()
    }
}

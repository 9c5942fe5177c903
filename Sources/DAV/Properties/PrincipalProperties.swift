extension XMLName {
    static let groupMemberSet = XMLName.dav("group-member-set")

    static func calendarServer(_ local: String) -> XMLName { XMLName(calendarServerNamespace, local) }
}

extension LiveProperty {
    /// What only principals have (RFC 3744 §4, calendar-proxy §5.3, and what calendar clients ask of them).
    static let principal: [LiveProperty] = [
        LiveProperty(.dav("principal-URL")) { .hrefs([$0.href]) },
        LiveProperty(.dav("alternate-URI-set")) { subject in
            guard let uuid = subject.entry.principal?.uuid else { return .empty }
            return .hrefs(["urn:uuid:" + uuid.uuidString])
        },
        LiveProperty(.groupMemberSet, fields: .memberships) { .principals($0, \.members) },
        LiveProperty(.dav("group-membership"), fields: .memberships) { .principals($0, \.groups) },
        LiveProperty(.calendarServer("calendar-proxy-read-for"), fields: .memberships) { subject in
            subject.entry.principal?.kind == .individual ? .principals(subject, \.readsFor) : nil
        },
        LiveProperty(.calendarServer("calendar-proxy-write-for"), fields: .memberships) { subject in
            subject.entry.principal?.kind == .individual ? .principals(subject, \.writesFor) : nil
        },
        LiveProperty(.calDAV("calendar-user-type")) { subject in
            subject.entry.principal.map { .text($0.kind.rawValue.uppercased()) }
        },
        LiveProperty(.calendarServer("record-type")) { subject in
            subject.entry.principal.map { .text($0.kind.recordType) }
        },
        LiveProperty(.calendarServer("first-name")) { subject in
            subject.entry.principal?.personName.map { .text($0.first) }
        },
        LiveProperty(.calendarServer("last-name")) { subject in
            subject.entry.principal?.personName.map { .text($0.last) }
        },
    ]

    /// The same, but the person they act for says who is in the group (calendar-proxy §5.2).
    static let proxies: [LiveProperty] = principal.map { row in
        guard row.name == .groupMemberSet else { return row }
        var row = row
        row.setting = .always { element throws(DAVError) in
            guard let element else { return [.remove(.groupMemberSet)] }
            return [.set(DeadProperty(name: element.name, xml: element.serialized()))]
        }
        return row
    }
}

extension PropertyValue {
    fileprivate static func principals(
        _ subject: PropertySubject, _ who: KeyPath<Principal.Relations, [PrincipalID]>
    ) -> PropertyValue {
        let found = subject.entry.principal?.relations?[keyPath: who] ?? []
        return found.isEmpty ? .empty : .hrefs(found.map(subject.href(of:)))
    }
}

extension PrincipalKind {
    /// What a directory calls a record of that kind.
    fileprivate var recordType: String {
        switch self {
        case .individual: "users"
        case .group: "groups"
        case .resource: "resources"
        case .room: "locations"
        }
    }
}

extension Principal {
    /// The display name in two parts, if it has two and is a person's.
    var personName: (first: String, last: String)? {
        guard kind == .individual, let space = displayName.lastIndex(of: " "), space != displayName.startIndex else {
            return nil
        }
        return (String(displayName[..<space]), String(displayName[displayName.index(after: space)...]))
    }
}

extension CollectionKind {
    /// The group of those who act for somebody (calendar-proxy §5.2).
    static func proxies(_ group: ProxyGroup) -> CollectionKind { group == .read ? readProxies : writeProxies }

    private static let readProxies = proxyKind(.read)
    private static let writeProxies = proxyKind(.write)

    private static func proxyKind(_ group: ProxyGroup) -> CollectionKind {
        CollectionKind(
            id: group.rawValue,
            resourceTypes: [.dav("collection"), .dav("principal"), .calendarServer(group.rawValue)],
            properties: LiveProperty.proxies, isSyncable: false)
    }

    /// RFC 3744 §2, whoever it stands for.
    var isPrincipal: Bool { resourceTypes.contains(.dav("principal")) }
}

extension Exchange {
    /// The instructions of an update in which references to this server are paths, however the client spelled them: what a
    /// back-end can read without knowing the request.
    func spelledLocally(_ update: PropertyUpdate) -> PropertyUpdate {
        var update = update
        update.instructions = update.instructions.map { instruction in
            guard case .set(var element) = instruction, element.name == .groupMemberSet else { return instruction }
            element.children = element.children.map { node in
                guard case .element(var reference) = node, reference.name == .dav("href"),
                    let path = path(named: reference.text.trimmingXMLSpace)
                else { return node }
                reference.children = [.text(href(path, isCollection: true))]
                return .element(reference)
            }
            return .set(element)
        }
        return update
    }
}

extension LiveProperty {
    /// The read side of RFC 3744 §5, and RFC 5397. None is in `allprop`.
    static let accessControl: [LiveProperty] = [
        LiveProperty(.dav("owner")) { subject in
            guard let owner = subject.collection.owner else { return .empty }
            return .hrefs([subject.href(of: owner)])
        },
        LiveProperty(.dav("group")) { _ in .empty },
        LiveProperty(.dav("current-user-principal")) { subject in
            guard let principal = subject.caller.principal else { return .xml { $0.empty(.dav("unauthenticated")) } }
            return .hrefs([subject.href(of: principal)])
        },
        LiveProperty(.dav("principal-collection-set")) { subject in
            .hrefs([subject.exchange.href(subject.server.principals.path, isCollection: true)])
        },
        LiveProperty(.dav("supported-privilege-set")) { _ in .xml { $0.supportedPrivilege(.all) } },
        LiveProperty(.dav("current-user-privilege-set"), privilege: .readCurrentUserPrivilegeSet) { subject in
            let held = Privilege.allCases.filter(subject.privileges.contains)
            return .xml { xml in
                for privilege in held { xml.privilege(privilege) }
            }
        },
        LiveProperty(.dav("acl"), privilege: .readACL) { subject in
            let entries = subject.exchange.handler.authorizer.accessControl(of: subject.collection)
            let href: @Sendable (PrincipalID) -> String = { subject.href(of: $0) }
            return .xml { xml in
                for entry in entries { xml.accessControlEntry(entry, href: href) }
            }
        },
        // RFC 3744 §5.6: rights are only ever granted, and the owner is always among those who have them.
        LiveProperty(.dav("acl-restrictions")) { _ in .xml { $0.empty(.dav("grant-only")) } },
        LiveProperty(.dav("inherited-acl-set")) { _ in .empty },
    ]

    /// What only principals have (RFC 3744 §4). There are no groups yet, so no principal has members.
    static let principal: [LiveProperty] = [
        LiveProperty(.dav("principal-URL")) { .hrefs([$0.href]) },
        LiveProperty(.dav("alternate-URI-set")) { _ in .empty },
        LiveProperty(.dav("group-member-set")) { _ in .empty },
        LiveProperty(.dav("group-membership")) { _ in .empty },
    ]
}

extension XMLWriter {
    /// `DAV:supported-privilege` with all it contains (RFC 3744 §5.3).
    fileprivate mutating func supportedPrivilege(_ privilege: Privilege) {
        start(.dav("supported-privilege"))
        self.privilege(privilege)
        start(.dav("description"), attributes: ["xml:lang": "en"])
        text(privilege.summary)
        end()
        for part in privilege.contained { supportedPrivilege(part) }
        end()
    }

    fileprivate mutating func accessControlEntry(_ entry: AccessControlEntry, href: (PrincipalID) -> String) {
        start(.dav("ace"))
        start(.dav("principal"))
        switch entry.subject {
        case .owner:
            start(.dav("property"))
            empty(.dav("owner"))
            end()
        case .authenticated: empty(.dav("authenticated"))
        case .everyone: empty(.dav("all"))
        case .principal(let id): element(.dav("href"), text: href(id))
        }
        end()
        start(.dav("grant"))
        for privilege in entry.granted { self.privilege(privilege) }
        end()
        empty(.dav("protected"))
        end()
    }
}

extension Privilege {
    /// For people, in `DAV:supported-privilege-set`.
    fileprivate var summary: String {
        switch self {
        case .all: "Any operation"
        case .read: "Read contents and properties"
        case .write: "Change anything but access"
        case .writeProperties: "Change properties"
        case .writeContent: "Change contents"
        case .bind: "Add members to a collection"
        case .unbind: "Remove members from a collection"
        case .unlock: "Remove other people's locks"
        case .readACL: "See who has access"
        case .readCurrentUserPrivilegeSet: "See one's own privileges"
        case .writeACL: "Change who has access"
        }
    }
}

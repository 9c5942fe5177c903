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
        LiveProperty(.dav("supported-privilege-set")) { subject in
            let added = subject.collection.addedPrivileges(subject.server)
            return .xml { $0.supportedPrivilege(.all, added: added) }
        },
        LiveProperty(.dav("current-user-privilege-set"), privilege: .readCurrentUserPrivilegeSet) { subject in
            let held = subject.collection.supportedPrivileges(subject.server).filter(subject.privileges.contains)
            return .xml { xml in
                for privilege in held { xml.privilege(privilege) }
            }
        },
        LiveProperty(.dav("acl"), privilege: .readACL) { subject in
            let entries = subject.exchange.handler.authorizer.accessControl(of: subject.collection)
            return .xml { xml in
                for entry in entries { xml.accessControlEntry(entry, of: subject) }
            }
        },
        // RFC 3744 §5.6: rights are only ever granted, and to whom they are granted, not to all others.
        LiveProperty(.dav("acl-restrictions")) { _ in
            .xml { xml in
                xml.empty(.dav("grant-only"))
                xml.empty(.dav("no-invert"))
            }
        },
        // RFC 3744 §5.7: resources whose rights are needed *besides*. There are none: what is inherited stands in DAV:acl.
        LiveProperty(.dav("inherited-acl-set")) { _ in .empty },
    ]
}

extension Privilege {
    fileprivate func isDirectly(in other: Privilege) -> Bool {
        aggregate.map { $0 == other.xmlName } ?? (container == other)
    }
}

extension XMLWriter {
    /// `DAV:supported-privilege` with all it contains (RFC 3744 §5.3).
    fileprivate mutating func supportedPrivilege(_ privilege: Privilege, added: [Privilege]) {
        start(.dav("supported-privilege"))
        self.privilege(privilege)
        if privilege.isAbstract { empty(.dav("abstract")) }
        start(.dav("description"), attributes: ["xml:lang": "en"])
        text(privilege.summary)
        end()
        for part in privilege.contained { supportedPrivilege(part, added: added) }
        for part in added where part.isDirectly(in: privilege) { supportedPrivilege(part, added: added) }
        end()
    }

    /// `DAV:ace` (RFC 3744 §5.5). A member has the rights of its collection, so it inherits them all.
    fileprivate mutating func accessControlEntry(_ entry: AccessControlEntry, of subject: PropertySubject) {
        start(.dav("ace"))
        start(.dav("principal"))
        switch entry.subject {
        case .owner:
            start(.dav("property"))
            empty(.dav("owner"))
            end()
        case .authenticated: empty(.dav("authenticated"))
        case .everyone: empty(.dav("all"))
        case .principal(let id): element(.dav("href"), text: subject.href(of: id))
        }
        end()
        start(.dav("grant"))
        for privilege in entry.granted { self.privilege(privilege) }
        end()
        let collection = subject.collection.path
        switch entry.source {
        case .server: empty(.dav("protected"))
        case .itself: if !subject.isCollection { inherited(subject.exchange.href(collection, isCollection: true)) }
        case .ancestor(let levels):
            inherited(subject.exchange.href(collection.prefix(collection.names.count - levels), isCollection: true))
        }
        end()
    }

    private mutating func inherited(_ href: String) {
        start(.dav("inherited"))
        element(.dav("href"), text: href)
        end()
    }
}

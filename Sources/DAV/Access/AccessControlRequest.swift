import HTTPTypes

/// The body of the ACL method (RFC 3744 §8.1): read, then judged against what stands.
struct AccessControlRequest: Sendable {
    var entries: [Line]

    /// One `DAV:ace`, as it came.
    struct Line: Sendable {
        var principal: Subject
        var isInverted: Bool
        var isDenied: Bool
        var privileges: [XMLName]
        var isProtected: Bool
        /// The URL in `DAV:inherited`.
        var inherited: String?
    }

    enum Subject: Sendable, Hashable {
        case href(String)
        case property(XMLName)
        case authenticated
        /// `all`, `unauthenticated`, `self`
        case other(String)
    }

    /// - Throws: 400 for what is not as §5.5 says: an entry with two principals or none, both granted and denied or neither, a
    ///   principal or a privilege that says nothing.
    init(_ body: XMLElement) throws(DAVError) {
        guard body.name == .dav("acl") else { throw .badRequest("The body of ACL is not DAV:acl.") }
        entries = []
        for element in body.elements where element.name == .dav("ace") {
            entries.append(try AccessControlRequest.line(element))
        }
    }

    private static func line(_ element: XMLElement) throws(DAVError) -> Line {
        let invert = try only("invert", in: element)
        let principal = try only("principal", in: element)
        let inverted = try invert.map { invert throws(DAVError) in try only("principal", in: invert) } ?? nil
        guard let subject = principal ?? inverted, principal == nil || invert == nil else {
            throw .badRequest("A DAV:ace needs one DAV:principal, which may stand in DAV:invert.")
        }
        let grant = try only("grant", in: element)
        let deny = try only("deny", in: element)
        guard let rights = grant ?? deny, grant == nil || deny == nil else {
            throw .badRequest("A DAV:ace needs either DAV:grant or DAV:deny.")
        }
        let privileges = rights.elements.filter { $0.name == .dav("privilege") }
        guard !privileges.isEmpty, privileges.allSatisfy({ !$0.elements.isEmpty }) else {
            throw .badRequest("A DAV:ace grants at least one privilege.")
        }
        let source = try only("inherited", in: element)
        return Line(
            principal: try self.subject(subject), isInverted: invert != nil, isDenied: deny != nil,
            privileges: privileges.flatMap { $0.elements.map(\.name) },
            isProtected: element.first(.dav("protected")) != nil,
            inherited: source.map { $0.first(.dav("href"))?.text.trimmingXMLSpace ?? "" })
    }

    private static func subject(_ element: XMLElement) throws(DAVError) -> Subject {
        let known: Set = ["href", "all", "authenticated", "unauthenticated", "property", "self"]
        let found = element.elements.filter {
            $0.name.namespace == XMLName.davNamespace && known.contains($0.name.local)
        }
        guard let principal = found.first, found.count == 1 else {
            throw .badRequest("A DAV:principal names one principal.")
        }
        switch principal.name.local {
        case "href": return .href(principal.text.trimmingXMLSpace)
        case "authenticated": return .authenticated
        case "property":
            guard let name = principal.elements.first?.name else { throw .badRequest("DAV:property names a property.") }
            return .property(name)
        default: return .other(principal.name.local)
        }
    }

    private static func only(_ name: String, in parent: XMLElement) throws(DAVError) -> XMLElement? {
        let found = parent.elements.filter { $0.name == .dav(name) }
        guard found.count <= 1 else { throw .badRequest("There is more than one DAV:\(name).") }
        return found.first
    }
}

/// What an ACL request is judged by: the rules that `DAV:acl-restrictions` publishes, and what stands.
struct AccessControlRules: Sendable {
    /// Most entries one collection takes.
    static let mostEntries = 200

    /// `DAV:acl` as it is: the server's lines, the inherited and the collection's own.
    var present: [AccessControlEntry]
    var supported: [Privilege]
    /// Who an href names; `nil` inside: nobody the caller may know of.
    var principals: [String: PrincipalID]
    /// How many levels above the collection an href of `DAV:inherited` stands; 0 if it is no collection above.
    var levels: [String: Int]

    /// What the collection's own grants are to be, each subject once.
    ///
    /// - Throws: 403 with the precondition of RFC 3744 §8.1.1 that does not hold.
    func judge(_ request: AccessControlRequest) throws(DAVError) -> [AccessControlEntry] {
        guard request.entries.count <= AccessControlRules.mostEntries else {
            throw .accessControl("limited-number-of-aces", "More than \(AccessControlRules.mostEntries) entries.")
        }
        var granted: [(subject: AccessControlEntry.Subject, privileges: [Privilege])] = []
        var denied: [(subject: AccessControlEntry.Subject, privileges: [Privilege])] = []
        for line in request.entries {
            guard !line.isInverted else { throw .accessControl("no-invert", "Principals cannot be inverted.") }
            let subject = try subject(line.principal)
            let privileges = try privileges(line.privileges)
            if line.isDenied {
                denied.append((subject, privileges))
            } else if line.isProtected {
                try demandPresent(subject, privileges, "no-protected-ace-conflict") { $0 == .server }
            } else if let href = line.inherited {
                let source = AccessControlEntry.Source.ancestor(levels[href] ?? 0)
                try demandPresent(subject, privileges, "no-inherited-ace-conflict") { $0 == source }
            } else if let index = granted.firstIndex(where: { $0.subject == subject }) {
                granted[index].privileges += privileges.filter { !granted[index].privileges.contains($0) }
            } else if subject != .owner {
                // The owner has every privilege already.
                granted.append((subject, privileges))
            }
        }
        try refuse(denied, beside: granted)
        return granted.map { AccessControlEntry($0.subject, granted: $0.privileges) }
    }

    /// A client that sends back what it read may send the lines it cannot change, too; but not other ones in their stead.
    private func demandPresent(
        _ subject: AccessControlEntry.Subject, _ privileges: [Privilege], _ condition: String,
        _ isMeant: (AccessControlEntry.Source) -> Bool
    ) throws(DAVError) {
        let line = present.first { isMeant($0.source) && $0.subject == subject && Set($0.granted) == Set(privileges) }
        guard line != nil else { throw .accessControl(condition, "There is no such entry, and it cannot be made.") }
    }

    /// Nothing is ever denied. What is said about it depends on what the denial would contradict.
    private func refuse(
        _ denied: [(subject: AccessControlEntry.Subject, privileges: [Privilege])],
        beside granted: [(subject: AccessControlEntry.Subject, privileges: [Privilege])]
    ) throws(DAVError) {
        for denial in denied {
            func contradicts(_ subject: AccessControlEntry.Subject, _ privileges: [Privilege]) -> Bool {
                subject == denial.subject && denial.privileges.contains(where: Privileges(privileges).contains)
            }
            let rivals = present.filter { contradicts($0.subject, $0.granted) }
            if rivals.contains(where: { $0.source == .server }) {
                throw .accessControl("no-protected-ace-conflict", "This right cannot be taken away.")
            }
            if rivals.contains(where: { $0.source != .itself }) {
                throw .accessControl("no-inherited-ace-conflict", "This right is inherited from a collection above.")
            }
            if granted.contains(where: { contradicts($0.subject, $0.privileges) }) {
                throw .accessControl("no-ace-conflict", "The same right is granted and denied.")
            }
            throw .accessControl("grant-only", "Rights are granted only; leave out who is to have none.")
        }
    }

    private func subject(_ principal: AccessControlRequest.Subject) throws(DAVError) -> AccessControlEntry.Subject {
        switch principal {
        case .authenticated: return .authenticated
        case .property(.dav("owner")): return .owner
        case .href(let href):
            guard let id = principals[href] else {
                throw .accessControl("recognized-principal", "No principal has the URL \(href).")
            }
            return .principal(id)
        case .property, .other:
            throw .accessControl("allowed-principal", "Grants name a principal's URL, or everybody who signed in.")
        }
    }

    private func privileges(_ names: [XMLName]) throws(DAVError) -> [Privilege] {
        var found: [Privilege] = []
        for name in names {
            guard let privilege = supported.first(where: { $0.xmlName == name }) else {
                throw .accessControl("not-supported-privilege", "\(name) is no privilege here.")
            }
            guard !privilege.isAbstract else {
                throw .accessControl("no-abstract", "\(name) cannot be granted by itself.")
            }
            if !found.contains(privilege) { found.append(privilege) }
        }
        return found
    }
}

extension DAVError {
    /// 403 with a precondition of the ACL method (RFC 3744 §8.1.1).
    static func accessControl(_ element: String, _ message: String) -> DAVError {
        DAVError(.forbidden, Condition(.dav(element)), message)
    }
}

package import DAV

/// Finds the people of this server by the addresses in calendar objects: all that `calendar-user-address-set` tells of them
/// (RFC 6638 §2.4.1).
package struct CalendarUsers: Sendable {
    private let directory: any PrincipalDirectory
    private let prefix: String

    /// - Parameter prefix: ``ServerFacts/prefix``, which the URLs of principals have.
    package init(_ directory: any PrincipalDirectory, prefix: String) {
        self.directory = directory
        self.prefix = prefix
    }

    /// Somebody under all of their addresses; `nil` for groups, which nobody writes a calendar for.
    package func user(_ principal: Principal) -> CalendarUser? {
        guard principal.kind != .group, principal.id.proxies == nil else { return nil }
        let href = Href.encode(path: directory.path(of: principal.id), isCollection: true, prefix: prefix)
        return CalendarUser(
            principal.id, addresses: Set(principal.calendarAddresses(at: href).map { CalendarUserAddress($0) }))
    }

    package func user(_ id: PrincipalID) async throws -> CalendarUser? {
        try await directory.principal(id).flatMap(user)
    }

    /// The person whom an address names, if `caller` may find them; whom they may not find is nobody, as the address of
    /// somebody elsewhere.
    ///
    /// - Parameters:
    ///   - address: as it stands in ORGANIZER or ATTENDEE.
    ///   - origin: the server as clients know it, for absolute URLs; `nil`: those name nobody.
    package func user(at address: String, visibleTo caller: Caller, origin: Origin? = nil) async throws
        -> CalendarUser?
    {
        switch ShareeAddress(address) {
        case .name(let uri): try await named(uri, visibleTo: caller).flatMap(user)
        case .reference(let reference): try await principal(at: reference, visibleTo: caller, origin).flatMap(user)
        case nil: nil
        }
    }

    private func named(_ uri: String, visibleTo caller: Caller) async throws -> Principal? {
        if let found = try await directory.principal(addressed: uri, visibleTo: caller) { return found }
        // Whose name is an address is known by it (`PrincipalServices`).
        guard uri.hasPrefix("mailto:"), let name = Name(String(uri.dropFirst(7))),
            let found = try await directory.principal(PrincipalID(name), visibleTo: caller)
        else { return nil }
        return found.mailAddresses.contains(name.string) ? found : nil
    }

    private func principal(at reference: String, visibleTo caller: Caller, _ origin: Origin?) async throws
        -> Principal?
    {
        // Without one, no origin is like it: a name no server can have.
        guard let origin = origin ?? Origin(scheme: "", authority: "-"),
            case .path(let path, _) = ResourceReference(parsing: reference, relativeTo: origin, prefix: prefix),
            let id = directory.identity(at: path), id.proxies == nil
        else { return nil }
        return try await directory.principal(id, visibleTo: caller)
    }
}

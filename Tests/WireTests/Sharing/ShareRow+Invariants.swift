import DAV
import DAVStorage
import Synchronization
import Testing

extension ShareRow {
    /// One URL of what is shared.
    private struct View {
        var client: Client
        var href: String
        var uri: String
        var access: String
    }

    func checkInvariants() async throws {
        for var watch in watches.all.withLock({ $0 }) { try await watch.check() }
        try await compare(try await views())
        try await lookForWhatIsLeftOver()
    }

    /// Whoever still has an account.
    private func people() throws -> [Client] {
        try server.clients.filter { client in
            try server.accounts.account(PrincipalID(Name(client.user ?? "")!)) != nil
        }
    }

    /// All that is in homes, each checked to say the same of itself in every property.
    private func views() async throws -> [View] {
        var views: [View] = []
        for client in try people() {
            for home in ["/calendars/", "/contacts/", "/files/"] {
                for found in try await client.list(
                    "\(home)\(client.user ?? "")/", "D:share-access", "D:share-resource-uri", "D:resourcetype",
                    "D:current-user-privilege-set", "D:invite", "D:owner", "CS:invite", "CS:shared-url",
                    "CS:allowed-sharing-modes")
                where found.href.hasSuffix("/") {
                    guard let access = found.property("share-access")?.elements.first?.name.local else { continue }
                    agree(found, access, of: client)
                    if access == "not-shared" { continue }
                    let uri = try #require(found.property("share-resource-uri")?.elements.first?.text, "\(found.href)")
                    views.append(View(client: client, href: found.href, uri: uri, access: access))
                }
            }
        }
        return views
    }

    /// `share-access`, resource types and privileges are of one mind.
    private func agree(_ found: Multistatus.Response, _ access: String, of client: Client) {
        let href = found.href
        let types = Set(found.property("resourcetype")?.elements.map(\.name.local) ?? [])
        let privileges = Set(
            found.property("current-user-privilege-set")?.elements.compactMap { $0.elements.first?.name.local } ?? [])
        let speaksApple = !types.isDisjoint(with: ["calendar", "addressbook"])
        let invite = found.property("invite")?.elements ?? []
        let isInstance = ["read", "read-write"].contains(access)
        #expect(types.contains("shared-owner") == (access == "shared-owner" && speaksApple), "\(href) \(types)")
        #expect(types.contains("shared") == (isInstance && speaksApple), "\(href) \(types)")
        #expect(invite.isEmpty == (access == "not-shared"), "\(href) \(access) \(invite.count)")
        #expect(privileges.contains("share") == !isInstance, "\(href) \(privileges)")
        #expect(privileges.contains("write-acl") == !isInstance, "\(href) \(privileges)")
        #expect(privileges.isSuperset(of: ["read", "write-properties"]), "\(href) \(privileges)")
        let writes = access != "read"
        for privilege in ["write-content", "bind", "unbind"] {
            #expect(privileges.contains(privilege) == writes, "\(href) \(access) \(privileges)")
        }
        let sharer = found.property("owner")?.elements.first?.text
        #expect((sharer == client.principal) != isInstance, "\(href) \(sharer ?? "")")
        #expect((found.property(.cs("shared-url")) != nil) == (isInstance && speaksApple), "\(href)")
        #expect(
            (found.property(.cs("allowed-sharing-modes")) != nil) == (!isInstance && speaksApple), "\(href)"
        )
        for user in found.property(.cs("invite"))?.elements ?? [] where user.name.local == "user" {
            let level = user.elements.first { $0.name == .cs("access") }
            #expect(level?.elements.count == 1, "macOS drops the account: \(href)")
        }
        if isInstance {
            #expect(invite.count == 1, "an instance tells of its sharee: \(href)")
            let told = invite.first?.elements.first { $0.name == .dav("share-access") }
            #expect(told?.elements.first?.name.local == access, "\(href)")
        }
    }

    /// The same members with the same bodies, but for what is each person's own.
    private func compare(_ views: [View]) async throws {
        for (uri, views) in Dictionary(grouping: views, by: \.uri) {
            var contents: [String: [String: String]] = [:]
            for view in views {
                var bodies: [String: String] = [:]
                for href in try await view.client.list(view.href, "D:getetag").map(\.href) where !href.hasSuffix("/") {
                    let reply = try await view.client.get(href)
                    #expect(reply.status == 200, "\(href) is listed, and is not there")
                    bodies[String(href.dropFirst(view.href.count))] = Self.common(reply.text)
                }
                contents[view.href] = bodies
            }
            #expect(Set(contents.values).count == 1, "\(uri): \(contents)")
            #expect(views.filter { $0.access == "shared-owner" }.count == 1, "\(uri): \(views.map(\.href))")
        }
    }

    /// An object without alarms and transparency, which each person has of their own.
    private static func common(_ text: String) -> String {
        var isAlarm = false
        var lines: [Substring] = []
        for line in text.split(separator: "\r\n") {
            if line == "BEGIN:VALARM" { isAlarm = true }
            if !isAlarm && !line.hasPrefix("TRANSP:") { lines.append(line) }
            if line == "END:VALARM" { isAlarm = false }
        }
        return lines.joined(separator: "\n")
    }

    private func lookForWhatIsLeftOver() async throws {
        #expect(try await server.accounts.check() == [])
        let backend: any Backend = server.memory ?? server.accounts.backend
        if let registry = backend.pushRegistry {
            for left in try await registry.registrations(of: nil, after: nil, limit: 100, now: server.clock.now) {
                let resource = try await backend.resolve(left.path, for: .principal(left.principal), fields: [])
                #expect(resource?.entry != nil, "a registration of \(left.path), which is gone")
            }
        }
        if let memory = server.memory { #expect(memory.leftovers == []) }
    }
}

import DAV
import DAVStorage
import Synchronization
import Testing

/// One row of the table of sharing: a server with a calendar of Olga's, what the row does, and then what holds after every row:
///
/// - all URLs of what is shared have the same members with the same bodies;
/// - who synchronised from the beginning of the row on knows what is there at its end, in homes, instances and notifications;
/// - nothing refers to an instance that is gone;
/// - `DAV:share-access`, resource types, and `DAV:current-user-privilege-set` agree.
struct ShareRow: Sendable {
    /// Olga's, and what is shared.
    static let calendar = "/calendars/olga/c/"

    let server: ShareServer
    let watches = Watches()

    /// Replicas that began some time during the row.
    final class Watches: Sendable {
        let all = Mutex<[ShareWatch]>([])
    }

    var olga: Client { server.olga }
    var sam: Client { server.sam }
    var sue: Client { server.sue }
    var xena: Client { server.xena }
    var adam: Client { server.adam }

    static func run(
        _ backing: ShareBacking, _ mode: ShareRules.Mode = .instant,
        _ change: (inout ShareServer.Setup) -> Void = { _ in },
        _ body: @Sendable @escaping (ShareRow) async throws -> Void
    ) async throws {
        var setup = ShareServer.Setup(rules: ShareRules(mode: mode))
        change(&setup)
        try await ShareServer.run(backing, setup) { server in
            let row = ShareRow(server: server)
            try await row.makeCalendar()
            for client in [server.olga, server.sam, server.sue] {
                try await row.watch(client, client.home)
                try await row.watch(client, client.notices)
            }
            try await row.watch(server.olga, calendar)
            try await body(row)
            try await row.checkInvariants()
        }
    }

    private func makeCalendar() async throws {
        let made = try await olga.send(
            "MKCALENDAR", Self.calendar, [],
            "<C:mkcalendar \(ShareBody.namespaces)><D:set><D:prop><D:displayname>Team</D:displayname></D:prop></D:set></C:mkcalendar>"
        )
        try #require(made.status == 201, "\(made.text)")
    }

    /// Follows a collection from now on; at the end of the row what was followed must be what is there.
    ///
    /// - Parameter isRefused: whether the token is to be refused at the end, and everything listed anew.
    func watch(_ client: Client, _ target: String, isRefused: Bool = false) async throws {
        var watch = try await ShareWatch(client, target)
        watch.isRefused = isRefused
        watches.all.withLock { $0.append(watch) }
    }

    /// The tokens given out for the URL so far are to be refused at the end of the row.
    func expectRefusal(of target: String) {
        watches.all.withLock { all in
            for index in all.indices where all[index].target == target { all[index].isRefused = true }
        }
    }

    /// Somebody is gone from the server: nothing of what they followed is there.
    func forget(_ client: Client) {
        watches.all.withLock { all in all.removeAll { $0.client === client } }
    }

    // MARK: What nearly every row does

    /// Olga shares her calendar.
    func share(with href: String, _ level: String = "read-write") async throws {
        let reply = try await olga.share(ShareBody.sharee(href, level))
        try #require(reply.status == 204, "\(reply.status) \(reply.text)")
    }

    /// Olga shares her calendar with somebody, who has it at once.
    ///
    /// - Returns: their instance.
    func shared(_ level: String = "read-write", with client: Client? = nil) async throws -> String {
        let client = client ?? sam
        let before = Set(try await client.instances())
        try await share(with: client.mail, level)
        let instance = try #require(try await client.instances().first { !before.contains($0) })
        try await watch(client, instance)
        return instance
    }

    func revoke(_ client: Client) async throws { try await share(with: client.principal, "no-access") }

    /// The one notification somebody has.
    func notice(of client: Client) async throws -> String {
        let all = try await client.notifications()
        try #require(all.count == 1, "\(all)")
        return all[0].href
    }

    /// The invitation mode: Olga shares, and somebody is asked.
    func invited(_ level: String = "read-write", _ client: Client? = nil) async throws -> String {
        try await share(with: (client ?? sam).mail, level)
        return try await notice(of: client ?? sam)
    }

    /// Olga shares, Sam accepts.
    ///
    /// - Returns: their instance.
    func accepted(_ level: String = "read-write", _ client: Client? = nil) async throws -> String {
        let client = client ?? sam
        let notice = try await invited(level, client)
        let reply = try await client.answer("<D:invite-accepted/>", at: notice + "?invite-reply")
        try #require(reply.status == 201, "\(reply.status) \(reply.text)")
        let location = try #require(reply["Location"])
        let instance = String(location.trimmingPrefix("http://127.0.0.1:\(server.port)"))
        try await watch(client, instance)
        return instance
    }
}

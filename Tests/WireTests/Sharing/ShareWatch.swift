import DAV
import Testing

/// Somebody who knows a collection only by what they synchronised, and asks at the end for what changed.
struct ShareWatch: Sendable {
    let client: Client
    let target: String
    var isRefused = false
    private var token = ""
    /// What is known of each member: its properties as they were told.
    private var known: [String: [XMLElement]] = [:]

    /// What a change of which is a change of the member.
    private static let properties = [
        "D:getetag", "D:sync-token", "D:displayname", "D:share-access", "D:current-user-privilege-set",
        "D:resourcetype", "I:calendar-color",
    ]

    init(_ client: Client, _ target: String) async throws {
        self.client = client
        self.target = target
        try await follow(try await report())
    }

    private func report() async throws -> Reply {
        let names = Self.properties.map { "<\($0)/>" }.joined()
        let body = """
            <D:sync-collection \(ShareBody.namespaces)><D:sync-token>\(token)</D:sync-token><D:sync-level>1</D:sync-level>\
            <D:prop>\(names)</D:prop></D:sync-collection>
            """
        return try await client.send("REPORT", target, [("Depth", "0")], body)
    }

    /// Takes over what a report says; and what it said of which members.
    @discardableResult
    private mutating func follow(_ reply: Reply) async throws -> Set<String> {
        let answer = try Multistatus(reply)
        token = try #require(answer.syncToken)
        var told: Set<String> = []
        for response in answer.responses {
            #expect(response.href.hasPrefix(target) && response.href != target, "\(response.href) in \(target)")
            told.insert(response.href)
            if response.status == 404 {
                known[response.href] = nil
                #expect(response.propstats.isEmpty)
            } else {
                known[response.href] = Self.properties(of: response)
            }
        }
        return told
    }

    private static func properties(of response: Multistatus.Response) -> [XMLElement] {
        response.propstats.filter { $0.status == 200 }.flatMap(\.properties).sorted { $0.name.local < $1.name.local }
    }

    /// Asks for what changed since the beginning, and compares with what there is.
    mutating func check() async throws {
        let there = try await client.send("PROPFIND", target, [("Depth", "0")])
        let reply = try await report()
        guard there.status == 207 else {
            #expect(there.status == 404 && reply.status == 404, "\(target) \(there.status) \(reply.status)")
            return
        }
        let names = Self.properties.map { "<\($0)/>" }.joined()
        let listing = try Multistatus(
            await client.send(
                "PROPFIND", target, [("Depth", "1")],
                "<D:propfind \(ShareBody.namespaces)><D:prop>\(names)</D:prop></D:propfind>"))
        let now = Dictionary(
            uniqueKeysWithValues: listing.responses.filter { $0.href != target }.map {
                ($0.href, Self.properties(of: $0))
            })
        if isRefused {
            #expect(reply.status == 403 && reply.error == .dav("valid-sync-token"), "\(target) \(reply.text)")
            (token, known) = ("", [:])
            try await follow(try await report())
        } else {
            try await follow(reply)
        }
        #expect(Set(known.keys) == Set(now.keys), "what was synchronised of \(target) is not what is there")
        for (href, properties) in now {
            #expect(known[href] == properties, "a change of \(href) was not told in \(target)")
        }
    }
}

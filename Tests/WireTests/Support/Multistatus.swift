import DAV
import Testing

/// A multistatus, read; and checked for what must be true of every one (X-07, X-09, RFC 4918 §14.24).
struct Multistatus {
    struct Response {
        var href: String
        /// The status of the whole response, if it has one instead of properties.
        var status: Int?
        var error: XMLName?
        var propstats: [(status: Int, properties: [XMLElement])] = []

        /// The property's element, if the server gave it.
        func property(_ name: XMLName) -> XMLElement? {
            propstats.first { $0.status == 200 }?.properties.first { $0.name == name }
        }
        func property(_ local: String) -> XMLElement? { property(.dav(local)) }
        func status(of name: XMLName) -> Int? {
            propstats.first { $0.properties.contains { $0.name == name } }?.status
        }
    }

    var responses: [Response]
    var syncToken: String?

    init(_ reply: Reply) throws {
        try #require(reply.status == 207, "\(reply.status) \(reply.text.prefix(500))")
        let root = try reply.xml()
        try #require(root.name == .dav("multistatus"))
        responses = try root.elements.filter { $0.name == .dav("response") }.map(Multistatus.response)
        let tokens = root.elements.filter { $0.name == .dav("sync-token") }
        #expect(tokens.count <= 1)
        syncToken = tokens.first?.text
        let members = responses.map { $0.href.hasSuffix("/") ? String($0.href.dropLast()) : $0.href }
        #expect(Set(members).count == members.count, "an href stands twice: \(members)")
    }

    private static func response(_ element: XMLElement) throws -> Response {
        var response = Response(href: try #require(element.first(.dav("href"))).text)
        response.status = try element.first(.dav("status")).map { try code($0.text) }
        response.error = element.first(.dav("error"))?.elements.first?.name
        response.propstats = try element.elements.filter { $0.name == .dav("propstat") }.map {
            (try code(try #require($0.first(.dav("status"))).text), try #require($0.first(.dav("prop"))).elements)
        }
        #expect(
            (response.status == nil) != response.propstats.isEmpty, "either a status or propstats: \(response.href)")
        let ok = response.propstats.firstIndex { $0.status == 200 }
        #expect(ok == nil || ok == 0, "the 200 propstat comes first")
        return response
    }

    /// `HTTP/1.1 404 Not Found`: version, code and phrase are all there.
    private static func code(_ text: String) throws -> Int {
        let words = text.split(separator: " ")
        try #require(words.count >= 3 && words[0] == "HTTP/1.1", "\(text)")
        return try #require(Int(words[1]))
    }

    subscript(href: String) -> Response? { responses.first { $0.href == href } }
    var hrefs: [String] { responses.map(\.href) }
}

package import DAV

/// A multistatus, read; and checked for what must be true of every one.
package struct Multistatus {
    package struct Response {
        package var href: String
        /// The status of the whole response, if it has one.
        package var status: String?
        package var error: XMLName?
        /// In document order.
        package var propstats: [(status: String, properties: [XMLElement], error: XMLName?)] = []

        package func property(_ local: String) -> XMLElement? {
            propstats.first { $0.status == "HTTP/1.1 200 OK" }?.properties.first { $0.name.local == local }
        }
        package func value(_ local: String) -> String? { property(local)?.text }
        package func status(of local: String) -> String? { propstat(of: local)?.status }
        package func error(of local: String) -> XMLName? { propstat(of: local)?.error }

        private func propstat(of local: String) -> (status: String, properties: [XMLElement], error: XMLName?)? {
            propstats.first { $0.properties.contains { $0.name.local == local } }
        }
    }

    package var answer: CollectedAnswer
    package var responses: [Response]
    package var syncTokens: [String]
    package var rootChildren: [String]

    package var syncToken: String? { syncTokens.first }
    package var hrefs: [String] { responses.map(\.href) }
    package subscript(href: String) -> Response? { responses.first { $0.href == href } }

    package init(_ answer: CollectedAnswer) throws {
        self.answer = answer
        try demand(answer.status == 207, "\(answer.status) \(answer.text)")
        let root = try answer.xml()
        try demand(root.name == .dav("multistatus"), "the root is \(root.name)")
        rootChildren = root.elements.map(\.name.local)
        syncTokens = root.elements.filter { $0.name == .dav("sync-token") }.map(\.text)
        responses = try root.elements.filter { $0.name == .dav("response") }.map(Multistatus.response)
        //
        try demand(Set(hrefs).count == hrefs.count, "an href stands twice: \(hrefs)")
    }

    private static func response(_ element: XMLElement) throws -> Response {
        guard let href = element.first(.dav("href"))?.text else { throw Mismatch("a response has no href") }
        var response = Response(href: href)
        response.status = element.first(.dav("status"))?.text
        response.error = condition(element)
        response.propstats = element.elements.filter { $0.name == .dav("propstat") }.map {
            ($0.first(.dav("status"))?.text ?? "", $0.first(.dav("prop"))?.elements ?? [], condition($0))
        }
        // RFC 4918 §14.24
        try demand((response.status == nil) != response.propstats.isEmpty, "\(href): either a status or propstats")
        //
        let ok = response.propstats.firstIndex { $0.status == "HTTP/1.1 200 OK" }
        try demand(ok == nil || ok == 0, "\(href): the 200 propstat comes first")
        return response
    }

    private static func condition(_ element: XMLElement) -> XMLName? {
        element.first(.dav("error"))?.elements.first?.name
    }
}

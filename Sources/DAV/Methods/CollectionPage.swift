import HTTPTypes

/// What a browser gets of a collection: its members as links, in pages as the client takes them.
struct CollectionPage: Sendable {
    private static let pageSize = 500
    private let exchange: Exchange
    private let collection: any DAVCollection
    private let href: String

    private init(_ exchange: Exchange, _ located: Located) {
        self.exchange = exchange
        collection = located.collection
        href = exchange.href(located.path, isCollection: true)
    }

    private static let headers: HTTPFields = [
        .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'",
    ]

    static func response(_ exchange: Exchange, _ located: Located) async throws -> DAVResponse {
        try await exchange.checkForBrowsing()
        let page = CollectionPage(exchange, located)
        // The first page is read before the answer begins, so that what fails fails with a status.
        let first = try await page.collection.entries(.all(after: nil, limit: pageSize), fields: [])
        return DAVResponse(.ok, headers: headers, body: .stream(length: nil) { try await page.write(first, to: $0) })
    }

    static func head(_ exchange: Exchange, _ located: Located) async throws -> DAVResponse {
        try await exchange.checkForBrowsing()
        return DAVResponse(.ok, headers: headers, body: .head(length: nil))
    }

    private func write(_ first: [Entry], to writer: BodyWriter) async throws {
        var html: [UInt8] = []
        open(&html)
        var entries = first
        while let last = entries.last {
            for entry in entries where isVisible(entry) { append(entry, to: &html) }
            try await writer.write(html)
            html = []
            if entries.count < CollectionPage.pageSize { break }
            entries = try await collection.entries(.all(after: last.name, limit: CollectionPage.pageSize), fields: [])
        }
        html += "</ul>\n</html>\n".utf8
        try await writer.write(html)
    }

    private func isVisible(_ entry: Entry) -> Bool {
        entry.collection.map { exchange.privileges(on: $0).contains(.read) } ?? true
    }

    private func open(_ html: inout [UInt8]) {
        let title = collection.info.path.last?.string ?? exchange.facts.rootTitle ?? "/"
        html += "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>".utf8
        XMLEscaping.append(title, as: .text, to: &html)
        html += "</title>\n<style>body { font-family: sans-serif; line-height: 1.6; margin: 2em }</style>\n<h1>".utf8
        XMLEscaping.append(title, as: .text, to: &html)
        html += "</h1>\n<ul>\n".utf8
        if !collection.info.path.isRoot { html += "<li><a href=\"../\">../</a>\n".utf8 }
    }

    private func append(_ entry: Entry, to html: inout [UInt8]) {
        var link = Array(href.utf8)
        Href.append(entry.name, to: &link)
        var label = entry.name.string
        if entry.isCollection {
            link.append(UInt8(ascii: "/"))
            label += "/"
        }
        html += "<li><a href=\"".utf8
        XMLEscaping.append(String(decoding: link, as: UTF8.self), as: .attribute, to: &html)
        html += "\">".utf8
        XMLEscaping.append(label, as: .text, to: &html)
        html += "</a>\n".utf8
    }
}

@testable import DAV

extension ParserProperty {
    func checkHref(_ input: String) throws {
        if let parsed = try? ParsedPath(parsing: input) {
            let href = Href.encode(path: parsed.path, isCollection: parsed.hasTrailingSlash)
            let again = try? ParsedPath(parsing: href)
            try demand(again?.path == parsed.path, "a path written and read again is the same")
            try demand(parsed.path.names.allSatisfy { Name($0.string) != nil }, "every name is legal")
            try demand(href.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "an href is plain ASCII")
        }
        for prefix in ["", "/dav", "/d%20v"] {
            guard let origin = Origin(scheme: "https", authority: "h:443") else { return }
            guard case .path(let path, _) = ResourceReference(parsing: input, relativeTo: origin, prefix: prefix) else {
                continue
            }
            let href = "https://H\(prefix)\(Href.encode(path: path, isCollection: false))"
            guard case .path(path, _) = ResourceReference(parsing: href, relativeTo: origin, prefix: prefix) else {
                throw Violation(description: "href: a reference written absolute is another")
            }
        }
    }
}

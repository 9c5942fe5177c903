@testable import DAV

extension ParserProperty {
    func checkIf(_ input: String) throws {
        guard let origin = Origin(scheme: "http", authority: "h"),
            let header = try? IfHeader.parse(input, relativeTo: origin, prefix: "")
        else { return }
        try demand(!header.lists.isEmpty && header.lists.allSatisfy { !$0.conditions.isEmpty }, "no list is empty")
        _ = header.holds(at: .root) { _ in ResourceState(isMapped: true, etag: ETag(opaque: "e")) }
        let text = written(header)
        // Escapes and tags that are repeated may make it longer than a header may be.
        if text.utf8.count > IfHeader.maxBytes { return }
        let again = try? IfHeader.parse(text, relativeTo: origin, prefix: "")
        try demand(again == header, "what was read, written and read again is the same")
    }

    private func written(_ header: IfHeader) -> String {
        header.lists.map { list in
            let tag =
                switch list.resource {
                case .requestURI: ""
                case .path(let path): "<\(Href.encode(path: path, isCollection: false))> "
                case .elsewhere: "<elsewhere:> "
                }
            let terms = list.conditions.map { term in
                let state =
                    switch term.state {
                    case .token(let token): "<\(token)>"
                    case .etag(let tag): "[\(tag)]"
                    case .weakETag(let tag): "[W/\(tag)]"
                    }
                return (term.negated ? "Not " : "") + state
            }
            return tag + "(" + terms.joined(separator: " ") + ")"
        }.joined(separator: " ")
    }
}

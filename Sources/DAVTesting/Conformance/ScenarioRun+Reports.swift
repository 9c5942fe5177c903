import DAV

extension ScenarioRun {
    /// `S1 C/ T0 [2] => +a`, or a walk.
    func report(_ words: [String]) async throws {
        guard let arrow = words.firstIndex(of: "=>"), arrow >= 3 else {
            throw Mismatch("a report says what it expects")
        }
        let collection = words[1]
        let level: SyncLevel = words[0].hasSuffix("1") ? .one : .infinite
        let token = words[2] == "∅" ? nil : try token(words[2], of: collection)
        let limit = arrow > 3 ? Int(words[3].dropFirst().dropLast()) ?? 1 : 1000
        let expected = Expectation(Array(words[(arrow + 1)...]))
        let syncing = try await world.syncing(world.collection(collection))
        do {
            if words[0].hasPrefix("walk") {
                let walked = try await walk(syncing, collection, token, level, limit)
                try expected.compare(walked.rendered, isComplete: true, pages: walked.pages)
            } else {
                let page = try await syncing.changes(since: token, level: level, limit: limit, fields: [])
                try await PageCheck(page, limit: limit, token).run(collection, level, in: world)
                try expected.compare(page.changes.map(\.rendered), isComplete: page.isComplete, pages: 1)
                try expected.compare(page.token, with: token)
                if let label = expected.label { tokens[label, default: [:]][collection] = page.token }
            }
        } catch let error as DAVError where error == .validSyncToken {
            guard expected.isRefusal else { throw error }
            return
        }
        if expected.isRefusal { throw Mismatch("the token was not refused") }
    }

    private func walk(
        _ syncing: any Syncing, _ collection: String, _ token: SyncToken?, _ level: SyncLevel, _ limit: Int
    ) async throws -> (rendered: [String], pages: Int) {
        var latest: [[Name]: String] = [:]
        var token = token
        var pages = 0
        while pages < 1000 {
            let page = try await syncing.changes(since: token, level: level, limit: limit, fields: [])
            try await PageCheck(page, limit: limit, token).run(collection, level, in: world)
            for change in page.changes { latest[change.path] = change.rendered }
            pages += 1
            token = page.token
            if page.isComplete {
                // INV-7: the walk ends in the collection's own token.
                guard try await world.token(collection) == page.token else {
                    throw Mismatch("INV-7: the last token is not the property's")
                }
                return (Array(latest.values), pages)
            }
        }
        throw Mismatch("the walk does not end")
    }
}

/// What must hold of any page.
struct PageCheck {
    var page: ChangePage
    var limit: Int
    var sent: SyncToken?

    init(_ page: ChangePage, limit: Int, _ sent: SyncToken?) {
        self.page = page
        self.limit = limit
        self.sent = sent
    }

    func run(_ collection: String, _ level: SyncLevel, in world: World) async throws {
        let paths = page.changes.map(\.path)
        guard Set(paths).count == paths.count else {
            throw Mismatch("INV-2: a path twice in \(page.changes.map(\.rendered))")
        }
        guard !paths.contains([]) else { throw Mismatch("Y-12: the collection itself is listed") }
        guard page.changes.count <= limit else {
            throw Mismatch("INV-13: \(page.changes.count) changes, limit \(limit)")
        }
        guard page.isComplete || !page.changes.isEmpty && page.token != sent else {
            throw Mismatch("INV-12: no progress")
        }
        let uri = page.token.uri
        guard uri.utf8.count <= 255, uri.contains(":"), !uri.utf8.contains(where: { " <>&\"".utf8.contains($0) }) else {
            throw Mismatch("Y-20: \(uri)")
        }
        let truth = try await world.listing(collection, level)
        for change in page.changes {
            switch change {
            case .removed(let path, _):
                if truth.members[path] != nil { throw Mismatch("INV-3: \(change.rendered), but it is mapped") }
                if sent == nil { throw Mismatch("INV-6: \(change.rendered) in an initial report") }
            case .changed(let path, let entry), .barred(let path, let entry):
                guard truth.members[path] == Listing.Member(entry, level) else {
                    throw Mismatch("INV-3: \(change.rendered) is not what is listed")
                }
            }
        }
        try collapse(paths)
    }

    private func collapse(_ paths: [[Name]]) throws {
        for case .removed(let gone, _) in page.changes {
            if paths.contains(where: { $0 != gone && $0.starts(with: gone) }) {
                throw Mismatch("INV-16: below a removed path")
            }
        }
    }
}

/// What stands right of the arrow.
struct Expectation {
    var changes: [String] = []
    /// Changes whichever: `2+`.
    var count: Int?
    var isTruncated = false
    var isRefusal = false
    var sameToken: Bool?
    var label: String?
    var pages: Int?

    init(_ words: [String]) {
        for word in words {
            switch word {
            case "{}": break
            case "403": isRefusal = true
            case "…": isTruncated = true
            case "tok=": sameToken = true
            case "tok≠": sameToken = false
            default:
                if word.hasPrefix("as:") {
                    label = String(word.dropFirst(3))
                } else if word.hasPrefix("pages:") {
                    pages = Int(word.dropFirst(6))
                } else if let number = Int(word.dropLast()), word.hasSuffix("+") {
                    count = number
                } else {
                    changes.append(word)
                }
            }
        }
    }

    func compare(_ rendered: [String], isComplete: Bool, pages: Int) throws {
        if let count {
            guard rendered.count == count else { throw Mismatch("\(rendered.count) changes: \(rendered.sorted())") }
        } else {
            let optional = Set(changes.filter { $0.hasSuffix("?") }.map { String($0.dropLast()) })
            let expected = changes.filter { !$0.hasSuffix("?") }.sorted()
            let got = rendered.filter { !optional.contains($0) }.sorted()
            guard got == expected else { throw Mismatch("got \(got), expected \(expected)") }
        }
        guard isComplete != isTruncated else { throw Mismatch(isComplete ? "nothing more is known" : "more is known") }
        if let expected = self.pages, expected != pages { throw Mismatch("\(pages) pages") }
    }

    func compare(_ token: SyncToken, with sent: SyncToken?) throws {
        guard let sameToken else { return }
        guard (token == sent) == sameToken else {
            throw Mismatch(sameToken ? "the token moved" : "the token did not move")
        }
    }
}

extension Change {
    /// `+a`, `-D/`, `!N/`.
    var rendered: String {
        let text = path.map(\.string).joined(separator: "/")
        return switch self {
        case .changed(_, let entry): "+" + text + (entry.isCollection ? "/" : "")
        case .removed(_, let wasCollection): "-" + text + (wasCollection ? "/" : "")
        case .barred: "!" + text + "/"
        }
    }
}

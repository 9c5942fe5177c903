import DAV

/// A member that is written, found by synchronising, changed and removed.
struct ProbeCycle: Sendable {
    var name: String
    var contentType: String
    var body: String
}

/// RFC 6578 as clients use it, and what proxies do to refusals.
extension Examination {
    var fileCycle: ProbeCycle { ProbeCycle(name: "sync.txt", contentType: "text/plain", body: "one") }

    static func syncBody(_ token: String) -> String {
        """
        <?xml version="1.0" encoding="utf-8"?><D:sync-collection xmlns:D="DAV:"><D:sync-token>\(token)</D:sync-token>\
        <D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>
        """
    }

    func syncs(_ collection: ProbeURL?, _ what: String, _ cycle: ProbeCycle) async throws {
        guard let collection else { return }
        let file = collection.at(collection.path + cycle.name)
        let meaning = "Clients do not see each other's changes."
        guard var token = try await sync(collection, from: "")?.token else {
            failed("Synchronising \(what): no token", meaning, .method("REPORT"))
            return
        }
        let put = try await send(
            "PUT", file, [("Content-Type", cycle.contentType), ("If-None-Match", "*")], .bytes(Array(cycle.body.utf8)))
        guard
            expect(put.isSuccess, "Writing to \(what) works", or: tell(put), "Nothing can be stored.", .method("PUT"))
        else { return }
        for (step, isRemoved) in [("A change", false), ("A removal", true)] {
            if isRemoved { _ = try await send("DELETE", file) }
            let page = try await sync(collection, from: token)
            expect(
                page?.changes.contains { $0.href.hasSuffix(cycle.name) && $0.isRemoved == isRemoved } == true,
                "\(step) in \(what) is reported", or: "it is not", meaning, .method("REPORT"))
            token = page?.token ?? token
        }
        try await staleToken(collection)
    }

    private struct SyncPage {
        var token: String
        var changes: [(href: String, isRemoved: Bool)]
    }

    private func sync(_ collection: ProbeURL, from token: String) async throws -> SyncPage? {
        let answer = try await xml("REPORT", collection, Self.syncBody(token))
        guard let responses = answer.responses, let next = answer.document()?.first(.dav("sync-token"))?.text else {
            return nil
        }
        let changes = responses.map { response in
            (
                href: response.first(.dav("href"))?.text ?? "",
                isRemoved: response.first(.dav("status"))?.text.contains(" 404 ") == true
            )
        }
        return SyncPage(token: next, changes: changes)
    }

    /// A client learns from the body of a refusal that it must start over.
    private func staleToken(_ collection: ProbeURL) async throws {
        let answer = try await xml("REPORT", collection, Self.syncBody("http://martlet.invalid/ns/doctor"))
        expect(
            answer.status == 403 && answer.condition == .dav("valid-sync-token"), "Refusals say why",
            or: "\(answer.status), and the body was replaced or lost",
            "A client whose token is too old never recovers.", .errorPages)
    }
}

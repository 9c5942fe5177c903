import DAV
import HTTPTypes
import DAVTesting
import Testing

/// COPY only reads its source: what cannot be written can be copied from, if the back-end says so.
@Suite struct ReadOnlyCopyTests {
    /// A back-end of which one home is shown without its capability to be written.
    struct Museum: Backend {
        let memory: MemoryBackend
        let copies: Bool

        func collection(at path: DAVPath, for caller: Caller) async throws -> (any DAVCollection)? {
            guard let inner = try await memory.collection(at: path, for: caller) else { return nil }
            return path.names.contains(Name("c")!) ? Exhibit(inner: inner, copies: copies) : inner
        }
    }

    struct Exhibit: DAVCollection {
        let inner: any DAVCollection
        let copies: Bool

        var copying: (any Copying)? { copies ? inner.copying : nil }
        var info: CollectionInfo {
            var info = inner.info
            info.capabilities = capabilities
            return info
        }
        func entries(_ members: Members, fields: Fields) async throws -> [Entry] {
            try await inner.entries(members, fields: fields).map { entry in
                var entry = entry
                entry.collection?.capabilities = capabilities
                return entry
            }
        }
        func open(_ name: Name, fields: Fields) async throws -> OpenedMember? {
            try await inner.open(name, fields: fields)
        }
    }

    @Test(arguments: [(true, 201), (false, 405)])
    func whatCannotBeWrittenCanBeCopiedFrom(copies: Bool, status: Int) async throws {
        let wire = Wire()
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/c/f", "old")
        let routes = Routes([(Name("files")!, Museum(memory: wire.memory, copies: copies))])
        let handler = DAVHandler(
            backend: routes, authorizer: OwnerAuthorizer(), facts: ServerFacts(principals: Wire.People())
        ) { Timestamp(seconds: 0) }
        for (method, target, expected) in [
            ("COPY", "/files/alice/c/f", status), ("COPY", "/files/alice/c/", status), ("PUT", "/files/alice/c/f", 403),
        ] {
            var headers = HTTPFields()
            headers[HTTPField.Name("Destination")!] = "/files/alice/d"
            let request = DAVRequest(
                method: HTTPRequest.Method(method)!, target: target, headers: headers, body: BodyStream { nil },
                caller: .principal(Wire.alice))
            #expect(await handler.handle(request).status.code == expected, "\(method) \(target)")
            if expected == 201 { try await wire.delete("/files/alice/d") }
        }
    }
}

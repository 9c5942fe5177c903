package import DAV
package import HTTPTypes

/// Speaks to a handler as a client would: method, target, headers, body.
package protocol HandlerClient {
    var handler: DAVHandler { get }
}

extension HandlerClient {
    package typealias Answer = CollectedAnswer

    package static var alice: PrincipalID { PrincipalID(Name(literal: "alice")) }
    package static var bob: PrincipalID { PrincipalID(Name(literal: "bob")) }

    @discardableResult
    package func send(
        _ method: String, _ target: String, _ headers: [String: String] = [:],
        as caller: Caller = .principal(Self.alice), _ body: String = ""
    ) async throws -> Answer {
        try await send(method, target, headers, as: caller, bytes: Array(body.utf8))
    }

    @discardableResult
    package func send(
        _ method: String, _ target: String, _ headers: [String: String] = [:],
        as caller: Caller = .principal(Self.alice), bytes: [UInt8]
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { throw Mismatch("“\(name)” names no field") }
            fields[name] = value
        }
        guard let method = HTTPRequest.Method(method) else { throw Mismatch("“\(method)” is no method") }
        let request = DAVRequest(
            method: method, target: target, headers: fields, body: BodyStream(of: bytes), caller: caller)
        return try await CollectedAnswer(handler.handle(request))
    }
}

/// What came back, its body collected.
package struct CollectedAnswer: Sendable {
    package var status: Int
    package var headers: HTTPFields
    package var bytes: [UInt8] = []
    /// In how many pieces a streamed body came.
    package var chunks = 0

    init(_ response: DAVResponse) async throws {
        status = response.status.code
        headers = response.headers
        switch response.body {
        case .none, .head: break
        case .bytes(let bytes): self.bytes = bytes
        case .stream(_, let produce):
            let sink = Sink()
            try await produce(BodyWriter { await sink.add($0) })
            (bytes, chunks) = await (sink.bytes, sink.chunks)
        }
    }

    private actor Sink {
        var bytes: [UInt8] = []
        var chunks = 0
        func add(_ more: [UInt8]) {
            bytes += more
            chunks += 1
        }
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
    /// The document in the body.
    package func xml() throws -> XMLElement { try XMLElement.parse(bytes) }
    /// The precondition element of an error.
    package var condition: XMLName? {
        guard let root = try? xml(), root.name == .dav("error") else { return nil }
        return root.elements.first?.name
    }
}

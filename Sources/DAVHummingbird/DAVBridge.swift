public import DAV
import HTTPTypes
public import Hummingbird
public import NIOCore

/// Turns a Hummingbird request into a ``DAVRequest`` and the answer back, streaming both ways.
///
/// This is the one place where HTTP as the library delivers it meets HTTP as WebDAV needs it:
/// - `100 Continue` is sent when the handler first pulls the body, so a request refused by its headers alone never has to
///   send it (RFC 9110 §10.1.1).
/// - A body that ends before its announced length makes the stream throw, so that nothing of it is stored.
/// - A response stream that fails closes the connection: a truncated answer must not look complete.
public struct DAVBridge: Sendable {
    /// What answers; ``DAVHandler`` in a server, anything in a test.
    public typealias Handle = @Sendable (DAVRequest) async -> DAVResponse

    private let handle: Handle

    public init(_ handle: @escaping Handle) { self.handle = handle }

    /// Answers one request.
    ///
    /// - Parameters:
    ///   - origin: scheme and authority as the client sees them; see ``RequestOrigin``.
    ///   - channel: where `100 Continue` is written; without one it is not sent, and clients go on after their own wait.
    public func respond(
        to request: Request, from caller: Caller, at origin: RequestOrigin, channel: (any Channel)?
    ) async -> Response {
        let expectation = request.headers.value(of: .expect).map { $0.lowercased() }
        if let expectation, expectation != "100-continue" {
            return .plain(.expectationFailed, "The only expectation this server knows is 100-continue.", closing: true)
        }
        let body = RequestBodyReader(
            request.body, declaredLength: request.headers.value(of: .contentLength).flatMap(Int64.init),
            waitingForContinue: expectation == nil ? nil : channel)
        let answer = await handle(
            DAVRequest(
                method: request.method, target: origin.target, headers: request.headers,
                body: BodyStream { try await body.next() },
                caller: caller, scheme: origin.scheme, authority: origin.authority))
        if body.hasFailed, answer.status.kind != .clientError {
            return .plain(.badRequest, "The request body ended early or is not framed correctly.", closing: true)
        }
        var response = Response(answer)
        if body.hasFailed { response.headers[.connection] = "close" }
        return response
    }
}

extension Response {
    /// A short answer in words, as the edge gives it before a handler is asked.
    public static func plain(_ status: HTTPResponse.Status, _ text: String, closing: Bool = false) -> Response {
        var response = Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n")))
        if closing { response.headers[.connection] = "close" }
        return response
    }

    init(_ answer: DAVResponse) {
        switch answer.body {
        case .none:
            self.init(status: answer.status, headers: answer.headers)
            // RFC 9110 §8.6: no Content-Length with these, and 0 would be a lie about the representation.
            if answer.status == .noContent || answer.status == .notModified {
                headers[.contentLength] = answer.headers[.contentLength]
            }
        case .bytes(let bytes):
            self.init(
                status: answer.status, headers: answer.headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            )
        case .stream(let length, let produce):
            self.init(
                status: answer.status, headers: answer.headers, body: ResponseBody(streaming: produce, length: length))
        case .head(let length):
            self.init(status: answer.status, headers: answer.headers)
            headers[.contentLength] = length.map(String.init)
        }
    }
}

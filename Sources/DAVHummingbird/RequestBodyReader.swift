import DAV
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Pulls a request body in chunks of about 256 KB, as fast as its consumer takes them and no faster.
///
/// Unchecked: ``next()`` is called by one task at a time, which is what ``DAV/BodyStream`` promises; ``hasFailed`` is read when the
/// handler, and with it the consumer, has returned.
final class RequestBodyReader: @unchecked Sendable {
    /// Small enough to keep many uploads in memory, large enough that a hop between threads costs nothing beside it.
    static let chunkBytes = 256 << 10

    private let body: RequestBody
    private var iterator: RequestBody.AsyncIterator?
    private let declaredLength: Int64?
    private var received: Int64 = 0
    private var waitingForContinue: (any Channel)?
    private var isFinished = false
    /// The client went away, or sent something else than it announced.
    private(set) var hasFailed = false

    init(_ body: RequestBody, declaredLength: Int64?, waitingForContinue: (any Channel)?) {
        self.body = body
        self.declaredLength = declaredLength
        self.waitingForContinue = waitingForContinue
    }

    /// The next chunk, `nil` at the end.
    ///
    /// - Throws: 400 if the body ends early; the same again on every later call.
    func next() async throws -> [UInt8]? {
        if hasFailed { throw Self.endedEarly }
        if isFinished { return nil }
        do {
            try await sendContinue()
            return try await gather()
        } catch {
            hasFailed = true
            throw Self.endedEarly
        }
    }

    private static let endedEarly = DAVError.badRequest("The request body ended early.")

    private func sendContinue() async throws {
        guard let channel = waitingForContinue else { return }
        waitingForContinue = nil
        try await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
    }

    private func gather() async throws -> [UInt8]? {
        var chunk: [UInt8] = []
        var iterator = self.iterator ?? body.makeAsyncIterator()
        defer { self.iterator = iterator }
        while chunk.count < Self.chunkBytes {
            guard let buffer = try await iterator.next() else {
                isFinished = true
                if let declaredLength, received != declaredLength { throw Self.endedEarly }
                break
            }
            received += Int64(buffer.readableBytes)
            chunk.append(contentsOf: buffer.readableBytesView)
        }
        return chunk.isEmpty ? nil : chunk
    }
}

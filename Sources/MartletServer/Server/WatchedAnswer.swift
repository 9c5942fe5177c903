import DAV
import DAVHummingbird
import Synchronization

/// Counts what goes through the handler, and ends the record when a streamed answer ends.
final class WatchedAnswer: Sendable {
    private let record: RequestRecord
    private let streams = Mutex(false)

    init(_ record: RequestRecord) { self.record = record }

    var isStreaming: Bool { streams.withLock { $0 } }

    func watch(_ handle: DAVBridge.Handle, _ received: DAVRequest) async -> DAVResponse {
        var request = received
        request.body = BodyStream { [record] in
            let chunk = try await received.body.makeAsyncIterator().next()
            if let chunk { record.received(chunk.count) }
            return chunk
        }
        var answer = await handle(request)
        if case .stream(let length, let produce) = answer.body {
            streams.withLock { $0 = true }
            answer.body = .stream(length: length) { [record] writer in
                do {
                    try await produce(
                        BodyWriter { bytes in
                            try await writer.write(bytes)
                            record.sent(bytes.count)
                        })
                    record.finish()
                } catch {
                    record.finish(isWhole: false)
                    throw error
                }
            }
        }
        return answer
    }
}

import DAV
import Hummingbird
import NIOCore

extension ResponseBody {
    /// A body its producer writes as the client takes it. `write` returns when the connection has room again.
    ///
    /// If the producer fails, or writes another length than it announced, the connection is closed without the end of the
    /// message: the client sees that the answer is not whole.
    init(streaming produce: @escaping @Sendable (BodyWriter) async throws -> Void, length: Int64?) {
        self.init(contentLength: length.flatMap { Int(exactly: $0) }) { writer in
            let sink = ResponseSink(writer)
            let run: @Sendable () async throws -> Void = {
                try await produce(BodyWriter { try await sink.write($0) })
                try await sink.finish(length: length)
            }
            // A stored body is only passed on, and whoever does that on the connection's event loop learns at once that the
            // connection is full. From another thread one is ahead of that news, by hundreds of megabytes of a large file.
            if length != nil { return try await run() }
            // What is still to be made takes time, in which the event loop has others to serve.
            try await withTaskExecutorPreference(globalConcurrentExecutor, operation: run)
        }
    }
}

struct ResponseLengthMismatch: Error {}

/// Unchecked: the producer writes from one task at a time, which ``DAV/BodyWriter`` demands, and has returned before the end is
/// written.
private final class ResponseSink: @unchecked Sendable {
    private var writer: any ResponseBodyWriter
    private var written: Int64 = 0

    init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        written += Int64(bytes.count)
        try await writer.write(ByteBuffer(bytes: bytes))
    }

    func finish(length: Int64?) async throws {
        if let length, length != written { throw ResponseLengthMismatch() }
        try await writer.finish(nil)
    }
}

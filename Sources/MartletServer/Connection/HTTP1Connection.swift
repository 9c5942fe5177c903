import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// The last handler of an HTTP/1 connection, and what the task that serves the connection reads from and writes to.
///
/// The HTTP library's own way from the channel to the task is a stream of parts: a head, a body and its end are three turns
/// of it, the answer three more. Here a request that came whole is handed over whole, and an answer that is whole goes out with
/// one flush. The rules of the protocol are those of the handlers in front of this one.
///
/// Unchecked: everything here belongs to the channel's event loop. The task asks from there nearly always (``LoopExecutor``) and
/// gets its answer at once; from another thread, where long bodies are read and made, it goes over.
final class HTTP1Connection: ChannelDuplexHandler, RemovableChannelHandler, @unchecked Sendable {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What the task waits for. It is one task, so it is one thing.
    private enum Waiting {
        case request(CheckedContinuation<Request?, Never>)
        case piece(CheckedContinuation<ByteBuffer?, any Error>)
        case room(ByteBuffer, CheckedContinuation<Void, any Error>)
    }

    let channel: any Channel
    private let eventLoop: any EventLoop
    private var context: ChannelHandlerContext?
    private var intake = RequestIntake()
    private var waiting: Waiting?
    /// Somebody asked for more while there was enough.
    private var owesRead = false
    /// Requests that came and whose answers are not complete.
    private var unanswered = 0
    /// Why nothing can be written any more.
    private var writeFailure: (any Error)?
    /// Of the answer that is being written: how much of its body is to come; `nil`: nobody knows.
    private var bodyToCome: Int?

    init(channel: any Channel) {
        self.channel = channel
        eventLoop = channel.eventLoop
    }

    // MARK: What the channel brings

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.success(()))
        fail(ChannelError.ioOnClosedChannel)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .head = part { unanswered += 1 }
        intake.append(part)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        deliver()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.success(()))
        fail(ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.failure(error)) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: end(.success(()))
        case ChannelEvent.outputClosed: fail(ChannelError.outputClosed)
        // The answers that are owed still go out; the last one ends the connection (``HTTP1Rules``).
        case is ChannelShouldQuiesceEvent: if unanswered == 0 { context.close(promise: nil) }
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, case .room(let bytes, let task) = waiting {
            waiting = nil
            put(bytes, context)
            task.resume()
        }
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        if intake.isFull { owesRead = true } else { context.read() }
    }

    private func end(_ reason: Result<Void, any Error>) {
        intake.end(reason)
        deliver()
    }

    private func fail(_ error: any Error) {
        writeFailure = writeFailure ?? error
        guard case .room(_, let task) = waiting else { return }
        waiting = nil
        task.resume(throwing: error)
    }

    /// Hands over what the task waits for, if it is there.
    private func deliver() {
        switch waiting {
        case .request(let task):
            guard let request = takeRequest() else { return }
            waiting = nil
            task.resume(returning: request)
        case .piece(let task):
            guard let piece = takePiece() else { return }
            waiting = nil
            task.resume(with: piece)
        case .room, nil: break
        }
    }

    /// - Returns: `nil` if there is nothing yet, `.some(nil)` if there will be none.
    private func takeRequest() -> Request?? {
        defer { readIfOwed() }
        switch intake.nextRequest() {
        case .ready(let head, let body?): return Request(head: head, body: RequestBody(buffer: body))
        case .ready(let head, nil):
            return Request(head: head, body: RequestBody(asyncSequence: RequestPieces(connection: self)))
        case .pending: return nil
        case .over: return .some(nil)
        }
    }

    /// - Returns: `nil` if there is nothing yet.
    private func takePiece() -> Result<ByteBuffer?, any Error>? {
        defer { readIfOwed() }
        switch intake.nextPiece() {
        case .bytes(let bytes): return .success(bytes)
        case .end: return .success(nil)
        case .pending: return nil
        case .failed(let error): return .failure(error)
        }
    }

    private func readIfOwed() {
        guard owesRead, intake.isLow else { return }
        owesRead = false
        context?.read()
    }

    // MARK: What the task asks for

    /// The next request; what was not read of the one before is dropped. `nil`: there will be none.
    func nextRequest() async -> Request? {
        if eventLoop.inEventLoop, let request = takeRequest() { return request }
        return await withCheckedContinuation { task in
            onLoop {
                self.waiting = .request(task)
                self.deliver()
            }
        }
    }

    /// The next piece of the request's body, `nil` at its end.
    func nextPiece() async throws -> ByteBuffer? {
        if eventLoop.inEventLoop, let piece = takePiece() { return try piece.get() }
        return try await withCheckedThrowingContinuation { task in
            onLoop {
                self.waiting = .piece(task)
                self.deliver()
            }
        }
    }

    /// Writes an answer to its end.
    ///
    /// - Parameter isStreaming: the body is made while it is written; the head does not wait for it.
    /// - Throws: what its body throws, and what went wrong with the connection. The answer is not whole then.
    func send(_ response: Response, isStreaming: Bool) async throws {
        try await onLoop {
            try self.checkWritable()
            self.bodyToCome = response.body.contentLength
            self.context?.write(Self.wrapOutboundOut(.head(response.head)), promise: nil)
            if isStreaming { self.context?.flush() }
        }
        try await response.body.write(AnswerWriter(connection: self))
    }

    /// Writes a piece of an answer's body as soon as the client has taken enough of those before.
    fileprivate func write(_ bytes: ByteBuffer) async throws {
        if eventLoop.inEventLoop, let context, context.channel.isWritable {
            try checkWritable()
            return put(bytes, context)
        }
        try await withCheckedThrowingContinuation { (task: CheckedContinuation<Void, any Error>) in
            onLoop {
                guard self.writeFailure == nil, let context = self.context else {
                    return task.resume(throwing: self.writeFailure ?? ChannelError.ioOnClosedChannel)
                }
                guard context.channel.isWritable else { return self.waiting = .room(bytes, task) }
                self.put(bytes, context)
                task.resume()
            }
        }
    }

    fileprivate func finish(_ trailers: HTTPFields?) async throws {
        try await onLoop {
            try self.checkWritable()
            self.unanswered -= 1
            self.context?.writeAndFlush(Self.wrapOutboundOut(.end(trailers)), promise: nil)
        }
    }

    /// Ends the connection from this side; it is closed when the client has ended it from the other.
    func endOutput() async throws {
        try await onLoop {
            // Whatever failed below, nobody waits there for the end of an answer; a client that broke the rules may.
            if let failure = self.intake.failure, !(failure is HTTPParserError) { throw failure }
        }
        channel.close(mode: .output, promise: nil)
        try await channel.closeFuture.get()
    }

    /// The server does not wait any longer: no more requests, and no more waiting for a client to read.
    func cancel() {
        channel.close(mode: .input, promise: nil)
        onLoop { self.fail(CancellationError()) }
    }

    private func put(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        bodyToCome = bodyToCome.map { $0 - bytes.readableBytes }
        context.write(Self.wrapOutboundOut(.body(bytes)), promise: nil)
        // The last piece goes out with the end.
        if bodyToCome != 0 { context.flush() }
    }

    private func checkWritable() throws {
        if let writeFailure { throw writeFailure }
    }

    private func onLoop(_ work: @escaping @Sendable () -> Void) {
        if eventLoop.inEventLoop { work() } else { eventLoop.execute(work) }
    }

    private func onLoop(_ work: @escaping @Sendable () throws -> Void) async throws {
        if eventLoop.inEventLoop { try work() } else { try await eventLoop.submit(work).get() }
    }
}

/// The body of a request that was not whole when its head was handed over.
private struct RequestPieces: AsyncSequence, Sendable {
    let connection: HTTP1Connection

    struct AsyncIterator: AsyncIteratorProtocol {
        let connection: HTTP1Connection
        func next() async throws -> ByteBuffer? { try await connection.nextPiece() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(connection: connection) }
}

/// Where the body of an answer goes.
private struct AnswerWriter: ResponseBodyWriter {
    let connection: HTTP1Connection

    func write(_ buffer: ByteBuffer) async throws { try await connection.write(buffer) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws { try await connection.finish(trailingHeaders) }
}

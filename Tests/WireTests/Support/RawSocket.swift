import NIOCore
import NIOPosix
import Synchronization

/// A connection that sends exactly the bytes it is given, and keeps what comes back until the server closes.
final class RawSocket: Sendable {
    private let channel: any Channel
    private let inbox: Inbox

    init(port: Int) async throws {
        let inbox = Inbox()
        self.inbox = inbox
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in channel.pipeline.addHandler(inbox) }
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// Returns when the bytes are on their way; throws once the server has closed.
    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Everything the server sent up to the end of the connection.
    func receivedToTheEnd() async -> String {
        try? await channel.closeFuture.get()
        return String(decoding: inbox.bytes.withLock { $0 }, as: UTF8.self)
    }

    /// Goes away without a word.
    func close() async { try? await channel.close() }

    /// The status of the first answer; 0 if there was none.
    func status() async -> Int {
        let words = await receivedToTheEnd().split(separator: " ", maxSplits: 2)
        return words.count > 1 ? Int(words[1]) ?? 0 : 0
    }

    private final class Inbox: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let bytes = Mutex<[UInt8]>([])

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let part = unwrapInboundIn(data)
            bytes.withLock { $0 += part.readableBytesView }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

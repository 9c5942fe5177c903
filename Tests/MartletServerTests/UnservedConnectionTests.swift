import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import MartletServer

/// A connection that was accepted, and that nobody serves any more because the server stops.
@Suite(.timeLimit(.minutes(5))) struct UnservedConnections {
    @Test func aConnectionThatIsLetGoOfIsClosed() async throws {
        let edge = EdgeChannel(
            limits: ConnectionLimits(), tls: nil, answer: { _, _ in (Response(status: .ok), isStreaming: false) },
            responder: { _, _, _ in })
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                // What the HTTP library does with connections that come too late: the value is dropped.
                edge.setup(channel: channel, logger: Logger(label: "test")).map { _ in }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        for _ in 0..<20 {
            let client = try await RawClient.connect(port: port)
            try await client.waitUntilClosed()
            #expect(client.received.isEmpty)
        }
        try await listener.close()
    }
}

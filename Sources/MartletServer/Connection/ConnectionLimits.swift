public import NIOCore

/// What a client may take its time with. Every one of these ends in a closed connection, never in a thread that waits.
public struct ConnectionLimits: Sendable {
    /// From the connection's start to the end of the TLS handshake.
    public var handshakeTimeout: TimeAmount = .seconds(10)
    /// From the first byte of a request (or the connection's start) to the end of its header section.
    public var headerTimeout: TimeAmount = .seconds(20)
    /// How long a connection may stand open between two requests.
    public var idleTimeout: TimeAmount = .seconds(120)
    /// A request body must bring ``minimumBodyBytesPerSecond`` on average over this time; so must the client take a response.
    public var stallTimeout: TimeAmount = .seconds(30)
    /// Counted only while the server is waiting for the client, so a slow disk is not held against it.
    public var minimumBodyBytesPerSecond = 256
    /// After the last answer on a connection: how long, and how many bytes, the rest of the request may still bring before
    /// the connection is torn down. A client that is still sending would otherwise lose the answer to a reset.
    public var lingerTimeout: TimeAmount = .seconds(2)
    public var lingerBytes = 4 << 20
    /// An unread rest of a body up to this size is read and dropped so that the connection stays usable.
    public var drainBytes: Int64 = 64 << 10
    public var maxHeaderBytes = 64 << 10
    public var maxHeaderCount = 200
    public var maxTargetBytes = 32 << 10
    public var maxConnections = 4096
    /// HTTP/2 connections are asked to reconnect after this, which spreads load and picks up new certificates.
    public var maxHTTP2Age: Duration = .seconds(3600)

    public init() {}
}

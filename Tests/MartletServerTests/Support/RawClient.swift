import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A connection that sends exactly the bytes it is given, and keeps what comes back.
///
/// Nothing blocks: the server under test shares the process and its few threads.
final class RawClient: Sendable {
    struct TimedOut: Error, CustomStringConvertible {
        var description: String
    }

    private let channel: any Channel
    private let inbox: Inbox

    private init(_ channel: any Channel, _ inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    /// - Parameters:
    ///   - protocols: what to offer in ALPN.
    ///   - reads: `false`: the client takes no byte the server sends until ``readOn()``.
    ///   - window: how much the kernel takes in advance of the client.
    static func connect(
        port: Int, tls: Bool = false, protocols: [String] = [], reads: Bool = true, window: Int? = nil
    ) async throws -> RawClient {
        let window = window ?? (reads ? 1 << 20 : 4096)
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.socketOption(.so_rcvbuf), value: ChannelOptions.Types.SocketOption.Value(window))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if tls {
                        var configuration = TLSConfiguration.makeClientConfiguration()
                        configuration.certificateVerification = .none
                        configuration.applicationProtocols = protocols
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(
                                context: NIOSSLContext(configuration: configuration), serverHostname: nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(Collector(inbox))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawClient(channel, inbox)
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }
    /// Sends no more, still listens.
    func finishSending() async throws { try await channel.close(mode: .output) }
    func close() async { try? await channel.close() }
    /// Takes a little of what the server sends, once.
    func readOnce() { channel.read() }
    /// Takes everything from now on.
    func readOn() async throws { try await channel.setOption(.autoRead, value: true).get() }

    var received: [UInt8] { inbox.bytes }
    var receivedText: String { String(decoding: received, as: UTF8.self) }
    /// The server ended the connection, or its half of it.
    var isClosed: Bool { inbox.isClosed }

    func wait(_ what: String, seconds: Double = 10, until condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try !condition() {
            guard ContinuousClock.now < deadline else {
                throw TimedOut(description: "\(what); received: \(receivedText.prefix(500))")
            }
            try await Task.sleep(for: .milliseconds(3))
        }
    }

    func waitUntilClosed(seconds: Double = 10) async throws {
        try await wait("The server should close", seconds: seconds) { isClosed }
    }

    /// The next final response; informational ones before it are kept in ``RawResponse/informational``.
    func response(isHead: Bool = false, seconds: Double = 10) async throws -> RawResponse {
        var informational: [Int] = []
        while true {
            var parsed: RawResponse?
            try await wait("A response should come", seconds: seconds) {
                // Asked first: what came before the end is looked at after it.
                let isClosed = inbox.isClosed
                parsed = try RawResponse(parsing: inbox.bytes, isHead: isHead, isClosed: isClosed)
                return parsed != nil || isClosed
            }
            guard var response = parsed else {
                throw TimedOut(description: "Closed without a response: \(receivedText.prefix(500))")
            }
            inbox.drop(response.length)
            if response.status < 200 { informational.append(response.status); continue }
            response.informational = informational
            return response
        }
    }
}

struct RawResponse {
    struct Malformed: Error { var text: String }

    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8] = []
    var informational: [Int] = []
    /// Bytes it took.
    var length = 0

    var text: String { String(decoding: body, as: UTF8.self) }
    subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

    /// - Returns: `nil` if the bytes are not yet a whole response.
    init?(parsing bytes: [UInt8], isHead: Bool, isClosed: Bool) throws {
        guard let end = Self.find([13, 10, 13, 10], in: bytes, from: 0) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw Malformed(text: String(lines[0]))
        }
        self.status = status
        headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<colon]), String(line[colon...].dropFirst()).trimmed)
        }
        let start = end + 4
        if isHead || status < 200 || status == 204 || status == 304 {
            length = start
        } else if let count = self["Content-Length"].flatMap(Int.init) {
            guard bytes.count >= start + count else { return nil }
            body = Array(bytes[start..<start + count])
            length = start + count
        } else if self["Transfer-Encoding"] == "chunked" {
            guard try readChunks(bytes, from: start) else { return nil }
        } else {
            guard isClosed else { return nil }
            body = Array(bytes[start...])
            length = bytes.count
        }
    }

    private mutating func readChunks(_ bytes: [UInt8], from start: Int) throws -> Bool {
        var position = start
        while true {
            guard let lineEnd = Self.find([13, 10], in: bytes, from: position) else { return false }
            guard let size = Int(String(decoding: bytes[position..<lineEnd], as: UTF8.self), radix: 16) else {
                throw Malformed(text: "chunk size")
            }
            guard bytes.count >= lineEnd + 2 + size + 2 else { return false }
            body += bytes[lineEnd + 2..<lineEnd + 2 + size]
            position = lineEnd + 2 + size + 2
            if size == 0 { length = position; return true }
        }
    }

    private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= start + pattern.count else { return nil }
        return (start...bytes.count - pattern.count).first {
            bytes[$0] == pattern[0] && bytes[$0..<$0 + pattern.count].elementsEqual(pattern)
        }
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }

    /// `Basic` credentials for an `Authorization` header.
    static func basic(_ user: String, _ password: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bytes = Array("\(user):\(password)".utf8)
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<Swift.min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 { text.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : "=") }
        }
        return "Basic " + text
    }
}

private final class Inbox: Sendable {
    private let state = Mutex<(bytes: [UInt8], isClosed: Bool)>(([], false))
    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var isClosed: Bool { state.withLock { $0.isClosed } }
    func append(_ bytes: [UInt8]) { state.withLock { $0.bytes += bytes } }
    func drop(_ count: Int) { state.withLock { $0.bytes.removeFirst(count) } }
    func close() { state.withLock { $0.isClosed = true } }
}

private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let inbox: Inbox

    init(_ inbox: Inbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        inbox.append(Array(unwrapInboundIn(data).readableBytesView))
    }
    func channelInactive(context: ChannelHandlerContext) { inbox.close() }
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { inbox.close() }
        context.fireUserInboundEventTriggered(event)
    }
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        inbox.close()
        context.close(promise: nil)
    }
}

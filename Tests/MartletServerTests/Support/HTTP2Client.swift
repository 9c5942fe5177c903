/// HTTP/2 frames by hand (RFC 9113 §4): enough to see what a server does with a client that dawdles.
struct HTTP2Client {
    struct Frame {
        var type: UInt8
        var stream: Int
        var payload: [UInt8]

        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
    }

    let connection: RawClient

    static func connect(port: Int) async throws -> HTTP2Client {
        let client = HTTP2Client(
            connection: try await RawClient.connect(port: port, tls: true, protocols: ["h2"]))
        try await client.connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        try await client.send(Frame.settings, stream: 0, [])
        return client
    }

    /// - Parameter flags: 1 ends the stream, 4 the headers.
    func send(_ type: UInt8, flags: UInt8 = 0, stream: UInt8, _ payload: [UInt8]) async throws {
        let length = [payload.count >> 16, payload.count >> 8, payload.count].map { UInt8(truncatingIfNeeded: $0) }
        try await connection.send(length + [type, flags, 0, 0, 0, stream] + payload)
    }

    /// Opens a stream with a request to `https://x`.
    func request(_ method: String, _ path: String, stream: UInt8, isWhole: Bool) async throws {
        // RFC 7541 §6.2.2: literals whose names are in the static table (1 :authority, 2 :method, 4 :path), and 7: https.
        func literal(_ name: UInt8, _ value: String) -> [UInt8] { [name, UInt8(value.utf8.count)] + value.utf8 }
        let block = literal(2, method) + [0x87] + literal(4, path) + literal(1, "x")
        try await send(Frame.headers, flags: isWhole ? 5 : 4, stream: stream, block)
    }

    func answerPings() async throws {
        for frame in frames where frame.type == Frame.ping {
            try await send(Frame.ping, flags: 1, stream: 0, frame.payload)
        }
    }

    /// Everything whole that came so far.
    var frames: [Frame] {
        var frames: [Frame] = []
        var rest = connection.received[...]
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard rest.count >= 9 + length else { break }
            frames.append(
                Frame(type: head[3], stream: Int(head[8]), payload: Array(rest.dropFirst(9).prefix(length))))
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }

    func body(of stream: Int) -> String {
        let bytes = frames.filter { $0.type == Frame.data && $0.stream == stream }.flatMap(\.payload)
        return String(decoding: bytes, as: UTF8.self)
    }
}

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// What came in on an HTTP/1 connection and is not yet taken, one request after the other.
///
/// A pure value: ``HTTP1Connection`` gives it what the channel brings and asks it what the connection's task may have.
///
/// | phase | the task asks for | a head | a piece of body | the end |
/// |---|---|---|---|---|
/// | `between` | a request | is given out, with the body if that is whole already | | |
/// | `inBody` | the body's next piece | | is given out | → `between` |
/// | `dropping` | a request | | is thrown away | → `between` |
struct RequestIntake {
    enum Request {
        case ready(HTTPRequest, wholeBody: ByteBuffer?)
        /// Nothing yet.
        case pending
        /// There will be none.
        case over
    }

    enum Piece {
        case bytes(ByteBuffer)
        case end
        /// Nothing yet.
        case pending
        case failed(any Error)
    }

    private enum Phase { case between, inBody, dropping }

    /// With so many parts waiting, the client is asked for no more; with so few, it is again.
    static let most = 10
    static let few = 2

    private var parts: CircularBuffer<HTTPRequestPart> = []
    private var phase = Phase.between
    private var ending: Result<Void, any Error>?

    var isFull: Bool { parts.count >= Self.most }
    var isLow: Bool { parts.count <= Self.few }

    /// The channel brought a part; after ``end(_:)`` it is left aside.
    mutating func append(_ part: HTTPRequestPart) {
        if ending == nil { parts.append(part) }
    }

    /// Nothing more will come: the client has closed its side, or something went wrong. The first reason counts.
    mutating func end(_ reason: Result<Void, any Error>) {
        if ending == nil { ending = reason }
    }

    /// What the connection failed of, if it did; that requests came to their end is no failure.
    var failure: (any Error)? {
        if case .failure(let error) = ending { error } else { nil }
    }

    mutating func nextRequest() -> Request {
        // Whoever asks for a request has done with the one before.
        if phase == .inBody { phase = .dropping }
        while let part = parts.popFirst() {
            switch (phase, part) {
            case (.between, .head(let head)):
                phase = .inBody
                return .ready(head, wholeBody: takeWholeBody())
            case (_, .end): phase = .between
            default: break
            }
        }
        return ending == nil ? .pending : .over
    }

    mutating func nextPiece() -> Piece {
        guard phase == .inBody else { return .end }
        switch parts.first {
        case .body(let bytes):
            parts.removeFirst()
            return .bytes(bytes)
        case .end, .head:
            parts.removeFirst()
            phase = .between
            return .end
        case nil: break
        }
        switch ending {
        case nil: return .pending
        // Whoever knows how long the body is sees that it is cut.
        case .success: return .end
        case .failure(let error): return .failed(error)
        }
    }

    /// The body of the request whose head was just taken, if all of it is here.
    private mutating func takeWholeBody() -> ByteBuffer? {
        guard let end = parts.firstIndex(where: { if case .end = $0 { true } else { false } }) else { return nil }
        var whole = ByteBuffer()
        for part in parts[..<end] {
            guard case .body(var bytes) = part else { continue }
            if whole.readableBytes == 0 { whole = bytes } else { whole.writeBuffer(&bytes) }
        }
        parts.removeFirst(parts.distance(from: parts.startIndex, to: end) + 1)
        phase = .between
        return whole
    }
}

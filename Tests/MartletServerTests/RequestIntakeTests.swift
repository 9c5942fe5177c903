import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Testing

@testable import MartletServer

/// Who may have what of an HTTP/1 connection's parts, and when.
@Suite struct RequestIntakeTests {
    /// One turn of the channel or of the task, and what the task gets.
    enum Turn: CustomStringConvertible {
        case head(String), body(String), end, closed, failed
        case request(is: String), piece(is: String)

        var description: String {
            switch self {
            case .head(let path): "head \(path)"
            case .body(let text): "body \(text)"
            case .end: "end"
            case .closed: "closed"
            case .failed: "failed"
            case .request(let wanted): "request is \(wanted)"
            case .piece(let wanted): "piece is \(wanted)"
            }
        }
    }

    struct Failure: Error {}

    @Test(
        arguments: [
            [.request(is: "pending"), .head("/a"), .end, .request(is: "/a whole: "), .request(is: "pending")],
            [.head("/a"), .body("x"), .body("y"), .end, .request(is: "/a whole: xy"), .request(is: "pending")],
            // Pipelined: each gets its own.
            [
                .head("/a"), .body("x"), .end, .head("/b"), .body("y"), .end, .head("/c"), .request(is: "/a whole: x"),
                .request(is: "/b whole: y"), .request(is: "/c"), .piece(is: "pending"),
            ],
            // A body that is not whole yet comes in pieces.
            [
                .head("/a"), .body("x"), .request(is: "/a"), .piece(is: "x"), .piece(is: "pending"), .body("y"),
                .piece(is: "y"),
                .end, .piece(is: "end"), .piece(is: "end"), .request(is: "pending"),
            ],
            [.head("/a"), .request(is: "/a"), .piece(is: "pending"), .end, .piece(is: "end"), .request(is: "pending")],
            // What was not read is dropped, also what comes later.
            [
                .head("/a"), .body("x"), .request(is: "/a"), .request(is: "pending"), .body("y"),
                .request(is: "pending"), .end,
                .head("/b"), .end, .request(is: "/b whole: "),
            ],
            [
                .head("/a"), .body("x"), .request(is: "/a"), .piece(is: "x"), .body("y"), .end, .head("/b"), .end,
                .request(is: "/b whole: "), .request(is: "pending"),
            ],
            // After a whole body there are no pieces.
            [.head("/a"), .body("x"), .end, .request(is: "/a whole: x"), .piece(is: "end")],
            // What came before the end is still answered.
            [.head("/a"), .end, .closed, .request(is: "/a whole: "), .request(is: "over"), .request(is: "over")],
            [.closed, .request(is: "over")], [.failed, .request(is: "over")],
            [.head("/a"), .end, .failed, .request(is: "/a whole: "), .request(is: "over")],
            // Cut off: whoever knows the length sees it, whoever does not is told.
            [
                .head("/a"), .body("x"), .closed, .request(is: "/a"), .piece(is: "x"), .piece(is: "end"),
                .request(is: "over"),
            ],
            [
                .head("/a"), .body("x"), .failed, .request(is: "/a"), .piece(is: "x"), .piece(is: "failed"),
                .request(is: "over"),
            ],
            [.head("/a"), .request(is: "/a"), .piece(is: "pending"), .failed, .closed, .piece(is: "failed")],
            // Nothing counts after the end.
            [.closed, .head("/a"), .end, .request(is: "over")],
        ] as [[Turn]])
    func theTaskGetsWhatIsThereInOrder(turns: [Turn]) {
        var intake = RequestIntake()
        for (number, turn) in turns.enumerated() {
            switch turn {
            case .head(let path):
                intake.append(.head(HTTPRequest(method: .put, scheme: "http", authority: "h", path: path)))
            case .body(let text): intake.append(.body(ByteBuffer(string: text)))
            case .end: intake.append(.end(nil))
            case .closed: intake.end(.success(()))
            case .failed: intake.end(.failure(Failure()))
            case .request(let wanted): #expect(Self.text(intake.nextRequest()) == wanted, "turn \(number)")
            case .piece(let wanted): #expect(Self.text(intake.nextPiece()) == wanted, "turn \(number)")
            }
        }
    }

    @Test func aClientThatIsAheadIsHeldBackAndAskedAgainWhenLittleIsLeft() {
        var intake = RequestIntake()
        intake.append(.head(HTTPRequest(method: .put, scheme: "http", authority: "h", path: "/")))
        for _ in 1..<RequestIntake.most {
            #expect(!intake.isFull)
            intake.append(.body(ByteBuffer(string: "x")))
        }
        #expect(intake.isFull && !intake.isLow)
        _ = intake.nextRequest()
        while !intake.isLow {
            #expect(!intake.isFull)
            guard case .bytes = intake.nextPiece() else { return #expect(Bool(false), "a piece is there") }
        }
        guard case .bytes = intake.nextPiece() else { return #expect(Bool(false), "low is not empty") }
    }

    private static func text(_ request: RequestIntake.Request) -> String {
        switch request {
        case .ready(let head, let body): (head.path ?? "") + (body.map { " whole: " + String(buffer: $0) } ?? "")
        case .pending: "pending"
        case .over: "over"
        }
    }

    private static func text(_ piece: RequestIntake.Piece) -> String {
        switch piece {
        case .bytes(let bytes): String(buffer: bytes)
        case .end: "end"
        case .pending: "pending"
        case .failed: "failed"
        }
    }
}

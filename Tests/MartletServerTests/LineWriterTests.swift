import Synchronization
import Testing

@testable import MartletServer

@Suite struct LineWriterTests {
    /// What was written, call by call.
    private final class Sink: Sendable {
        private let calls = Mutex<[String]>([])
        var written: [String] { calls.withLock { $0 } }
        func take(_ bytes: [UInt8]) { calls.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
    }

    @Test func firstLineAfterASilenceIsWrittenAtOnce() {
        let sink = Sink()
        let writer = LineWriter(sink.take)
        writer.write(Array("a\n".utf8), isUrgent: false)
        #expect(sink.written == ["a\n"])
    }

    @Test func linesThatFollowCloselyAreWrittenTogetherAndInOrder() async throws {
        let sink = Sink()
        let writer = LineWriter(sink.take)
        for number in 0..<1000 { writer.write(Array("\(number)\n".utf8), isUrgent: false) }
        for _ in 0..<500 where sink.written.joined().utf8.count < 3890 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(sink.written.joined() == (0..<1000).map { "\($0)\n" }.joined())
        #expect(sink.written.count < 500)
    }

    @Test func anUrgentLineIsWrittenAtOnceBehindThoseBeforeIt() {
        let sink = Sink()
        let writer = LineWriter(sink.take)
        writer.write(Array("a\n".utf8), isUrgent: false)
        writer.write(Array("b\n".utf8), isUrgent: false)
        writer.write(Array("c\n".utf8), isUrgent: true)
        #expect(sink.written.joined() == "a\nb\nc\n")
    }

    @Test func moreThanABufferfulIsWrittenAtOnce() {
        let sink = Sink()
        let writer = LineWriter(sink.take)
        writer.write(Array("a\n".utf8), isUrgent: false)
        writer.write([UInt8](repeating: UInt8(ascii: "b"), count: 65 << 10), isUrgent: false)
        #expect(sink.written.joined().utf8.count == 2 + (65 << 10))
    }

    @Test func flushingLeavesNothingBehind() {
        let sink = Sink()
        let writer = LineWriter(sink.take)
        writer.write(Array("a\n".utf8), isUrgent: false)
        writer.write(Array("b\n".utf8), isUrgent: false)
        writer.flush()
        #expect(sink.written.joined() == "a\nb\n")
    }
}

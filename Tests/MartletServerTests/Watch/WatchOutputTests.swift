import DAV
import Foundation
import Testing
import WebPush

@testable import MartletServer

/// What `martlet watch` prints, keeps and takes as options.
@Suite struct WatchOutput {
    private static let lines = WatchLines(base: "/files/ann/")
    private static let time = Timestamp(microseconds: 1_000_000_000_500_000)

    @Test(arguments: [
        ("/files/ann/a%20b.txt", "a b.txt"), ("/files/ann/sub/", "sub/"), ("/files/ann/sub/x", "sub/x"),
        ("/files/ann/", "."), ("/files/ann", "."), ("/other/y", "/other/y"), ("/files/ann/%FF", "/files/ann/%FF"),
        ("/files/ann/../x", "/files/ann/../x"),
    ])
    func namesAreToldBelowTheCollection(href: String, name: String) {
        #expect(Self.lines.name(of: href) == name)
    }

    @Test func aLineForAPersonIsMarkElapsedAndName() {
        let change = WatchedChange(kind: .changed, href: "/files/ann/a.txt")
        #expect(Self.lines.line(change, at: Self.time, sincePrevious: 2.14).hasSuffix("  +2.1s   ~ a.txt"))
        #expect(Self.lines.line(change, at: Self.time, sincePrevious: nil).hasSuffix("          ~ a.txt"))
    }

    /// A name could otherwise clear the screen, or write a line of its own.
    @Test func namesCannotSteerATerminal() {
        let change = WatchedChange(
            kind: .properties, href: "/files/ann/%1B%5B2J%0A%E2%80%AE.txt", detail: "x: “\u{9B}31m” → “”")
        let line = Self.lines.line(change, at: Self.time, sincePrevious: nil)
        #expect(line.contains("\\u{1b}[2J\\u{a}\\u{202e}.txt"))
        #expect(line.contains("\\u{9b}31m"))
        #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }

    @Test func aLineOfJSONIsOne() throws {
        var lines = Self.lines
        lines.isJSON = true
        let change = WatchedChange(kind: .added, href: "/files/ann/%22%0A.txt")
        let line = lines.line(change, at: Self.time, sincePrevious: 0.25)
        #expect(!line.contains("\n"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["change"] as? String == "added")
        #expect(object["name"] as? String == "\"\n.txt")
        #expect(object["since"] as? Double == 0.25)
        #expect(object["time"] as? String == "2001-09-09T01:46:40Z")
    }

    @Test(arguments: [
        (0, "0.0s"), (2.14, "2.1s"), (9.99, "10.0s"), (42.9, "42s"), (303, "5m03s"), (7810, "2h10m"), (-5, "0.0s"),
        (1e300, "277777h46m"),
    ])
    func elapsedTimesAreShort(seconds: Double, text: String) {
        #expect(WatchLines.elapsed(seconds) == text)
    }

    // MARK: State

    @Test func theStateSurvivesARun() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "watch-\(UInt64.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "state").path
        var state = WatchState(url: "http://x/c/")
        (state.name, state.pushResource, state.registration) = ("n", "http://p/n", "http://x/push/1")
        state.syncToken = "s"
        state.members = KnownMembers(etags: ["/c/ä\"": "\"1\""])
        for _ in 0..<2 { try state.write(file) }

        let read = try #require(try WatchState.read(file, for: "http://x/c/"))
        let (own, kept) = (state.keys.rawRepresentation, read.keys.rawRepresentation)
        #expect(own == kept)
        #expect(read.octets == state.octets)
        #expect(read.members == state.members)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(throws: WatchFailure.self) { try WatchState.read(file, for: "http://y/c/") }
    }

    @Test func whatIsNoStateIsLeftAlone() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "watch-\(UInt64.random(in: .min ... .max))")
            .path
        #expect(try WatchState.read(file, for: "u") == nil)
        try Data("# my notes".utf8).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(throws: WatchFailure.self) { try WatchState.read(file, for: "u") }
    }

    // MARK: Receivers

    @Test func receiversAreNamed() throws {
        #expect(Watch.Receiver("listen") == .listen(host: nil, port: 0))
        #expect(Watch.Receiver("listen:10.0.0.1:8123") == .listen(host: "10.0.0.1", port: 8123))
        #expect(Watch.Receiver("ntfy:https://ntfy.example.org") == .ntfy(ProbeURL("https://ntfy.example.org")!))
        for bad in ["", "listen:", "listen:x", "ntfy:", "ntfy:ftp://x", "sunup:https://x"] {
            #expect(Watch.Receiver(bad) == nil, "\(bad)")
        }
    }

    /// Lines as ntfy writes them; what is not for us, or would become part of a URL, is left out.
    @Test(
        arguments: [
            (#"{"id":"a1","time":1,"event":"open","topic":"up"}"#, .opened),
            (#"{"id":"a1","event":"message","encoding":"base64","message":"AQID"}"#, .message([1, 2, 3])),
            (#"{"id":"a1","event":"keepalive"}"#, nil), (#"{"id":"a1","event":"message","message":"text"}"#, nil),
            (#"{"id":"../a","event":"open"}"#, nil), (#"{"event":"open"}"#, nil), ("[]", nil), ("", nil),
            (#"{"id":"a1","event":"message","encoding":"base64","message":"*"}"#, nil),
        ] as [(String, DistributorStream.Event?)])
    func theStreamOfADistributorIsRead(line: String, event: DistributorStream.Event?) {
        #expect(DistributorStream.Event.parse(Array(line.utf8))?.event == event)
    }

    @Test func linesComeInPieces() {
        var splitter = LineSplitter()
        #expect(splitter.lines(of: Array("a".utf8)).isEmpty)
        #expect(splitter.lines(of: Array("b\n\nc\nd".utf8)) == [Array("ab".utf8), Array("c".utf8)])
        #expect(splitter.lines(of: [UInt8](repeating: 120, count: 100_000)).isEmpty)
        #expect(splitter.lines(of: Array("\ne\n".utf8)) == [Array("e".utf8)])
    }

    @Test func aTopicIsOneThatTheSubscriberPaysFor() {
        let topic = DistributorStream.makeTopic()
        #expect(topic.hasPrefix("up") && topic.utf8.count == 14)
        #expect(DistributorStream.makeTopic() != topic)
        let stream = DistributorStream(
            server: ProbeURL("https://ntfy.example.org/base")!, topic: "upx", client: ProbeClient())
        #expect(stream.url == "https://ntfy.example.org/base/upx?up=1")
    }
}

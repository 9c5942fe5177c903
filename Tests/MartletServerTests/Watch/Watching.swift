import DAV
import Synchronization
import Testing

@testable import MartletServer

/// A watch that runs as long as a test looks at what it says.
final class Watching: Sendable {
    private struct Heard {
        var changes: [String] = []
        var notes: [String] = []
        var isOver = false
    }

    private let heard = Mutex(Heard())

    var notes: [String] { heard.withLock { $0.notes } }
    var isOver: Bool { heard.withLock { $0.isOver } }
    /// `added name`, without times.
    var changes: [String] {
        heard.withLock { $0.changes }.map { line in
            guard let match = line.firstMatch(of: /"change":"([a-z]+)","name":"([^"]*)"/) else { return line }
            return "\(match.1) \(match.2)"
        }
    }
    /// As they were written.
    var lines: [String] { heard.withLock { $0.changes } }

    /// A watch of a path of a server on this machine, by ann.
    static func watch(_ path: String, port: Int) throws -> Watch {
        var watch = Watch(
            url: try #require(ProbeURL("http://127.0.0.1:\(port)\(path)")), user: "ann", password: Array("secret".utf8))
        watch.isJSON = true
        return watch
    }

    static func run(_ watch: Watch, _ body: (Watching) async throws -> Void) async throws {
        let watching = Watching()
        let task = Task {
            defer { watching.heard.withLock { $0.isOver = true } }
            try await watch.run(signals: []) { watching.take($0) }
        }
        do {
            try await watching.wait("it should watch") {
                watching.isOver || watching.notes.contains { $0.hasPrefix("Watching") }
            }
            try await body(watching)
        } catch {
            task.cancel()
            _ = try? await task.value
            throw error
        }
        task.cancel()
        try await task.value
    }

    private func take(_ output: Watch.Output) {
        heard.withLock { heard in
            switch output {
            case .change(let line): heard.changes.append(line)
            case .note(let line): heard.notes.append(line)
            }
        }
    }

    func wait(_ what: String, seconds: Double = 20, until condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try !condition() {
            guard ContinuousClock.now < deadline else {
                throw RawClient.TimedOut(description: "\(what); it said: \(changes + notes)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits until exactly these were told, in this order.
    func expect(_ expected: String...) async throws {
        try await wait("\(expected) should be told") { changes.count >= expected.count }
        #expect(changes == expected)
    }
}

import DAV
import DAVStorage
import DAVTesting
import Foundation
import Synchronization
import Testing

/// Many write at once, replicas follow at their own pace, the server restarts, prunes, is backed up and restored; and then:
/// each replica equals the listing (INV-1), and its token is the property (INV-7).
///
/// `MARTLET_WIRE_SECONDS` says for how long (nightly: half an hour), `MARTLET_SIMULATION_SEED` where to begin. What the tasks do follows from the
/// seed; how they interleave does not.
@Suite struct ConcurrentSimulation {
    private static let home = "/files/alice/"

    @Test func replicasConvergeUnderConcurrentWriters() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["MARTLET_WIRE_SECONDS"].flatMap { Double($0) } ?? 12
        let seed = environment["MARTLET_SIMULATION_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...1_000_000)
        print("concurrent simulation over HTTP: seed \(seed), \(seconds) seconds")
        let deadline = ContinuousClock.now + .seconds(seconds)
        var random = SeededGenerator(seed: seed)
        var setup = Server.Setup()
        let folder = try TemporaryFolder()
        setup.folder = folder
        var replicas = ["", "", "D/", "D/E/", "E/"].enumerated().map { index, path in
            WireReplica(ConcurrentSimulation.home + path, level: index % 2 == 0 ? "infinite" : "1")
        }
        var backup: TemporaryFolder?
        var round = 0
        while ContinuousClock.now < deadline {
            round += 1
            if let copy = backup, Int.random(in: 0..<3, using: &random) == 0 {
                try await SQLiteStore.restore(from: copy.path, to: folder.path, replacing: true)
                backup = nil
            }
            let server = try await Server.start(setup)
            let context = "seed \(seed), round \(round)"
            replicas = try await ConcurrentSimulation.write(server, replicas, seed: random.next())
            try await ConcurrentSimulation.settle(server, &replicas, context)
            if backup == nil {
                let copy = try TemporaryFolder()
                try await server.store.backup(to: copy.path)
                backup = copy
            }
            #expect(try await server.store.check() == [], "\(context)")
            try await server.stop()
        }
        print("concurrent simulation over HTTP: \(round) rounds")
    }

    /// Four writers, somebody who prunes, and the replicas, all at once.
    private static func write(_ server: Server, _ replicas: [WireReplica], seed: UInt64) async throws -> [WireReplica] {
        let isQuiet = Flag()
        return try await withThrowingTaskGroup(of: (Int, WireReplica)?.self) { group in
            for (index, replica) in replicas.enumerated() {
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(100 + index))
                    var replica = replica
                    while !isQuiet.isUp {
                        _ = try await replica.step(
                            server.alice, limit: [1, 2, 3, 10, nil].randomElement(using: &random) ?? nil)
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0...(index * 8), using: &random)))
                    }
                    return (index, replica)
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { writers in
                for index in 0..<4 {
                    writers.addTask {
                        var writer = RandomWriter(server.alice, below: home, seed: seed &+ UInt64(index))
                        for _ in 0..<60 { try await writer.step() }
                    }
                }
                writers.addTask {
                    try await Task.sleep(for: .milliseconds(60))
                    let token = try await server.alice.token(of: home)
                    try await Task.sleep(for: .milliseconds(60))
                    if seed % 3 == 0, let cursor = SyncCursor(SyncToken(uri: token)) {
                        try await server.store.prune(through: cursor.revision)
                    }
                }
                try await writers.waitForAll()
            }
            isQuiet.raise()
            var followed = replicas
            for try await case (let index, let replica)? in group { followed[index] = replica }
            return followed
        }
    }

    private static func settle(_ server: Server, _ replicas: inout [WireReplica], _ context: String) async throws {
        for index in replicas.indices {
            var pages = 0
            while try await replicas[index].step(server.alice, limit: 7) {
                pages += 1
                try #require(pages < 1000, "\(context): the walk does not end")
            }
            let replica = replicas[index]
            guard try await server.alice.isCollection(replica.target) else { continue }
            let truth = try await server.alice.listing(replica.target, level: replica.level)
            #expect(replica.members == truth, "\(context): replica \(index) of \(replica.target)")
            #expect(replica.token == (try await server.alice.token(of: replica.target)), "\(context): replica \(index)")
        }
    }
}

extension Client {
    fileprivate func isCollection(_ target: String) async throws -> Bool {
        let reply = try await send("PROPFIND", target, [("Depth", "0")])
        guard reply.status == 207 else { return false }
        return try Multistatus(reply).responses[0].property("resourcetype")?.elements.isEmpty == false
    }
}

/// Raised once, for all who look.
private final class Flag: Sendable {
    private let state = Mutex(false)
    var isUp: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}

/// Draws and sends requests that write: few names and shallow trees, so that they get in each other's way.
struct RandomWriter {
    private let client: Client
    private let home: String
    private var random: SeededGenerator
    private var step = 0

    init(_ client: Client, below home: String, seed: UInt64) {
        (self.client, self.home, random) = (client, home, SeededGenerator(seed: seed))
    }

    /// - Throws: for an answer that no interleaving explains.
    mutating func step() async throws {
        step += 1
        let reply = try await send()
        let expected: Set<Int> = [200, 201, 204, 207, 403, 404, 405, 409, 412, 423]
        try #require(expected.contains(reply.status), "\(reply.status) \(reply.text)")
    }

    private mutating func send() async throws -> Reply {
        let body = "\(step) \(random.next())"
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<35: return try await client.put(file(), body)
        case 35..<40:
            let token = try await client.token(of: home)
            return try await client.put(file(), body, [("If", "<\(home)> (<\(token)>)")])
        case 40..<50: return try await client.mkcol(folder())
        case 50..<64: return try await client.delete(Bool.random(using: &random) ? file() : folder())
        case 64..<78: return try await client.move(anything(), to: anything())
        case 78..<86:
            return try await client.send("COPY", anything(), [("Destination", anything()), ("Depth", depth())])
        case 86..<94:
            let value = "<D:set><D:prop><p xmlns='urn:x'>\(body)</p></D:prop></D:set>"
            return try await client.send(
                "PROPPATCH", anything(), [], "<D:propertyupdate xmlns:D='DAV:'>\(value)</D:propertyupdate>")
        case 94..<97: return try await client.send("POST", home, [], body)
        default: return try await lockAndUnlock(file())
        }
    }

    private mutating func lockAndUnlock(_ target: String) async throws -> Reply {
        let info = "<D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype>"
        let reply = try await client.send(
            "LOCK", target, [("Timeout", "Second-60")], "<D:lockinfo xmlns:D='DAV:'>\(info)</D:lockinfo>")
        guard let token = reply["Lock-Token"] else { return reply }
        return try await client.send("UNLOCK", target, [("Lock-Token", token)])
    }

    private mutating func depth() -> String { Bool.random(using: &random) ? "infinity" : "0" }
    private mutating func file() -> String { place() + (["a", "b", "c", "D"].randomElement(using: &random) ?? "a") }
    private mutating func folder() -> String { place() + (["D/", "E/", "a/"].randomElement(using: &random) ?? "D/") }
    private mutating func anything() -> String { Bool.random(using: &random) ? file() : folder() }
    private mutating func place() -> String {
        home + (["", "", "D/", "D/E/", "E/"].randomElement(using: &random) ?? "")
    }
}

import DAV
import DAVStorage
import Foundation
import Glibc
import TestSupport
import Testing

@testable import MartletServer

/// The built program, serving a data folder of its own to one user, `ann` with the password `secret`.
final class ServerProcess {
    let folder = FileManager.default.temporaryDirectory.appending(
        path: "martlet-process-\(UInt64.random(in: .min ... .max))"
    ).path
    private var process: ChildProcess?
    private(set) var port = 0

    var data: String { folder + "/data" }
    var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }
    var isRunning: Bool { process?.isRunning == true }

    /// Starts it and waits until it serves.
    static func start(_ settings: String...) async throws -> ServerProcess {
        let server = ServerProcess()
        try FileManager.default.createDirectory(atPath: server.folder, withIntermediateDirectories: true)
        try await server.addUser()
        try #require(FileManager.default.createFile(atPath: server.folder + "/log", contents: nil))
        let log = try FileHandle(forWritingTo: URL(filePath: server.folder + "/log"))
        server.process = try ChildProcess(
            try program().path,
            ["serve", "--data", server.data, "--listen", "127.0.0.1:0"] + settings.flatMap { ["--set", $0] },
            standardError: log.fileDescriptor)
        try log.close()
        try await server.wait("it should serve") {
            guard let match = server.log.firstMatch(of: /Serving https?:\/\/127\.0\.0\.1:([0-9]+)\//) else {
                return false
            }
            server.port = Int(match.1) ?? 0
            return true
        }
        return server
    }

    deinit {
        if isRunning { process?.terminate() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The program lies beside the tests that were built with it.
    static func program() throws -> URL {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(filePath: tests).deletingLastPathComponent().appending(path: "martlet")
        try #require(FileManager.default.isExecutableFile(atPath: program.path), "build martlet first")
        return program
    }

    private func addUser() async throws {
        let store = try SQLiteStore(folder: data, purpose: .command, options: .martlet())
        let hash = try PasswordHash.make(Array("secret".utf8), cost: .trivial)
        try await store.add(Account(id: PrincipalID(Name("ann")!), displayName: "Ann", passwordHash: hash.text))
        try store.close()
    }

    /// What the kernel counts as the process's own, without the pages of the program.
    func ownMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process?.processIdentifier ?? 0)/status", encoding: .utf8)
        let match = try #require(status.firstMatch(of: /RssAnon:\s+([0-9]+) kB/))
        return try #require(Int(match.1)) << 10
    }

    func send(_ signal: Int32) { if let process { kill(process.processIdentifier, signal) } }

    func exitStatus(seconds: Double = 20) async throws -> Int32 {
        try await wait("it should end", seconds: seconds) { !self.isRunning }
        let process = try #require(process)
        try #require(process.terminationReason == .exit)
        return process.terminationStatus
    }

    func wait(_ what: String, seconds: Double = 20, until condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try await !condition() {
            guard ContinuousClock.now < deadline else {
                throw RawClient.TimedOut(description: "\(what); its log: \(log)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

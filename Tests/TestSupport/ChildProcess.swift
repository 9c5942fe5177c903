public import Foundation
import Glibc
import Synchronization

/// A program that a test starts, in the words of `Foundation.Process`.
///
/// That one cannot be used here. To find out which descriptors to close it copies each entry of `/proc/self/fd` whole, beyond the
/// end of the buffer it lies in; in a process with more than about 1,300 of them, as many servers at once have, the memory there may not
/// be mapped, and all tests end.
public final class ChildProcess: Sendable {
    public struct Failed: Error, CustomStringConvertible {
        public let description: String
    }

    public enum TerminationReason: Sendable { case exit, uncaughtSignal }

    public let processIdentifier: pid_t
    private let end = Mutex<Int32?>(nil)
    private let ended = NSCondition()

    /// - Parameters:
    ///   - standardInput: descriptors of this process; `nil`: nothing is read, and what is written is lost.
    public init(
        _ program: String, _ arguments: [String], standardInput: Int32? = nil, standardOutput: Int32? = nil,
        standardError: Int32? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [standardInput, standardOutput, standardError].enumerated() {
            if let descriptor {
                posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
            } else {
                posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
            }
        }
        _ = ChildProcess.closeFrom?(&actions, 3)
        let words = ([program] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, program, &actions, nil, words + [nil], environ)
        guard failure == 0 else { throw Failed(description: "\(program) did not start: error \(failure)") }
        processIdentifier = child
        Thread.detachNewThread { self.reap() }
    }

    /// What the Glibc module does not have: nothing of ours stays open in the child, or a pipe would seem to go on.
    private static let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
        unsafeBitCast($0, to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
    }

    private func reap() {
        var status: Int32 = 0
        while waitpid(processIdentifier, &status, 0) == -1, errno == EINTR {}
        ended.lock()
        end.withLock { $0 = status }
        ended.broadcast()
        ended.unlock()
    }

    private var status: Int32? { end.withLock(\.self) }

    public var isRunning: Bool { status == nil }
    public var terminationReason: TerminationReason { (status ?? 0) & 0x7F == 0 ? .exit : .uncaughtSignal }
    /// Its exit status, or the signal that ended it.
    public var terminationStatus: Int32 {
        let status = status ?? 0
        return status & 0x7F == 0 ? status >> 8 & 0xFF : status & 0x7F
    }

    public func terminate() { kill(processIdentifier, SIGTERM) }

    public func waitUntilExit() {
        ended.lock()
        while isRunning { ended.wait() }
        ended.unlock()
    }

    /// Starts a program and waits for its end without keeping one of the few cooperative threads waiting.
    ///
    /// - Parameter program: found by the search path.
    public static func run(_ program: String, _ arguments: [String], withErrors: Bool) async throws -> (
        status: Int32, output: String
    ) {
        let pipe = Pipe()
        let writing = pipe.fileHandleForWriting
        let process = try ChildProcess(
            "/usr/bin/env", [program] + arguments, standardOutput: writing.fileDescriptor,
            standardError: withErrors ? writing.fileDescriptor : nil)
        try writing.close()
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let data = pipe.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                continuation.resume(returning: (process.terminationStatus, String(decoding: data, as: UTF8.self)))
            }
        }
    }
}

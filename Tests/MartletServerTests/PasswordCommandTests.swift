import DAV
import DAVStorage
import Foundation
import Glibc
import TestSupport
import Testing

@testable import MartletServer

/// `martlet user`, started as people start it.
@Suite(.timeLimit(.minutes(5))) struct PasswordCommands {
    private let data = FileManager.default.temporaryDirectory.appending(
        path: "martlet-user-\(UInt64.random(in: .min ... .max))"
    ).path

    private func user(_ line: String) async throws -> (status: Int32, output: String) {
        let program = try ServerProcess.program().path
        return try await shell("sh", "-c", line.replacing("martlet", with: program) + " --data \(data)")
    }

    private func passwordIs(_ password: String) throws -> Bool {
        let store = try SQLiteStore(folder: data, purpose: .command, options: .martlet())
        defer { try? store.close() }
        let hash = try #require(try store.account(PrincipalID(Name("ann")!))?.passwordHash)
        return try #require(PasswordHash(hash)).matches(Array(password.utf8))
    }

    @Test func aPasswordIsMadeUpAndPrintedUnlessItIsPipedIn() async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        let added = try await user("martlet user add ann")
        let printed = try #require(added.output.firstMatch(of: /Password: (\S+)/))
        #expect(try passwordIs(String(printed.1)))
        let changed = try await user(#"printf 'first line\r\nsecond\n' | martlet user passwd ann --password-stdin"#)
        #expect(changed.status == 0 && !changed.output.contains("first line"))
        #expect(try passwordIs("first line"))
        let refused = try await user("martlet user passwd ann --password-stdin </dev/null")
        #expect(refused.status == 1 && refused.output.contains("The password is empty. Type one"))
        #expect(try passwordIs("first line"))
    }

    @Test(arguments: [("open sesame", "open sesame", 0), ("open sesame", "open sesami", 1)])
    func aTerminalAsksTwiceAndShowsNothing(first: String, again: String, status: Int32) async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        _ = try await user("martlet user add ann")
        let keyboard = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
        defer { close(keyboard) }
        let terminal = try Self.terminal(of: keyboard)
        let messages = data + "-messages"
        try #require(FileManager.default.createFile(atPath: messages, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: messages) }
        let (screen, log) = (Glibc.open(terminal, O_RDWR | O_NOCTTY), Glibc.open(messages, O_WRONLY))
        defer { close(log) }
        let process = try ChildProcess(
            try ServerProcess.program().path, ["user", "passwd", "ann", "--password-stdin", "--data", data],
            standardInput: screen, standardError: log)
        close(screen)
        for (prompt, line) in [("Password: ", first), ("again: ", again)] {
            try await wait { try String(contentsOfFile: messages, encoding: .utf8).hasSuffix(prompt) }
            let bytes = Array((line + "\n").utf8)
            #expect(write(keyboard, bytes, bytes.count) == bytes.count)
        }
        try await wait { !process.isRunning }
        #expect(process.terminationStatus == status)
        #expect(try passwordIs("open sesame") == (status == 0))
        var echo = [UInt8](repeating: 0, count: 1000)
        #expect(read(keyboard, &echo, echo.count) <= 0, "\(String(decoding: echo, as: UTF8.self))")
    }

    /// What `unlockpt` and `ptsname` do, which the Glibc module does not have.
    private static func terminal(of keyboard: Int32) throws -> String {
        let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        var (lock, number): (Int32, Int32) = (0, 0)
        try #require(ioctl(keyboard, setLock, &lock) == 0 && ioctl(keyboard, getNumber, &number) == 0)
        return "/dev/pts/\(number)"
    }

    private func wait(until condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try !condition() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

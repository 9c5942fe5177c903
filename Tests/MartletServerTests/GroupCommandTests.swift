import DAV
import DAVStorage
import Foundation
import Testing

@testable import MartletServer

/// `martlet group` and `martlet user email`, started as people start them.
@Suite(.timeLimit(.minutes(5))) struct GroupCommands {
    private let data = FileManager.default.temporaryDirectory.appending(
        path: "martlet-group-\(UInt64.random(in: .min ... .max))"
    ).path

    private func martlet(_ line: String) async throws -> (status: Int32, output: String) {
        let program = try ServerProcess.program().path
        return try await shell("sh", "-c", "\(program) \(line) --data \(data)")
    }

    @Test func groupsAreMadeFilledAndEmptied() async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        _ = try await martlet("user add ann --email ann@example.org --email a@example.org")
        _ = try await martlet("user add bob")
        #expect(try await martlet("group add family ann bob").status == 0)
        #expect(try await martlet("group list family").output == "ann\nbob\n")
        #expect(try await martlet("group list").output == "family\n")
        #expect(try await martlet("group remove family bob").status == 0)
        #expect(try await martlet("group list family").output == "ann\n")
        for (line, words) in [
            ("group add family nobody", "neither an account nor a group"), ("group add ann", "taken already"),
            ("group list friends", "There is no group friends"), ("user add family", "exists already"),
            ("user email ann nonsense", "is no e-mail address"),
            ("user email nobody n@example.org", "no account nobody"),
        ] {
            let answer = try await martlet(line)
            #expect(answer.status == 1 && answer.output.contains(words), "\(line): \(answer.output)")
        }
        #expect(try account()?.addresses == ["ann@example.org", "a@example.org"])
        #expect(try await martlet("user email ann new@example.org").status == 0)
        #expect(try account()?.addresses == ["new@example.org"])
        #expect(try await martlet("group remove family").status == 0)
        #expect(try await martlet("group list").output == "")
    }

    private func account() throws -> Account? {
        let store = try SQLiteStore(folder: data, purpose: .command, options: .martlet())
        defer { try? store.close() }
        return try store.account(PrincipalID(Name("ann")!))
    }
}

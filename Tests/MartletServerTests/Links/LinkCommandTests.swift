import DAV
import DAVStorage
import Foundation
import Testing

@testable import MartletServer

/// `martlet link`, started as people start it.
@Suite(.timeLimit(.minutes(5))) struct LinkCommands {
    private let data = FileManager.default.temporaryDirectory.appending(
        path: "martlet-link-\(UInt64.random(in: .min ... .max))"
    ).path

    private func martlet(_ line: String) async throws -> (status: Int32, output: String) {
        let program = try ServerProcess.program().path
        return try await shell("sh", "-c", line.replacing("martlet ", with: "\(program) ") + " --data \(data)")
    }

    @Test func linksAreMadeListedAndRemoved() async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        _ = try await martlet("martlet user add ann")
        let made = try await martlet(
            "printf x | martlet link add /calendars/ann/calendar --label Club --expires 30d --password-stdin "
                + "--set base-url=https://dav.example.org")
        #expect(made.status == 0)
        let found = try #require(
            made.output.firstMatch(of: /link (\d+)\..*\nhttps:\/\/dav\.example\.org\/links\/([^\/]{32})\/\n/))
        let (number, token) = (String(found.1), String(found.2))
        let list = try await martlet("martlet link list ann").output
        #expect(list.hasPrefix("\(number)\tann\t/calendars/ann/calendar/\t“Club”, until 20"))
        #expect(list.contains("password, hides what is private, never used") && !list.contains(token))
        #expect(try await martlet("martlet link list bob").output == "")
        let escape = try await martlet("martlet link add /contacts/ann/contacts --label \"$(printf 'a\\033[2Jb')\"")
        #expect(escape.status == 0, "\(escape.output)")
        let shown = try await martlet("martlet link list ann").output
        #expect(shown.contains("“a[2Jb”") && !shown.unicodeScalars.contains("\u{1B}"), "nothing a terminal obeys")
        for (flag, words) in [
            ("", "hides what is private"), ("--busy", "busy times only"), ("--everything", "shows everything"),
        ] {
            let made = try await martlet("martlet link add /calendars/ann/calendar --label V\(flag) \(flag)")
            #expect(made.status == 0, "\(made.output)")
            let lines = try await martlet("martlet link list ann").output.split(separator: "\n")
            #expect(lines.contains { $0.contains("“V\(flag)”, \(words)") }, "\(flag): \(lines)")
        }
        let both = try await martlet("martlet link add /calendars/ann/calendar --busy --everything")
        #expect(both.status != 0 && both.output.contains("leave out --busy or --everything"), "\(both.output)")
        let digest = try #require(LinkToken(token)).digest
        #expect(try await link(digest)?.target?.path == DAVPath(parsing: "/calendars/ann/calendar"))
        for (line, words) in [
            ("martlet link add /calendars/ann/none", "Nothing is at"), ("martlet link add /", "is no path"),
            ("martlet link add /calendars/ann", "no link to this"),
            ("martlet link add /calendars/ann/inbox", "no link to this"),
            ("martlet link add /calendars/ann/calendar --expires soon", "is no time"),
            ("martlet link add /contacts/ann/contacts --busy", "nothing can be hidden"),
            ("martlet link remove 999999", "There is no link 999999"),
        ] {
            let answer = try await martlet(line)
            #expect(answer.status == 1 && answer.output.contains(words), "\(line): \(answer.output)")
        }
        #expect(try await martlet("martlet link remove \(number)").status == 0)
        #expect(try await link(digest) == nil)
    }

    private func link(_ digest: [UInt8]) async throws -> Link? {
        let store = try SQLiteStore(folder: data, purpose: .command, options: .martlet())
        defer { try? store.close() }
        return try await store.links.link(digest: digest)
    }
}

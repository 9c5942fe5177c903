import DAV
import DAVStorage
import Foundation
import Testing

@testable import MartletServer

/// `martlet share`, started as people start it.
@Suite(.timeLimit(.minutes(5))) struct ShareCommands {
    private let data = FileManager.default.temporaryDirectory.appending(
        path: "martlet-share-\(UInt64.random(in: .min ... .max))"
    ).path
    private let work = "/calendars/ann/calendar/"

    private func martlet(_ line: String) async throws -> (status: Int32, output: String) {
        let program = try ServerProcess.program().path
        return try await shell("sh", "-c", "\(program) \(line) --data \(data)")
    }

    private func people() async throws {
        for name in ["ann", "bob", "cid"] { _ = try await martlet("user add \(name)") }
        _ = try await martlet("group add family bob cid")
    }

    @Test func aCalendarIsSharedAcceptedListedAndTakenBack() async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        try await people()
        #expect(try await martlet("share list").output == "Nothing is shared.\n")
        let added = try await martlet("share add \(work) bob family --write --comment Hello")
        #expect(added.status == 0, "\(added.output)")
        #expect(added.output.contains("    bob  read-write  no answer yet\n    group family  read-write\n"))
        let accepted = try await martlet("share accept \(work) bob")
        #expect(accepted.status == 0 && accepted.output.hasPrefix("bob has \(work) at /calendars/bob/"), "\(accepted)")
        let list = try await martlet("share list --user ann").output
        #expect(list.hasPrefix("\(work)  of ann\n    bob  read-write  accepted, at /calendars/bob/"), "\(list)")
        #expect(list.contains("        cid  no answer yet\n"), "\(list)")
        #expect(try await martlet("share list \(work)").output == list)
        #expect(try await martlet("share add \(work) bob").output.hasPrefix("    bob  read  accepted"))
        #expect(try await martlet("share remove \(work) bob family").status == 0)
        #expect(try await martlet("share list").output == "Nothing is shared.\n")
        #expect(try await martlet("check").status == 0)
    }

    @Test func inInstantModeNobodyIsAsked() async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        try await people()
        let added = try await martlet("share add \(work) bob --set sharing.mode=instant")
        #expect(added.output.hasPrefix("    bob  read  accepted, at /calendars/bob/"), "\(added.output)")
    }

    @Test func aCalendarIsSharedSoThatLessIsSeen() async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        try await people()
        for (flags, words) in [
            ("--busy", "busy times only"), ("--hide-private", "read, nothing private"),
            ("--hide-private --write", "read-write, nothing private"), ("", "read"),
        ] {
            let added = try await martlet("share add \(work) bob \(flags)")
            #expect(added.status == 0 && added.output.hasPrefix("    bob  \(words)  no answer yet"), "\(added.output)")
            #expect(try await martlet("share list \(work)").output.contains("    bob  \(words)  "))
        }
        for (line, words) in [
            ("\(work) bob --busy --write", "leave out --busy or --write"),
            ("\(work) bob --busy --hide-private", "leave out --busy or --hide-private"),
            ("/contacts/ann/contacts/ bob --busy", "leave out --busy and --hide-private"),
            ("/contacts/ann/contacts/ bob --hide-private --write", "only in calendars"),
        ] {
            let answer = try await martlet("share add \(line)")
            #expect(answer.status != 0 && answer.output.contains(words), "\(line): \(answer.output)")
        }
        let list = try await martlet("share list").output
        #expect(list == "\(work)  of ann\n    bob  read  no answer yet\n", "\(list)")
        #expect(try await martlet("check").status == 0)
    }

    @Test func errorsSayWhatToDo() async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        try await people()
        for (line, words) in [
            ("share add \(work) nobody", "neither an account nor a group nobody"),
            ("share add /calendars/ann/nothing/ bob", "There is no collection /calendars/ann/nothing/."),
            ("share add /calendars/ann/ bob", "no home itself"), ("share add /calendars/ bob", "of a user"),
            ("share add calendar bob", "is no path"), ("share add \(work) ann", "is ann's own"),
            ("share remove \(work) bob", "bob is not invited to \(work); `martlet share list"),
            ("share accept \(work) bob", "`martlet share add \(work) bob` does that"),
            ("share add \(work) bob --set sharing.mode=off", "Set `sharing.mode`"),
            ("share add \(work) bob --set sharing.mode=on", "one of invitation, instant, off"),
        ] {
            let answer = try await martlet(line)
            #expect(answer.status == 1 && answer.output.contains(words), "\(line): \(answer.output)")
        }
    }
}

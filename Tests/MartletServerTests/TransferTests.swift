import DAV
import DAVGroupware
import DAVStorage
import DAVTesting
import Foundation
import Testing

@testable import MartletServer

/// Import and export of whole calendars and address books.
@Suite(.timeLimit(.minutes(5))) struct Transfer {
    private static let ann = PrincipalID(Name("ann")!)

    /// A store with Ann's homes, in a folder that is gone afterwards.
    private final class Scratch {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "martlet-transfer-\(UInt64.random(in: .min ... .max))"
        ).path
        let store: SQLiteStore

        init() async throws {
            store = try SQLiteStore(folder: folder, options: .martlet())
            try await store.add(Account(id: Transfer.ann, displayName: "Ann", passwordHash: ""))
            try await store.ensureHome(for: Transfer.ann)
        }

        deinit {
            try? store.close()
            try? FileManager.default.removeItem(atPath: folder)
        }

        func collection(_ home: String, _ name: String) async throws -> any DAVCollection {
            let path = DAVPath([Name(home)!, Transfer.ann.name, Name(name)!])
            return try #require(try await store.backend.collection(at: path, for: .principal(Transfer.ann)))
        }

        func file(_ lines: String, lineEnd: String = "\r\n") throws -> String {
            let path = folder + "/file-\(UInt64.random(in: .min ... .max))"
            try (lines.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: lineEnd) + lineEnd)
                .write(toFile: path, atomically: false, encoding: .utf8)
            return path
        }

        func exported(_ collection: any DAVCollection) async throws -> String {
            let text = Collected()
            try await Exporter(DataFolder(store)).run(
                collection.info.path, as: .principal(Transfer.ann), to: BodyWriter { await text.add($0) })
            return String(decoding: await text.octets, as: UTF8.self)
        }
    }

    private actor Collected {
        var octets: [UInt8] = []
        func add(_ chunk: [UInt8]) { octets += chunk }
    }

    private static let calendar = """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Other//EN
        METHOD:PUBLISH
        X-WR-CALNAME:Holidays
        BEGIN:VEVENT
        UID:daily
        DTSTAMP:20260101T000000Z
        DTSTART;TZID=Mine:20260101T100000
        RRULE:FREQ=DAILY
        SUMMARY:Folded
          twice
        END:VEVENT
        BEGIN:VEVENT
        UID:wrong
        DTSTAMP:20260101T000000Z
        DTSTART:20261399T000000Z
        END:VEVENT
        BEGIN:VEVENT
        DTSTAMP:20260101T000000Z
        DTSTART;VALUE=DATE:20260101
        SUMMARY:Without a UID
        END:VEVENT
        BEGIN:VEVENT
        UID:odd/uid é
        DTSTAMP:20260101T000000Z
        DTSTART:20260201T000000Z
        END:VEVENT
        BEGIN:VTIMEZONE
        TZID:Mine
        BEGIN:STANDARD
        DTSTART:19700101T000000
        TZOFFSETFROM:+0330
        TZOFFSETTO:+0330
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        UID:daily
        DTSTAMP:20260101T000000Z
        RECURRENCE-ID;TZID=Mine:20260102T100000
        DTSTART;TZID=Mine:20260102T120000
        END:VEVENT
        END:VCALENDAR
        """

    @Test(arguments: ["\r\n", "\n"]) func aCalendarFileBecomesAnObjectForEachUID(lineEnd: String) async throws {
        let scratch = try await Scratch()
        let calendar = try await scratch.collection("calendars", "calendar")
        let file = try scratch.file(Self.calendar, lineEnd: lineEnd)
        var problems: [Importer.Problem] = []
        let importer = Importer(into: calendar, as: .principal(Self.ann))
        let report = try await importer.run(file, refused: { problems.append($0) })
        #expect(report == Importer.Report(stored: 3, refused: 1))
        #expect(problems.map(\.line) == [14])
        #expect(problems.first?.uid == "wrong")
        let entry = try #require(try await calendar.entries(.named([Name("daily.ics")!]), fields: .content).first)
        let text = String(decoding: try #require(entry.content), as: UTF8.self)
        #expect(text.contains("TZID:Mine") && text.contains("RECURRENCE-ID"))
        #expect(!text.contains("METHOD"))
        // Again: what has no UID got one that is the same.
        #expect(try await importer.run(file) == Importer.Report(skipped: 3, refused: 1))
        #expect(try await calendar.entries(.all(after: nil, limit: 10), fields: []).count == 3)
    }

    @Test func replacingKeepsTheNameOfTheMember() async throws {
        let scratch = try await Scratch()
        let book = try await scratch.collection("contacts", "contacts")
        func card(_ name: String) throws -> String {
            try scratch.file("BEGIN:VCARD\nVERSION:3.0\nUID:u\nFN:\(name)\nN:\(name);;;;\nEND:VCARD")
        }
        let body = try Array(Data(contentsOf: URL(filePath: card("One"))))
        let writing = try #require(book.writing)
        _ = try await writing.put(
            Name("Odd name.vcf")!, Upload(contentType: "text/vcard", body: BodyStream(of: body)),
            if: Condition(caller: .principal(Self.ann), now: .now))
        let two = try card("Two")
        let skipping = try await Importer(into: book, as: .principal(Self.ann)).run(two)
        #expect(skipping == Importer.Report(skipped: 1))
        let replacing = try await Importer(into: book, as: .principal(Self.ann), existing: .replace).run(two)
        #expect(replacing == Importer.Report(replaced: 1))
        let entries = try await book.entries(.all(after: nil, limit: 10), fields: .content)
        #expect(entries.map(\.name.string) == ["Odd name.vcf"])
        let text = String(decoding: try #require(entries.first?.content), as: UTF8.self)
        #expect(text.contains("FN:Two"))
    }

    @Test func cardsWithTheSameNameAreAllThere() async throws {
        let scratch = try await Scratch()
        let book = try await scratch.collection("contacts", "contacts")
        let cards = ["a", "a/b", "A", "é", "e\u{301}"].map {
            "BEGIN:VCARD\nVERSION:3.0\nUID:\($0)\nFN:\($0)\nN:\($0);;;;\nEND:VCARD"
        }
        let file = try scratch.file(
            (cards + ["BEGIN:VCARD\nVERSION:3.0\nFN:No UID\nN:No;;;;\nEND:VCARD"]).joined(separator: "\n"))
        let importer = Importer(into: book, as: .principal(Self.ann))
        #expect(try await importer.run(file) == Importer.Report(stored: 6))
        #expect(try await importer.run(file) == Importer.Report(skipped: 6))
        let text = try await scratch.exported(book)
        #expect(text.components(separatedBy: "BEGIN:VCARD").count == 7)
    }

    @Test func strictStopsAtTheFirstBadObject() async throws {
        let scratch = try await Scratch()
        let calendar = try await scratch.collection("calendars", "calendar")
        let file = try scratch.file(Self.calendar)
        await #expect(throws: Importer.Problem.self) {
            try await Importer(into: calendar, as: .principal(Self.ann), isStrict: true).run(file)
        }
    }

    @Test func whatIsExportedCanBeImportedAndIsTheSameThen() async throws {
        let scratch = try await Scratch()
        let calendar = try await scratch.collection("calendars", "calendar")
        let importer = Importer(into: calendar, as: .principal(Self.ann))
        _ = try await importer.run(scratch.file(Self.calendar))
        let text = try await scratch.exported(calendar)
        #expect(text.components(separatedBy: "BEGIN:VTIMEZONE").count == 2)
        let other = try await Scratch()
        let copy = try await other.collection("calendars", "calendar")
        let path = other.folder + "/export.ics"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        let report = try await Importer(into: copy, as: .principal(Self.ann)).run(path)
        #expect(report == Importer.Report(stored: 3))
        #expect(try await other.exported(copy) == text)
    }

    @Test func aBrokenFileIsRefusedWithItsLine() async throws {
        let scratch = try await Scratch()
        let calendar = try await scratch.collection("calendars", "calendar")
        let file = try scratch.file("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a")
        let error = await #expect(throws: Importer.Problem.self) {
            try await Importer(into: calendar, as: .principal(Self.ann)).run(file)
        }
        #expect(error?.line == 3)
        await #expect(throws: ConfigurationError.self) {
            try await Importer(into: calendar, as: .principal(Self.ann)).run(scratch.folder)
        }
    }

    /// The command beside a server that serves the same folder and is written to meanwhile.
    @Test func theCommandImportsBesideARunningServer() async throws {
        let server = try await ServerProcess.start()
        let program = try ServerProcess.program().path
        let events = (0..<300).map {
            "BEGIN:VEVENT\r\nUID:e\($0)\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\n"
        }
        let data = server.data
        let file = server.folder + "/many.ics"
        try ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + events.joined() + "END:VCALENDAR\r\n")
            .write(toFile: file, atomically: false, encoding: .utf8)
        async let imported = shell(
            program, "import", file, "--user", "ann", "--to", "made", "--create", "--data", data)
        let client = try await RawClient.connect(port: server.port)
        let sign = "Authorization: \(String.basic("ann", "secret"))\r\n"
        for index in 0..<10 {
            try await client.send(
                "PUT /files/ann/\(index) HTTP/1.1\r\nHost: x\r\n\(sign)Content-Length: 1\r\n\r\na")
            let status = try await client.response(seconds: 20).status
            #expect(status == 201)
        }
        let result = try await imported
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("Imported 300 objects; 0 were there already, 0 could not be taken."))
        let exported = try await shell(
            program, "export", "--user", "ann", "--collection", "made", "--data", data)
        #expect(exported.output.components(separatedBy: "BEGIN:VEVENT").count == 301)
        let missing = try await shell(
            program, "export", "--user", "ann", "--collection", "nothing", "--data", data)
        #expect(missing.status == 1 && missing.output.contains("called nothing"))
        server.send(SIGTERM)
        #expect(try await server.exitStatus() == 0)
    }
}

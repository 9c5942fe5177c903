import DAV
import Testing

/// Rows V9 and Y13 of sharing: alarms and transparency are each person's own.
@Suite(.timeLimit(.minutes(5))) struct ShareAlarmTests {
    private static func event(_ alarm: String?, transparency: String? = nil, _ summary: String = "Tea") -> String {
        var lines = Groupware.event("x", summary)
        if let transparency { lines = lines.replacing("END:VEVENT", with: "TRANSP:\(transparency)\r\nEND:VEVENT") }
        guard let alarm else { return lines }
        let text = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:\(alarm)\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n"
        return lines.replacing("END:VEVENT", with: text + "END:VEVENT")
    }

    @Test(arguments: ShareBacking.allCases, ["read", "read-write"])
    func alarmsAreEachPersonsOwn(_ backing: ShareBacking, level: String) async throws {  // V9
        try await ShareRow.run(backing) { row in
            let own = ShareRow.calendar + "x.ics"
            let put = try await row.olga.putEvent(own, Self.event("olgas", transparency: "OPAQUE"))
            #expect(put.status == 201)
            let instance = try await row.shared(level)
            let theirs = instance + "x.ics"
            let seen = try await row.sam.get(theirs)
            #expect(seen.status == 200 && !seen.text.contains("olgas") && seen.text.contains("SUMMARY:Tea"))
            let etag = try await row.olga.etag(of: own)
            let mine = try await row.sam.putEvent(theirs, Self.event("sams", transparency: "TRANSPARENT"), [])
            #expect([200, 201, 204].contains(mine.status), "\(mine.status) \(mine.text)")
            let after = try await row.sam.get(theirs).text
            #expect(after.contains("sams") && after.contains("TRANSP:TRANSPARENT"), "\(after)")
            let olgas = try await row.olga.get(own).text
            #expect(olgas.contains("olgas") && !olgas.contains("sams") && olgas.contains("TRANSP:OPAQUE"), "\(olgas)")
            #expect(try await row.olga.etag(of: own) == etag)
            // What is everybody's stays everybody's.
            let changed = try await row.sam.putEvent(theirs, Self.event("sams", "Supper"), [])
            #expect(level == "read" ? changed.status == 403 : changed.status < 300, "\(changed.status) \(changed.text)")
            let summary = try await row.olga.get(own).text
            #expect(summary.contains(level == "read" ? "SUMMARY:Tea" : "SUMMARY:Supper") && summary.contains("olgas"))
        }
    }

    @Test(arguments: ShareBacking.allCases)
    func onesOwnAlarmIsNoChangeForOthers(_ backing: ShareBacking) async throws {  // Y13
        try await ShareRow.run(backing) { row in
            #expect(try await row.olga.putEvent(ShareRow.calendar + "x.ics", Self.event("olgas")).status == 201)
            let instance = try await row.shared()
            let other = try await row.shared(with: row.sue)
            let (own, mine, theirs) = (
                try await row.olga.sync(ShareRow.calendar).token, try await row.sam.sync(instance).token,
                try await row.sue.sync(other).token
            )
            let put = try await row.sam.putEvent(instance + "x.ics", Self.event("sams"), [])
            #expect([200, 201, 204].contains(put.status))
            #expect(try await row.olga.sync(ShareRow.calendar, own).isEmpty)
            #expect(try await row.sue.sync(other, theirs).isEmpty)
            #expect(Set(try await row.sam.sync(instance, mine).changed.keys) == [instance + "x.ics"])
        }
    }
}

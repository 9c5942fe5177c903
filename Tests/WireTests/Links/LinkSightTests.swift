import DAV
import Testing

@testable import DAVGroupware

/// How much of a calendar a link shows.
@Suite(.timeLimit(.minutes(5))) struct LinkSightTests {
    /// What tells an event's secrets, all of it with the event's uid in it.
    private static func event(_ uid: String, _ classification: String?) -> String {
        let secrets = [
            "LOCATION:place-\(uid)", "DESCRIPTION:words-\(uid)", "CATEGORIES:kind-\(uid)", "COMMENT:remark-\(uid)",
            "ORGANIZER:mailto:host-\(uid)@example.org", "ATTENDEE;CN=guest-\(uid):mailto:guest-\(uid)@example.org",
            "URL:https://example.org/url-\(uid)", "X-NOTE:x-\(uid)", "ATTACH:https://example.org/file-\(uid)",
            "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "DESCRIPTION:wake-\(uid)", "END:VALARM",
        ]
        let lines = (classification.map { ["CLASS:\($0)"] } ?? []) + secrets + ["END:VEVENT"]
        return Groupware.event(uid, "title-\(uid)").replacing("END:VEVENT", with: lines.joined(separator: "\r\n"))
    }

    private static func secrets(_ uid: String) -> [String] {
        ["title", "place", "words", "kind", "remark", "host", "guest", "url", "x", "file"].map { "\($0)-\(uid)" }
    }

    private static let classes = [
        "pub": nil, "open": "PUBLIC", "priv": "PRIVATE", "conf": "CONFIDENTIAL", "odd": "X-FAMILY",
    ]

    private func fill(_ scene: LinkScene) async throws {
        for (uid, classification) in Self.classes {
            let text = Self.event(uid, classification)
            #expect(try await scene.alice.putEvent(Groupware.calendar + "name-\(uid).ics", text).status == 201)
        }
    }

    /// What is told, by any method a bearer has, heads included.
    private func told(_ scene: LinkScene, _ link: String) async throws -> (text: String, uids: Set<String>) {
        var text = ""
        for (method, target, accept) in [
            ("GET", link, "text/calendar"), ("GET", link, "application/calendar+json"), ("HEAD", link, "*/*"),
            ("GET", link + "?export", "*/*"), ("GET", link + "name-priv.ics", "*/*"), ("PROPFIND", link, "*/*"),
            ("OPTIONS", link, "*/*"),
        ] {
            let reply = try await scene.bearer.send(method, target, [("Accept", accept), ("Depth", "1")])
            text += reply.text + reply.headers.map { "\($0.name): \($0.value)\n" }.joined()
        }
        let calendar = try #require(try ContentText.components(of: try await scene.get(link).body).first)
        let events = calendar.components.filter { $0.name == "VEVENT" }
        for event in events { #expect(event["DTSTART"]?.value == "20260102T090000Z") }
        return (text, Set(events.compactMap { $0["UID"]?.value }))
    }

    @Test func aLinkHidesWhatIsPrivateUnlessItsOwnerSaysOtherwise() async throws {
        try await LinkScene.run { scene in
            try await fill(scene)
            for elements in ["", "<L:hide-private/>"] {
                let told = try await told(scene, try await scene.link(to: Groupware.calendar, elements))
                #expect(told.uids == Set(Self.classes.keys))
                for uid in ["priv", "conf", "odd"] {
                    for secret in Self.secrets(uid) { #expect(!told.text.contains(secret), "\(secret) is told") }
                }
                for secret in Self.secrets("pub") + Self.secrets("open") { #expect(told.text.contains(secret)) }
                #expect(!told.text.contains("wake-") && !told.text.contains("CLASS:PRIVATE"))
            }
        }
    }

    @Test func aBusyLinkTellsTimesOnly() async throws {
        try await LinkScene.run { scene in
            try await fill(scene)
            let told = try await told(scene, try await scene.link(to: Groupware.calendar, "<L:busy/>"))
            #expect(told.uids == Set(Self.classes.keys))
            for uid in Self.classes.keys {
                for secret in Self.secrets(uid) { #expect(!told.text.contains(secret), "\(secret) is told") }
            }
            for name in ["DESCRIPTION", "ATTENDEE", "ORGANIZER", "LOCATION", "VALARM", "CATEGORIES", "CLASS", "X-NOTE"]
            {
                #expect(!told.text.contains(name), "\(name) is told")
            }
            let summaries = told.text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("SUMMARY") }
            #expect(Set(summaries) == ["SUMMARY:Busy"])
        }
    }

    @Test func aLinkWithEverythingHidesNothingButAlarms() async throws {
        try await LinkScene.run { scene in
            try await fill(scene)
            let told = try await told(scene, try await scene.link(to: Groupware.calendar, "<L:everything/>"))
            #expect(told.uids == Set(Self.classes.keys))
            for uid in Self.classes.keys {
                for secret in Self.secrets(uid) { #expect(told.text.contains(secret), "\(secret) is missing") }
            }
            #expect(!told.text.contains("VALARM"), "alarms are the owner's own")
        }
    }

    /// An event whose class changes is another event to the bearer, who polls by tag.
    @Test func whatBecomesPrivateIsGoneWithTheNextPoll() async throws {
        try await LinkScene.run { scene in
            let target = Groupware.calendar + "a.ics"
            #expect(try await scene.alice.putEvent(target, Self.event("a", nil)).status == 201)
            let link = try await scene.link(to: Groupware.calendar)
            let before = try await scene.get(link)
            #expect(before.text.contains("title-a"))
            let fields = [("Content-Type", "text/calendar")]
            #expect(try await scene.alice.send("PUT", target, fields, Self.event("a", "PRIVATE")).status == 204)
            let after = try await scene.get(link, [("If-None-Match", before["ETag"] ?? "")])
            #expect(after.status == 200 && !after.text.contains("title-a"))
        }
    }

    @Test func whatALinkShowsIsListedAndSaidOnceWhereSomethingCanBeHidden() async throws {
        try await LinkScene.run { scene in
            try await scene.makeFolder()
            for (elements, word) in [
                ("", "hide-private"), ("<L:hide-private/>", "hide-private"), ("<L:busy/>", "busy"),
                ("<L:everything/>", "everything"),
            ] {
                let id = try await scene.make(Groupware.calendar, elements).id
                let list = try await scene.post(scene.alice, Groupware.calendar, "list-links").xml()
                let link = list.elements.first { $0.first(LinkScene.name("id"))?.text == id }
                let words = ["everything", "hide-private", "busy"].filter { link?.first(LinkScene.name($0)) != nil }
                #expect(words == [word])
            }
            for elements in [
                "<L:busy/><L:everything/>", "<L:busy/><L:hide-private/>", "<L:hide-private/><L:everything/>",
            ] {
                let reply = try await scene.post(scene.alice, Groupware.calendar, "create-link", elements)
                #expect(reply.status == 400, "\(elements) \(reply.status)")
            }
            for target in [Groupware.book, LinkScene.folder, LinkScene.folder + "a.txt"] {
                for elements in ["<L:busy/>", "<L:hide-private/>"] {
                    let reply = try await scene.post(scene.alice, target, "create-link", elements)
                    #expect(reply.status == 403, "\(target) \(elements) \(reply.status)")
                }
                let reply = try await scene.post(scene.alice, target, "create-link", "<L:everything/>")
                #expect(reply.status == 201 && !reply.text.contains("everything"), "\(target) \(reply.status)")
            }
        }
    }
}

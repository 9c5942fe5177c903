import DAV
import Foundation
import HTTPTypes
import Synchronization
import Testing
import WebPush

@testable import MartletServer

/// `martlet watch` against the server as it is made, and against one that does what a test tells it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct Watches {
    private static func send(_ server: TestServer, _ method: String, _ path: String, _ body: String = "") async throws {
        let response = try await server.request(
            "\(method) \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: \(BasicTestCredentials.ann)\r\n"
                + "Content-Type: application/xml\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect((200..<300).contains(response.status), "\(method) \(path): \(response.status)")
    }

    private static func quick(_ setup: inout TestServer.Setup) {
        setup.configuration.pushDelay = Milliseconds(0)
        setup.configuration.pushInterval = Milliseconds(100)
    }

    // MARK: The server as it is made

    /// N1 to N45, end to end: discovery, registration, encryption, signature, message, report, removal.
    @Test func whatAnotherClientChangesIsTold() async throws {
        try await TestServer.run(Self.quick) { server in
            try await Self.send(server, "PUT", "/files/ann/before.txt", "0")
            let watch = try Watching.watch("/files/ann/", port: server.port)
            try await Watching.run(watch) { watching in
                try await Self.send(server, "PUT", "/files/ann/a%20b.txt", "1")
                try await watching.expect("added a b.txt")
                try await Self.send(server, "PUT", "/files/ann/before.txt", "2")
                try await watching.expect("added a b.txt", "changed before.txt")
                try await Self.send(server, "DELETE", "/files/ann/a%20b.txt")
                try await watching.expect("added a b.txt", "changed before.txt", "removed a b.txt")
                #expect(watching.notes.contains { $0.contains("\"push\":\"content\"") })
            }
        }
    }

    @Test func aPropertyIsToldWithItsValues() async throws {
        try await TestServer.run(Self.quick) { server in
            let watch = try Watching.watch("/calendars/ann/calendar/", port: server.port)
            try await Watching.run(watch) { watching in
                try await Self.send(
                    server, "PROPPATCH", "/calendars/ann/calendar/",
                    "<propertyupdate xmlns='DAV:'><set><prop><displayname>Work</displayname></prop></set></propertyupdate>"
                )
                try await watching.expect("properties .")
                #expect(watching.lines[0].contains("→ “Work”"))
            }
        }
    }

    @Test func aWatchLeavesNoRegistrationBehind() async throws {
        let store = EphemeralStore()
        store.setPasswordHash(
            try PasswordHash.make(Array("secret".utf8), cost: .trivial).text, of: PrincipalID(Name("ann")!))
        try await TestServer.run {
            Self.quick(&$0)
            $0.store = store
        } _: { server in
            func count() async throws -> Int {
                let registry = try #require(store.backend.pushRegistry)
                return try await registry.registrations(of: nil, after: nil, limit: 10, now: .now).count
            }
            var watch = try Watching.watch("/files/ann/", port: server.port)
            try await Watching.run(watch) { _ in
                let registered = try await count()
                #expect(registered == 1)
            }
            #expect(try await count() == 0)

            watch.isOnce = true
            try await Watching.run(watch) { watching in
                try await Self.send(server, "PUT", "/files/ann/once.txt", "1")
                try await watching.wait("it should end") { watching.isOver }
                #expect(watching.changes == ["added once.txt"])
            }
            #expect(try await count() == 0)
        }
    }

    /// The command reads names as data, whatever is in them.
    @Test func theCommandRunsForEachChange() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "watch-\(UInt64.random(in: .min ... .max))")
            .path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await TestServer.run(Self.quick) { server in
            var watch = try Watching.watch("/files/ann/", port: server.port)
            watch.command = "echo \"$MARTLET_CHANGE $MARTLET_HREF $MARTLET_URL\" >> \(file)"
            watch.isOnce = true
            try await Watching.run(watch) { watching in
                try await Self.send(server, "PUT", "/files/ann/$(touch%20x);%60id%60", "1")
                try await watching.wait("it should end") { watching.isOver }
            }
            let href = "/files/ann/$(touch%20x);%60id%60"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(text == "added \(href) http://127.0.0.1:\(server.port)\(href)\n")
        }
    }

    @Test func aRunGoesOnWhereTheLastOneStopped() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "watch-\(UInt64.random(in: .min ... .max))")
            .path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await TestServer.run(Self.quick) { server in
            var watch = try Watching.watch("/files/ann/", port: server.port)
            watch.state = file
            try await Self.send(server, "PUT", "/files/ann/a", "1")
            try await Watching.run(watch) { #expect($0.changes.isEmpty) }
            try await Self.send(server, "PUT", "/files/ann/a", "2")
            try await Self.send(server, "PUT", "/files/ann/b", "1")
            try await Watching.run(watch) { try await $0.expect("changed a", "added b") }
        }
    }

    /// From behind a router: by way of a distributor.
    @Test func pushesComeThroughADistributor() async throws {
        try await FakeDistributor.run { port in
            try await TestServer.run(Self.quick) { server in
                var watch = try Watching.watch("/files/ann/", port: server.port)
                watch.receiver = .ntfy(try #require(ProbeURL("http://127.0.0.1:\(port)")))
                try await Watching.run(watch) { watching in
                    try await Self.send(server, "PUT", "/files/ann/a", "1")
                    try await watching.expect("added a")
                }
            }
        }
    }

    @Test func aDistributorThatIsNotThereIsNotWaitedFor() async throws {
        try await TestServer.run { server in
            var watch = try Watching.watch("/files/ann/", port: server.port)
            // Nothing listens on port 1.
            watch.receiver = .ntfy(try #require(ProbeURL("http://127.0.0.1:1")))
            let failure = try #require(await Self.failure(of: watch))
            #expect(failure.description.contains("--receiver"))
        }
    }

    // MARK: Another server

    private static func foreign(
        _ server: ForeignServer = ForeignServer(), _ change: @Sendable (inout Watch) -> Void = { _ in },
        _ body: @Sendable @escaping (ForeignServer, Watching) async throws -> Void
    ) async throws {
        var watch = try Watching.watch("/c/", port: 1)
        change(&watch)
        let template = watch
        try await TestServer.run({ $0.handle = server.handle }) { edge in
            var watch = template
            watch.url = watch.url.onPort(edge.port)
            try await Watching.run(watch) { try await body(server, $0) }
        }
    }

    @Test func whatIsRegisteredIsWhatIsOffered() async throws {
        try await Self.foreign { server, _ in
            let registration = try #require(server.state.withLock { $0.registrations.first })
            let trigger = try #require(registration.first(.push("trigger")))
            #expect(trigger.first(.push("content-update"))?.first(.dav("depth"))?.text == "1")
            #expect(trigger.first(.push("property-update"))?.first(.dav("depth"))?.text == "0")
            #expect(registration.first(.push("expires")).flatMap { Timestamp(httpDate: $0.text, now: .now) } != nil)
        }
    }

    @Test func truncatedPagesAreFollowed() async throws {
        let server = ForeignServer()
        server.change {
            $0.pages["t1"] = (
                .multiStatus,
                """
                <multistatus xmlns="DAV:">\(ForeignServer.response("/c/a", "<getetag>1</getetag>"))<response><href>/c/</href>\
                <status>HTTP/1.1 507 Insufficient Storage</status></response><sync-token>t2</sync-token></multistatus>
                """
            )
            $0.pages["t2"] = (
                .multiStatus,
                """
                <multistatus xmlns="DAV:">\(ForeignServer.response("/c/b", "<getetag>1</getetag>"))\
                <sync-token>t3</sync-token></multistatus>
                """
            )
        }
        try await Self.foreign(server) { server, watching in
            #expect(try await server.push("<content-update><D:sync-token>t3</D:sync-token></content-update>") == 201)
            try await watching.expect("added a", "added b")
        }
    }

    @Test func aForgottenTokenMeansToCompareEverything() async throws {
        let server = ForeignServer()
        server.change {
            $0.etags = ["a": "1", "b": "1"]
            $0.pages["t1"] = (.forbidden, "<error xmlns=\"DAV:\"><valid-sync-token/></error>")
        }
        try await Self.foreign(server) { server, watching in
            server.change {
                $0.etags = ["a": "2", "c": "1"]
                $0.token = "t2"
            }
            #expect(try await server.push("<content-update/>") == 201)
            try await watching.expect("changed a", "removed b", "added c")
        }
    }

    @Test func withoutReportsListsAreCompared() async throws {
        let server = ForeignServer()
        server.change {
            $0.token = nil
            $0.etags = ["a": "1"]
        }
        try await Self.foreign(server) { server, watching in
            server.change { $0.etags = ["a": "2"] }
            #expect(try await server.push("<content-update/>") == 201)
            try await watching.expect("changed a")
        }
    }

    /// N27: who has the state the message speaks of does not ask for it.
    @Test func whatIsKnownAlreadyIsNotAskedFor() async throws {
        let server = ForeignServer()
        try await Self.foreign(server) { server, watching in
            server.change { $0.pages["t1"] = (.internalServerError, "") }
            #expect(try await server.push("<content-update><D:sync-token>t1</D:sync-token></content-update>") == 201)
            try await watching.wait("the push should be told") { watching.notes.contains { $0.contains("\"push\"") } }
            #expect(!watching.notes.contains { $0.contains("REPORT") })
        }
    }

    @Test func pushesOfOthersAreRefusedOrLeftAside() async throws {
        try await Self.foreign { server, watching in
            server.change { $0.etags = ["a": "1"] }
            #expect(try await server.push("<content-update/>", key: VAPIDKey()) == 403)
            #expect(try await server.push("<content-update/>", topic: "another") == 201)
            try await watching.wait("it should say so") { watching.notes.contains { $0.contains("another topic") } }
            #expect(watching.changes.isEmpty)
        }
    }

    /// §6.2.1: a new subscription, signed for by the new key.
    @Test func aNewKeyMeansToRegisterAnew() async throws {
        try await Self.foreign { server, watching in
            let old = server.state.withLock { $0.key }
            server.change { $0.key = VAPIDKey() }
            let rotation = "<property-update><D:prop><transports/></D:prop></property-update>"
            #expect(try await server.push(rotation, topic: nil, key: old) == 201)
            try await watching.wait("it should register anew") { server.state.withLock { $0.registrations.count } == 2 }
            server.change {
                $0.etags = ["a": "1"]; $0.token = "t2"
            }
            try await watching.wait("the new key should be known") { server.state.withLock { $0.live.count } == 1 }
            #expect(try await server.push("<content-update/>") == 201)
            try await watching.expect("added a")
        }
    }

    @Test func aLostPushIsMadeUpForByPolling() async throws {
        try await Self.foreign(ForeignServer(), { $0.pollInterval = 1 }) { server, watching in
            server.change {
                $0.etags = ["a": "1"]; $0.token = "t2"
            }
            try await watching.expect("added a")
        }
    }

    /// N24: before it runs out.
    @Test func aRegistrationIsRenewed() async throws {
        let server = ForeignServer()
        server.change { $0.lifetime = 4 }
        try await Self.foreign(server) { server, watching in
            try await watching.wait("it should be renewed") { server.state.withLock { $0.registrations.count } >= 2 }
            let resources = server.state.withLock { $0.registrations }.map {
                $0.first(.push("subscription"))?.elements.first?.first(.push("push-resource"))?.text
            }
            #expect(Set(resources).count == 1)
        }
    }

    @Test func aResourceThatGoesEndsTheWatch() async throws {
        try await Self.foreign { server, watching in
            server.change { $0.isGone = true }
            #expect(try await server.push("<content-update/>") == 201)
            try await watching.wait("it should end") { watching.isOver }
            #expect(watching.changes == ["removed ."])
        }
    }

    // MARK: What to do about it

    struct Trouble: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var path = "/c/"
        var advice: String
        var change: @Sendable (inout ForeignServer.State) -> Void
    }

    @Test(arguments: [
        Trouble(testDescription: "no push", advice: "offers no push") { $0.offersPush = false },
        Trouble(testDescription: "nothing there", advice: "There is nothing at") { $0.isGone = true },
        Trouble(testDescription: "elsewhere", path: "/start/", advice: "but these can:\n  http://127.0.0.1") { _ in },
        Trouble(testDescription: "receiver refused", advice: "push.allow") {
            $0.refusal = (
                .forbidden,
                "<D:error xmlns:D='DAV:' xmlns='https://bitfire.at/webdav-push'><invalid-subscription/></D:error>"
            )
        },
        Trouble(testDescription: "not here", advice: "push-not-available") {
            $0.refusal = (
                .forbidden,
                "<D:error xmlns:D='DAV:' xmlns='https://bitfire.at/webdav-push'><push-not-available/></D:error>"
            )
        },
        Trouble(testDescription: "too many", advice: "no more registrations") {
            $0.refusal = (.insufficientStorage, "")
        },
    ])
    func whatIsInTheWaySaysWhatToDo(trouble: Trouble) async throws {
        let foreign = ForeignServer()
        foreign.change(trouble.change)
        try await TestServer.run({ $0.handle = foreign.handle }) { server in
            let watch = try Watching.watch(trouble.path, port: server.port)
            let failure = try #require(await Self.failure(of: watch))
            #expect(failure.description.contains(trouble.advice), "\(failure)")
        }
    }

    private static func failure(of watch: Watch) async -> WatchFailure? {
        do {
            try await watch.run(signals: []) { _ in }
            return nil
        } catch {
            return error as? WatchFailure
        }
    }

    @Test func aWrongPasswordIsSaidToBeOne() async throws {
        try await TestServer.run(Self.quick) { server in
            var watch = try Watching.watch("/files/ann/", port: server.port)
            watch.password = Array("hunter2".utf8)
            let wrong = try #require(await Self.failure(of: watch)).description
            #expect(wrong.contains("password is wrong") && !wrong.contains("hunter2"))
            watch.user = nil
            let nobody = try #require(await Self.failure(of: watch))
            #expect(nobody.description.contains("--user"))
        }
    }
}

extension ProbeURL {
    fileprivate func onPort(_ port: Int) -> ProbeURL {
        var url = self
        url.port = port
        return url
    }
}

import DAV
import DAVTesting
import HTTPTypes
import Testing

/// People who write, share, revoke, leave and rename at random, and clients that only ever synchronise: those end up with what a
/// listing says, at every URL, and no two URLs of one collection say different things.
@Suite struct ShareSimulationTests {
    typealias W = ShareWire

    @Test(arguments: 0..<12) func whoOnlySynchronisesKnowsWhatIsThere(seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        // Every other time people are asked first.
        let wire = try await W(seed % 2 == 0 ? .instant : .invitation)
        var replicas = ["/cal/olga/", "/cal/sam/", "/cal/sue/"].map { Copy(home: $0) }
        let callers = [W.olga, W.sam, W.sue]
        for step in 0..<60 {
            try await Self.act(step, on: wire, &random)
            for index in replicas.indices where random.next() % 3 != 0 {
                try await replicas[index].catchUp(on: wire, as: callers[index])
            }
        }
        for index in replicas.indices {
            try await replicas[index].catchUp(on: wire, as: callers[index])
            try await replicas[index].expectTrue(on: wire, as: callers[index])
        }
        // (a): one content, whatever the URL.
        let own = try await Self.names(W.calendar, on: wire, as: W.olga)
        for (home, caller) in [("/cal/sam/", W.sam), ("/cal/sue/", W.sue)] {
            for instance in try await wire.instances(in: home, of: caller) {
                #expect(try await Self.names(instance, on: wire, as: caller) == own)
            }
        }
    }

    private static func names(_ target: String, on wire: W, as caller: Caller) async throws -> [String: String] {
        let found = try await wire.propfind(target, depth: "1", "<getetag/>", as: caller)
        let members = found.responses.filter { $0.href != target }
        return Dictionary(
            uniqueKeysWithValues: members.map { (String($0.href.dropFirst(target.count)), $0.value("getetag") ?? "") })
    }

    private static func act(_ step: Int, on wire: W, _ random: inout SplitMix) async throws {
        let (home, caller, name) = random.next() % 2 == 0 ? ("/cal/sam/", W.sam, "sam") : ("/cal/sue/", W.sue, "sue")
        let instance = try await wire.instances(in: home, of: caller).first
        let member = "m\(random.next() % 4)"
        if random.next() % 3 == 0, let notice = try await wire.notices(of: name, as: caller).last {
            return try await settle(notice, on: wire, as: caller, &random)
        }
        switch random.next() % 10 {
        case 0, 1: _ = try await wire.put(W.calendar + member, "\(step)", as: W.olga)
        case 2: _ = try await wire.send("DELETE", W.calendar + member, as: W.olga)
        case 3, 4: if let instance { _ = try await wire.put(instance + member, "\(step)", as: caller) }
        case 5: if let instance { _ = try await wire.send("DELETE", instance + member, as: caller) }
        case 6:
            _ = try await wire.post(W.sharee("/principals/\(name)/", random.next() % 2 == 0 ? "read" : "read-write"))
        case 7:
            let sharee = random.next() % 2 == 0 ? name : "team"
            _ = try await wire.post(W.sharee("/principals/\(sharee)/", random.next() % 2 == 0 ? "no-access" : "read"))
        case 8: if let instance, random.next() % 2 == 0 { _ = try await wire.send("DELETE", instance, as: caller) }
        default:
            guard let instance else { return }
            let patch =
                "<propertyupdate xmlns='DAV:'><set><prop><displayname>\(step)</displayname></prop></set></propertyupdate>"
            _ = try await wire.send("PROPPATCH", instance, as: caller, patch)
            _ = try await wire.send("MOVE", instance, ["Destination": home + "n\(random.next() % 2)/"], as: caller)
        }
    }

    /// Answers an invitation or removes the notice, whatever it says; a notice that is no invitation takes no answer.
    private static func settle(_ notice: String, on wire: W, as caller: Caller, _ random: inout SplitMix) async throws {
        guard random.next() % 4 != 0 else {
            _ = try await wire.send("DELETE", notice, as: caller)
            return
        }
        let word = random.next() % 3 == 0 ? "declined" : "accepted"
        _ = try await wire.send(
            "POST", notice, ["Content-Type": "application/davsharing+xml"], as: caller,
            "<D:invite-reply xmlns:D='DAV:'><D:invite-\(word)/></D:invite-reply>")
    }

    /// What one client knows: its home, and what stands in each collection there.
    private struct Copy {
        var home: String
        var known: [String: [String: String]] = [:]
        var tokens: [String: String] = [:]

        mutating func catchUp(on wire: W, as caller: Caller) async throws {
            try await catchUp(home, on: wire, as: caller)
            for collection in known[home, default: [:]].keys { try await catchUp(collection, on: wire, as: caller) }
            for gone in known.keys where gone != home && known[home]?[gone] == nil {
                (known[gone], tokens[gone]) = (nil, nil)
            }
        }

        private mutating func catchUp(_ target: String, on wire: W, as caller: Caller) async throws {
            let body =
                "<sync-collection xmlns='DAV:'><sync-token>\(tokens[target] ?? "")</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
            let answer = try await wire.send("REPORT", target, as: caller, body)
            if answer.status == 403, tokens[target] != nil {
                (known[target], tokens[target]) = (nil, nil)
                return try await catchUp(target, on: wire, as: caller)
            }
            let found = try Multistatus(answer)
            tokens[target] = found.syncToken
            for response in found.responses {
                let isGone = response.status == "HTTP/1.1 404 Not Found"
                known[target, default: [:]][response.href] = isGone ? nil : response.value("getetag") ?? ""
            }
        }

        func expectTrue(on wire: W, as caller: Caller) async throws {
            for target in [home] + known[home, default: [:]].keys {
                let found = try await wire.propfind(target, depth: "1", "<getetag/>", as: caller)
                let listed = found.responses.filter { $0.href != target }.map { ($0.href, $0.value("getetag") ?? "") }
                #expect(known[target, default: [:]] == Dictionary(uniqueKeysWithValues: listed), "\(target)")
            }
        }
    }
}

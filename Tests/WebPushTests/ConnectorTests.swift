import Testing

@testable import WebPush

/// Where connections go: risk 1, T74 to T76. Addresses of this machine stand for those of the Internet; what is not
/// allowed by a range is refused as any private address is.
@Suite(.timeLimit(.minutes(2))) struct Connecting {
    /// T75: the name service says one thing to the check and another ever after.
    @Test func aNameThatIsReboundAfterTheCheckGainsNothing() async throws {
        let (service, victim) = try await PushService.startTwo(at: ("127.0.0.2", "127.0.0.1"))
        let resolver = ScriptedResolver(.addresses(["127.0.0.2"]), .addresses(["127.0.0.1"]))
        try await withClient(resolver, allowing: ["127.0.0.2"]) { client in
            for _ in 0..<3 {
                let result = try await client.send(to: "https://PUSH.my-domain.org:\(service.port)/p")
                #expect(result.answer == .accepted)
            }
        }
        #expect(resolver.names == ["push.my-domain.org"])
        #expect(service.record.requests.count == 3)
        #expect(victim.record.connections == 0)
        try await service.stop()
        try await victim.stop()
    }

    /// T75: and when the addresses are searched again, they are judged again.
    @Test func aNameThatIsReboundLaterIsRefused() async throws {
        let (service, victim) = try await PushService.startTwo(at: ("127.0.0.2", "127.0.0.1"))
        let resolver = ScriptedResolver(.addresses(["127.0.0.2"]))
        let url = "https://push.my-domain.org:\(service.port)/p"
        try await withClient(resolver, allowing: ["127.0.0.2"], configure: { $0.addressLifetime = .zero }) { client in
            try await client.expect(.accepted, from: url)
            for answer in [["127.0.0.1"], ["127.0.0.2", "127.0.0.1"], ["127.0.0.2", "::1"], ["::ffff:127.0.0.1"]] {
                resolver.then(.addresses(answer))
                try await client.expect(.refusedAddress, from: url)
                let endpoint = try PushEndpoint(url)
                #expect(await client.obstacle(to: endpoint) == .refusedAddress)
            }
            resolver.then(.addresses(["127.0.0.2"]))
            try await client.expect(.accepted, from: url)
        }
        #expect(victim.record.connections == 0)
        try await service.stop()
        try await victim.stop()
    }

    /// T74, T76.
    @Test func privateAddressesAreRefusedUnlessTheirOriginIsAllowed() async throws {
        let service = try await PushService.start()
        let origin = "https://push.my-domain.org:\(service.port)"
        try await withClient(allowing: []) { client in
            for url in [origin + "/p", "https://localhost:\(service.port)/p", "https://127.0.0.1:\(service.port)/p"] {
                try await client.expect(.refusedAddress, from: url)
            }
        }
        #expect(service.record.connections == 0)
        try await withClient(allowing: [], configure: { $0.addressPolicy.allowedOrigins = [origin] }) { client in
            let endpoint = try PushEndpoint(origin + "/p")
            #expect(await client.obstacle(to: endpoint) == nil)
            try await client.expect(.accepted, from: origin + "/p")
            let other = try await client.send(to: "https://other.my-domain.org:\(service.port)/p")
            #expect(other.answer == .refusedAddress)
        }
        try await service.stop()
    }

    @Test func connectionsToFormerAddressesAreLetGo() async throws {
        let first = try await PushService.start(at: "127.0.0.2")
        let second = try await PushService.start(at: "127.0.0.3", port: first.port)
        let resolver = ScriptedResolver(.addresses(["127.0.0.2"]))
        let url = "https://push.my-domain.org:\(first.port)/p"
        try await withClient(resolver, configure: { $0.addressLifetime = .zero }) { client in
            try await client.expect(.accepted, from: url)
            resolver.then(.addresses(["127.0.0.3"]))
            try await client.expect(.accepted, from: url)
            #expect(client.serviceCount == 1)
            try await eventually("the old connection should end") { first.record.openConnections == 0 }
        }
        #expect(first.record.requests.count == 1)
        #expect(second.record.requests.count == 1)
        try await first.stop()
        try await second.stop()
    }

    @Test func theNextAddressIsTriedWhenOneDoesNotConnect() async throws {
        let service = try await PushService.start(at: "127.0.0.3")
        let resolver = ScriptedResolver(.addresses(["127.0.0.2", "127.0.0.3"]))
        try await withClient(resolver) { client in
            for _ in 0..<2 {
                let result = try await client.send(to: "https://push.my-domain.org:\(service.port)/p")
                #expect(result.answer == .accepted)
            }
        }
        #expect(service.record.connections == 1)
        try await service.stop()
    }

    @Test func namesThatDoNotExistAreAsGraveAsCertificates() async throws {
        for (answer, meaning) in [
            (ScriptedResolver.Answer.error(.noSuchName), PushAnswer.untrusted), (.addresses([]), .untrusted),
            (.error(.failed), .unavailable(retryAfter: nil)),
        ] {
            try await withClient(ScriptedResolver(answer)) { client in
                try await client.expect(meaning, from: "https://push.my-domain.org/p")
            }
        }
    }

    @Test func aNameServiceThatHangsIsNotWaitedFor() async throws {
        try await withClient(ScriptedResolver(.hang), configure: { $0.connectTimeout = .milliseconds(200) }) { client in
            let start = ContinuousClock.now
            let result = try await client.send(to: "https://push.my-domain.org/p")
            #expect(result.answer == .unavailable(retryAfter: nil))
            #expect(ContinuousClock.now - start < .seconds(40))
        }
    }

    @Test func whenTheNameServiceIsAwayWhatWasJudgedIsUsedOn() async throws {
        let service = try await PushService.start()
        let resolver = ScriptedResolver(.addresses(["127.0.0.1"]), .error(.failed))
        let url = "https://push.my-domain.org:\(service.port)/p"
        try await withClient(resolver, configure: { $0.addressLifetime = .zero }) { client in
            try await client.expect(.accepted, from: url)
            try await client.expect(.accepted, from: url)
            #expect(resolver.names.count == 2)
        }
        try await service.stop()
    }

    @Test func sendersToOneOriginShareOneSearch() async throws {
        let service = try await PushService.start()
        let resolver = ScriptedResolver(.addresses(["127.0.0.1"]))
        try await withClient(resolver) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask { _ = try await client.send(to: "https://push.my-domain.org:\(service.port)/p") }
                }
                try await group.waitForAll()
            }
        }
        #expect(resolver.names.count == 1)
        try await service.stop()
    }

    @Test func theSystemsResolverKnowsThisMachine() async throws {
        let addresses = try await SystemResolver().addresses(of: "localhost")
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { !AddressPolicy.isGlobal($0) })
        await #expect(throws: PushResolutionError.self) {
            try await SystemResolver().addresses(of: "no-such-host.invalid")
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct ClientsOfServices {
    @Test func theNumberOfServicesIsBoundedAndIdleOnesMakeRoom() async throws {
        var services: [PushService] = []
        for _ in 0..<5 { services.append(try await PushService.start()) }
        try await withClient(configure: { $0.maximumServices = 2 }) { client in
            for service in services + services {
                let result = try await client.send(to: "https://push.my-domain.org:\(service.port)/p")
                #expect(result.answer == .accepted)
                #expect(client.serviceCount <= 2)
            }
            try await eventually("idle connections should end") {
                services.map(\.record.openConnections).reduce(0, +) <= 2
            }
        }
        for service in services { try await service.stop() }
    }

    @Test func whenAllPlacesAreBusyAnotherServiceMustWait() async throws {
        let busy = try await PushService.start(.hang)
        let other = try await PushService.start()
        try await withClient(configure: { $0.maximumServices = 1 }) { client in
            let hanging = Task { try await client.send(to: "https://push.my-domain.org:\(busy.port)/p") }
            try await eventually("the request should arrive") { !busy.record.requests.isEmpty }
            let url = "https://other.my-domain.org:\(other.port)/p"
            try await client.expect(.unavailable(retryAfter: nil), from: url)
            #expect(other.record.connections == 0)
            hanging.cancel()
            _ = try await hanging.value
            try await client.expect(.accepted, from: url)
        }
        try await busy.stop()
        try await other.stop()
    }

    @Test func afterTheShutdownNothingIsSentAndNothingStaysOpen() async throws {
        let service = try await PushService.start(.hang)
        let url = "https://push.my-domain.org:\(service.port)/p"
        try await withClient { client in
            let start = ContinuousClock.now
            async let hanging = client.send(to: url)
            try await eventually("the request should arrive") { !service.record.requests.isEmpty }
            await client.shutdown()
            #expect(try await hanging.answer == .unavailable(retryAfter: nil))
            try await client.expect(.unavailable(retryAfter: nil), from: url)
            #expect(ContinuousClock.now - start < .seconds(40))
        }
        try await eventually("the connection should end") { service.record.openConnections == 0 }
        #expect(service.record.requests.count == 1)
        try await service.stop()
    }

    @Test func aCancelledTaskEndsItsRequest() async throws {
        let service = try await PushService.start(.hang)
        let url = "https://push.my-domain.org:\(service.port)/p"
        try await withClient { client in
            let task = Task { try await client.send(to: url) }
            try await eventually("the request should arrive") { !service.record.requests.isEmpty }
            let start = ContinuousClock.now
            task.cancel()
            #expect(try await task.value.answer == .unavailable(retryAfter: nil))
            #expect(ContinuousClock.now - start < .seconds(40))
        }
        try await service.stop()
    }
}

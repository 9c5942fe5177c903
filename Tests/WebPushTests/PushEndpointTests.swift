import Testing

@testable import WebPush

@Suite struct PushEndpoints {
    private static func policy(http: Bool = false, ports: Bool = false) -> PushEndpoint.Policy {
        var policy = PushEndpoint.Policy()
        policy.allowsHTTP = http
        policy.allowsWellKnownPorts = ports
        return policy
    }

    @Test(arguments: [
        ("https://push.my-domain.org/p/tok-1", "https://push.my-domain.org", "/p/tok-1"),
        ("HTTPS://Push.My-Domain.org:443/P?a=b&c=%2F", "https://push.my-domain.org", "/P?a=b&c=%2F"),
        ("https://push.my-domain.org", "https://push.my-domain.org", "/"),
        ("https://push.my-domain.org:?up=1", "https://push.my-domain.org", "/?up=1"),
        ("https://push.my-domain.org:8443//a/../b", "https://push.my-domain.org:8443", "//a/../b"),
        ("https://fcm.my-domain.org/fcm/send/a:b-c_d@e!f", "https://fcm.my-domain.org", "/fcm/send/a:b-c_d@e!f"),
        ("https://xn--bcher-kva.de/", "https://xn--bcher-kva.de", "/"),
        ("https://a_b.my-domain.org/", "https://a_b.my-domain.org", "/"), ("https://push/", "https://push", "/"),
        ("https://8.8.8.8/x", "https://8.8.8.8", "/x"),
        ("https://[2606:4700:0:0::1111]:9443/x", "https://[2606:4700::1111]:9443", "/x"),
        ("https://1.example-2.de/", "https://1.example-2.de", "/"),
        ("https://0x7f.my-domain.org/", "https://0x7f.my-domain.org", "/"),
    ])
    func theseAreTaken(url: String, origin: String, target: String) throws {
        let endpoint = try PushEndpoint(url)
        #expect(endpoint.origin == origin)
        #expect(endpoint.target == target)
        #expect(endpoint.url == url)
        #expect(endpoint.isEncrypted)
    }

    /// T74, as far as the text of a URL tells.
    @Test(arguments: [
        ("", PushEndpointError.scheme), ("push.my-domain.org/p", .scheme), ("http://push.my-domain.org/p", .scheme),
        ("ftp://push.my-domain.org/p", .scheme), ("https:/push.my-domain.org", .scheme),
        ("https:push.my-domain.org", .scheme), (" https://push.my-domain.org", .scheme),
        ("file:///etc/passwd", .scheme),
        ("https://", .host), ("https:///p", .host), ("https://?x", .host), ("https://:8443/", .host),
        ("https://ann@push.my-domain.org/", .userInformation), ("https://ann:pw@push.my-domain.org/", .userInformation),
        ("https://push.my-domain.org@127.0.0.1/", .userInformation),
        ("https://push.my-domain.org/p#x", .fragment), ("https://push.my-domain.org#", .fragment),
        ("https://push.my-domain.org/a b", .character), ("https://push.my-domain.org/a\r\nb", .character),
        ("https://push.my-domain.org/a\\b", .character), ("https://push.my-domain.org/é", .character),
        ("https://push.my-domain.org/%", .character), ("https://push.my-domain.org/%4", .character),
        ("https://push.my-domain.org/%zz", .character), ("https://push.my-domain.org/\"", .character),
        ("https://push.my-domain.org/<x>", .character), ("https://push.my-domain.org/\u{0}", .character),
        ("https://push.my-domain.org:0/", .port), ("https://push.my-domain.org:25/", .port),
        ("https://push.my-domain.org:80/", .port), ("https://push.my-domain.org:65536/", .port),
        ("https://push.my-domain.org:99999999999/", .port), ("https://push.my-domain.org:08443/", .port),
        ("https://push.my-domain.org:+443/", .port), ("https://push.my-domain.org:443:443/", .port),
        ("https://push.my-domain.org:x/", .port),
        ("https://localhost./", .host), ("https://push.my-domain.org./", .host), ("https://.my-domain.org/", .host),
        ("https://a..my-domain.org/", .host), ("https://-a.org/", .host), ("https://a-.org/", .host),
        ("https://bücher.de/", .host), ("https://push%2emy-domain.org/", .host), ("https://a b.org/", .host),
        ("https://push\\.my-domain.org/", .host), ("https://\(String(repeating: "a", count: 64)).org/", .host),
        ("https://\(String(repeating: "a.", count: 130))org/", .host), ("https://[::1/", .port), ("https://[]/", .host),
        ("https://[127.0.0.1]/", .host), ("https://[fe80::1%25eth0]/", .host), ("https://::1/", .port),
        ("https://[::1]x/", .host),
        ("https://2130706433/", .numericHost), ("https://0x7f.1/", .numericHost), ("https://0177.1/", .numericHost),
        ("https://127.1/", .numericHost), ("https://0x7f000001/", .numericHost), ("https://0177.0.0.1/", .numericHost),
        ("https://127.0.0.01/", .numericHost), ("https://127.0.0.0x1/", .numericHost),
        ("https://127.0.0.256/", .numericHost), ("https://1.2.3.4.5/", .numericHost), ("https://a.0x/", .numericHost),
        ("https://push.7/", .numericHost), ("https://①②⑦.0.0.1/", .host),
    ])
    func theseAreRefused(url: String, error: PushEndpointError) {
        #expect(throws: error) { try PushEndpoint(url) }
    }

    @Test func whatThePolicyAllowsIsTaken() throws {
        let plain = try PushEndpoint("http://push.my-domain.org/p", policy: Self.policy(http: true))
        #expect(plain.origin == "http://push.my-domain.org")
        #expect(!plain.isEncrypted)
        #expect(throws: PushEndpointError.port) {
            try PushEndpoint("http://push.my-domain.org:443/p", policy: Self.policy(http: true))
        }
        let low = try PushEndpoint("https://push.my-domain.org:444/p", policy: Self.policy(ports: true))
        #expect(low.origin == "https://push.my-domain.org:444")
    }

    @Test func theLengthIsBounded() throws {
        let base = "https://push.my-domain.org/"
        let longest = base + String(repeating: "a", count: 2048 - base.count)
        #expect(try PushEndpoint(longest).url == longest)
        #expect(throws: PushEndpointError.tooLong) { try PushEndpoint(longest + "a") }
    }

    @Test func identityIsTheExactText() throws {
        let one = try PushEndpoint("https://push.my-domain.org/p")
        #expect(try PushEndpoint("https://push.my-domain.org/p") == one)
        for other in [
            "https://Push.my-domain.org/p", "https://push.my-domain.org:443/p", "https://push.my-domain.org/p/",
        ] {
            #expect(try PushEndpoint(other) != one)
        }
    }

    /// T85: whoever knows the URL can send.
    @Test func descriptionsTellOriginAndDigestOnly() throws {
        let endpoint = try PushEndpoint("https://push.my-domain.org/p/a-secret")
        #expect("\(endpoint)".wholeMatch(of: /https:\/\/push\.my-domain\.org\/…[0-9a-f]{8}/) != nil)
        var dumped = String(reflecting: endpoint) + "\([endpoint])"
        dump(endpoint, to: &dumped)
        #expect(!dumped.contains("a-secret"))
        #expect(try PushEndpoint("https://push.my-domain.org/p/another").redacted != endpoint.redacted)
    }
}

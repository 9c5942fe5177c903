import Testing

@testable import WebPush

@Suite struct Addresses {
    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("8.8.4.4", "8.8.4.4"), ("::", "::"),
        ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("::ffff:10.0.0.1", "::ffff:a00:1"), ("64:ff9b::8.8.8.8", "64:ff9b::808:808"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("1:0:0:2::", "1:0:0:2::"), ("fe80::1", "fe80::1"),
    ])
    func addressesAreReadAndWritten(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
    }

    @Test(arguments: [
        "", ".", "1", "127.1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.-4", "1.2.3.4 ", "0x7f.0.0.1",
        "1..2.3",
        ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "fe80::1%eth0", "[::1]",
        "1:2:3:4:5:6:7:8::", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", ":1::", "1::2:", "1:2:3:4:5:6:7:1.2.3.4", "é",
        "99999999999999999999.1.1.1", "::ffff:999.1.1.1",
    ])
    func otherTextsAreNoAddresses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "255.1.2.3", true),
        ("192.168.1.5", "192.168.1.5", true), ("192.168.1.5/32", "192.168.1.4", false), ("fd00::/8", "fdff::1", true),
        ("fd00::/8", "fc00::1", false), ("::/0", "fc00::1", true), ("::1", "::1", true), ("::/0", "1.2.3.4", false),
        ("0.0.0.0/0", "::1", false), ("2001:db8::/127", "2001:db8::1", true), ("2001:db8::/127", "2001:db8::2", false),
    ])
    func rangesContainTheirAddresses(range: String, address: String, contains: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(#require(IPAddress(address))) == contains)
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.1/8", "fd00::1/8",
        "fd00::/129",
        "10.0.0.0/+8", "10.0.0.0/ 8", "a/8", "10.0.0.0/99999999999999999999", "10.0.0.0/٨",
    ])
    func otherTextsAreNoRanges(text: String) {
        #expect(AddressRange(text) == nil)
    }
}

/// Risk 1, every row: the first and the last address of each range, and their neighbours.
@Suite struct GlobalAddresses {
    @Test(arguments: [
        ("0.0.0.0", "0.255.255.255"), ("10.0.0.0", "10.255.255.255"), ("100.64.0.0", "100.127.255.255"),
        ("127.0.0.0", "127.255.255.255"), ("169.254.0.0", "169.254.255.255"), ("169.254.169.254", "169.254.169.254"),
        ("172.16.0.0", "172.31.255.255"), ("192.0.0.0", "192.0.0.255"), ("192.0.2.0", "192.0.2.255"),
        ("192.88.99.0", "192.88.99.255"), ("192.168.0.0", "192.168.255.255"), ("198.18.0.0", "198.19.255.255"),
        ("198.51.100.0", "198.51.100.255"), ("203.0.113.0", "203.0.113.255"), ("224.0.0.0", "239.255.255.255"),
        ("240.0.0.0", "255.255.255.255"),
        ("::", "::1"), ("::2", "::7f00:1"), ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
        ("100::", "100::ffff:ffff:ffff:ffff"), ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2002:7f00:1::", "2002:808:808::1"), ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("5f00::", "5f00::1"),
        ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("::ffff:10.0.0.1", "::ffff:127.0.0.1"), ("::ffff:169.254.169.254", "::ffff:100.64.0.1"),
        ("::ffff:0:808:808", "::ffff:0:7f00:1"), ("64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1"),
        ("64:ff9b::169.254.169.254", "64:ff9b::224.0.0.1"), ("1fff::", "4000::"),
    ])
    func theseAreNot(first: String, last: String) throws {
        for text in [first, last] { #expect(!AddressPolicy.isGlobal(try #require(IPAddress(text))), "\(text)") }
    }

    @Test(arguments: [
        "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0",
        "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
        "2000::1", "2001:200::1", "2001:4860:4860::8888", "2001:db7:ffff::1", "2001:db9::1", "2003::1",
        "2606:4700::1111",
        "3ffe:ffff::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    ])
    func theseAre(text: String) throws {
        #expect(AddressPolicy.isGlobal(try #require(IPAddress(text))))
    }
}

@Suite struct AddressPolicies {
    private func addresses(_ texts: [String]) throws -> [IPAddress] { try texts.map { try #require(IPAddress($0)) } }

    @Test(arguments: [
        (["8.8.8.8"], true), (["8.8.8.8", "2606:4700::1111"], true), ([], false), (["127.0.0.1"], false),
        (["8.8.8.8", "127.0.0.1"], false), (["8.8.8.8", "::1"], false), (["192.168.7.1"], true),
        (["192.168.8.1"], false),
        (["::ffff:192.168.7.1"], true), (["::ffff:192.168.8.1"], false), (["fd12::1"], true), (["fd13::1"], false),
        (["192.168.7.1", "10.0.0.1"], false),
    ])
    func oneForbiddenAddressRefusesThemAll(texts: [String], allowed: Bool) throws {
        let ranges = try ["192.168.7.0/24", "fd12::/16"].map { try #require(AddressRange($0)) }
        let policy = AddressPolicy(allowedRanges: ranges)
        let endpoint = try PushEndpoint("https://push.my-domain.org/")
        #expect(policy.allows(try addresses(texts), for: endpoint) == allowed)
    }

    /// T76.
    @Test(arguments: [
        ("https://push.lan:8443/p", true), ("https://PUSH.lan:8443/q", true), ("https://push.lan/p", false),
        ("https://push.lan:8444/p", false), ("https://other.lan:8443/p", false),
    ])
    func anAllowedOriginMayHaveAnyAddress(url: String, allowed: Bool) throws {
        let policy = AddressPolicy(allowedOrigins: ["https://push.lan:8443"])
        #expect(policy.allows(try addresses(["192.168.1.1"]), for: try PushEndpoint(url)) == allowed)
    }

    @Test func aDeniedHostIsDeniedWhateverItsAddressAndSpelling() throws {
        let policy = AddressPolicy(allowedOrigins: ["https://dav.my-domain.org"], deniedHosts: ["dav.my-domain.org"])
        for url in ["https://dav.my-domain.org/", "https://DAV.my-domain.org:8443/"] {
            #expect(!policy.allows(try addresses(["8.8.8.8"]), for: try PushEndpoint(url)))
        }
    }
}

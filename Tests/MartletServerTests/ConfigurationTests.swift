import Testing

@testable import MartletServer

@Suite struct Configurations {
    @Test func laterSourcesWin() throws {
        var loader = ConfigurationLoader()
        try loader.apply(
            toml: "listen = \"127.0.0.1:1\"\nrealm = \"file\"\n[limits]\nconnections = 7\nidle-timeout = \"2m\"",
            from: "a.toml")
        try loader.apply(environment: [
            "MARTLET_LISTEN": "127.0.0.1:2", "PATH": "/bin", "MARTLET_PROXIES_TRUSTED": "10.0.0.0/8, ::1",
        ])
        try loader.set("listen", to: "[::1]:3", from: "flag --listen")
        let configuration = try loader.finish()
        #expect(configuration.listen == ListenAddress(host: "::1", port: 3))
        #expect(configuration.realm == "file")
        #expect(configuration.maxConnections == 7)
        #expect(configuration.idleTimeout == Seconds(120))
        #expect(configuration.trustedProxies.count == 2)
        #expect(loader.sources["listen"] == "flag --listen")
        #expect(loader.sources["data"] == nil)
    }

    @Test(arguments: [
        ("lisen = \"x:1\"", "Did you mean `listen`?"), ("[tls]\ncert = \"x\"", "Did you mean `tls.certificate`?"),
        ("[tsl]\nkey = \"x\"", "There is no section `tsl`"), ("wibble-wobble-wubble = 1", "`martlet config` lists"),
        ("listen = \"nowhere\"", "it takes host:port"), ("listen = \"h:99999\"", "it takes host:port"),
        ("allow-insecure = \"perhaps\"", "true or false"), ("[limits]\nconnections = 0", "whole number above zero"),
        ("[limits]\nidle-timeout = \"soon\"", "a time such as"), ("[limits]\nxml = \"-1MB\"", "a size such as"),
        ("[log]\nformat = \"xml\"", "one of text, json"), ("base-url = \"https://a/b\"", "without a path"),
        ("[proxies]\ntrusted = [\"10.0.0.0/99\"]", "a network such as"), ("listen = ", "not valid TOML"),
        ("listen = 1.5", "must be a text"),
    ])
    func aMistakeIsNamedWithWhatWouldBeRight(toml: String, advice: String) {
        var loader = ConfigurationLoader()
        let error = #expect(throws: ConfigurationError.self) { try loader.apply(toml: toml, from: "martlet.toml") }
        #expect(error?.description.contains(advice) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("martlet.toml") == true)
    }

    @Test func anUnknownVariableIsAMistake() {
        var loader = ConfigurationLoader()
        let error = #expect(throws: ConfigurationError.self) { try loader.apply(environment: ["MARTLET_LISTN": "x:1"]) }
        #expect(error?.description.contains("Did you mean `MARTLET_LISTEN`?") == true)
    }

    @Test func aSecretIsNotRepeatedInAMessage() {
        var loader = ConfigurationLoader()
        let error = #expect(throws: ConfigurationError.self) {
            try loader.set("metrics.token", to: "hush\u{7}", from: "flag --set")
        }
        #expect(error?.description.contains("hush") == false)
    }

    @Test func halfOfATLSPairIsAMistake() throws {
        var loader = ConfigurationLoader()
        try loader.set("tls.key", to: "key.pem", from: "test")
        #expect(throws: ConfigurationError.self) { try loader.finish() }
    }

    @Test func openMetricsNeedAToken() throws {
        var loader = ConfigurationLoader()
        try loader.set("metrics.listen", to: "0.0.0.0:9100", from: "test")
        #expect(throws: ConfigurationError.self) { try loader.finish() }
        try loader.set("metrics.token", to: "t", from: "test")
        #expect(try loader.finish().metricsListen?.port == 9100)
    }

    /// What `martlet config` prints can be read back.
    @Test(arguments: ConfigurationKey.all.map(\.name))
    func everyDefaultIsALegalValueOfItsKey(name: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        var loader = ConfigurationLoader()
        try loader.set(name, to: key.read(Configuration()), from: "test")
        #expect(key.read(loader.configuration) == key.read(Configuration()))
        #expect(!key.summary.isEmpty)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("::1", "::1", true),
        ("0.0.0.0/0", "9.9.9.9", true), ("0.0.0.0/0", "::1", false), ("2001:db8::/33", "2001:db8:8000::", false),
        ("192.0.2.1", "::ffff:192.0.2.1", true),
    ])
    func addressesBelongToTheirNetworks(range: String, address: String, isInside: Bool) throws {
        let range = try #require(AddressRange(configuration: range))
        let address = try #require(IPAddress(address))
        #expect(range.contains(address) == isInside)
    }
}

import DAV
import Testing

@testable import MartletServer

/// CORS (H-21; client-quirks 17, 17): off unless configured, and then for those configured only.
@Suite(.timeLimit(.minutes(5))) struct PagesOfOtherSites {
    private static let site = "https://app.example.org"

    private static func preflight(_ target: String, from origin: String) -> String {
        """
        OPTIONS \(target) HTTP/1.1\r\nHost: x\r\nOrigin: \(origin)\r\nAccess-Control-Request-Method: REPORT\r\n\
        Access-Control-Request-Headers: authorization,content-type,depth,if-match,prefer\r\n\r\n
        """
    }

    private static func propfind(_ target: String, from origin: String) -> String {
        let credentials = BasicTestCredentials.ann
        return
            "PROPFIND \(target) HTTP/1.1\r\nHost: x\r\nOrigin: \(origin)\r\nDepth: 0\r\nAuthorization: \(credentials)\r\n\r\n"
    }

    @Test func aPreflightOfAConfiguredSiteIsAnsweredBeforeSignIn() async throws {
        try await TestServer.run {
            $0.configuration.crossOrigins = [WebOrigin(configuration: Self.site)!]
        } _: { server in
            for target in ["/", "/calendars/ann/", "/.well-known/caldav", "/nowhere/at/all"] {
                let answer = try await server.request(Self.preflight(target, from: Self.site))
                #expect(answer.status == 204)
                #expect(answer["Access-Control-Allow-Origin"] == Self.site)
                #expect(answer["Access-Control-Allow-Credentials"] == "true")
                let methods = answer["Access-Control-Allow-Methods"]?.split(separator: ", ") ?? []
                for method in ["PROPFIND", "REPORT", "PUT", "DELETE", "MKCOL", "PROPPATCH", "MOVE"] {
                    #expect(methods.contains(Substring(method)), "\(method)")
                }
                #expect(
                    answer["Access-Control-Allow-Headers"] == "authorization,content-type,depth,if-match,prefer")
                #expect(answer["Access-Control-Max-Age"] == "7200")
                #expect(answer["Vary"] == "Access-Control-Request-Headers, Origin")
            }
        }
    }

    @Test func everyAnswerToAConfiguredSiteMayBeRead() async throws {
        try await TestServer.run {
            $0.configuration.crossOrigins = [WebOrigin(configuration: Self.site)!]
        } _: { server in
            for (request, status) in [
                (Self.propfind("/files/ann/", from: Self.site), 207),
                (Self.propfind("/files/ann/none", from: Self.site), 404),
                (Self.propfind("/.well-known/caldav", from: Self.site), 301),
                ("PROPFIND / HTTP/1.1\r\nHost: x\r\nOrigin: \(Self.site)\r\n\r\n", 401),
            ] {
                let answer = try await server.request(request)
                #expect(answer.status == status)
                #expect(answer["Access-Control-Allow-Origin"] == Self.site)
                let exposed = answer["Access-Control-Expose-Headers"]?.split(separator: ", ") ?? []
                for name in ["ETag", "DAV", "Location", "Lock-Token", "Preference-Applied", "Content-Location"] {
                    #expect(exposed.contains(Substring(name)), "\(name)")
                }
                #expect(answer["Vary"]?.contains("Origin") == true)
            }
        }
    }

    @Test func otherSitesAreToldNothing() async throws {
        try await TestServer.run {
            $0.configuration.crossOrigins = [WebOrigin(configuration: Self.site)!]
        } _: { server in
            for origin in [
                "https://evil.example", "http://app.example.org", "https://app.example.org.evil.example", "null",
            ] {
                let refused = try await server.request(Self.preflight("/", from: origin))
                #expect(refused.status == 401)
                let answer = try await server.request(Self.propfind("/files/ann/", from: origin))
                for reply in [refused, answer] {
                    #expect(!reply.headers.contains { $0.name.lowercased().hasPrefix("access-control-") })
                    // What a cache keeps of it must not be taken for the answer to a site that is allowed.
                    #expect(reply["Vary"]?.contains("Origin") == true)
                }
            }
        }
    }

    @Test func anySiteMayComeButWithoutTheBrowsersCredentials() async throws {
        try await TestServer.run {
            $0.configuration.crossOrigins = [.any]
        } _: { server in
            for request in [
                Self.preflight("/", from: "https://any.example"), Self.propfind("/", from: "https://any.example"),
            ] {
                let answer = try await server.request(request)
                #expect(answer["Access-Control-Allow-Origin"] == "*")
                #expect(answer["Access-Control-Allow-Credentials"] == nil)
            }
        }
    }

    @Test func withoutConfigurationNothingIsAllowed() async throws {
        try await TestServer.run { server in
            for request in [Self.preflight("/", from: Self.site), Self.propfind("/", from: Self.site)] {
                let answer = try await server.request(request)
                #expect(!answer.headers.contains { $0.name.lowercased().hasPrefix("access-control-") })
            }
        }
    }

    @Test func originsAreReadStrictly() {
        #expect(
            [WebOrigin](configuration: "https://A.example, *")?.map(\.configurationText) == ["https://a.example", "*"])
        for bad in [
            "app.example.org", "https://app.example.org/", "https://app.example.org/path", "ftp://x", "https://",
        ] {
            #expect(WebOrigin(configuration: bad) == nil, "\(bad)")
        }
    }
}

enum BasicTestCredentials {
    /// `ann:secret`.
    static let ann = "Basic YW5uOnNlY3JldA=="
}

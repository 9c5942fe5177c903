import Testing

@testable import MartletServer

/// RFC 6764 §5, N-01, N-02: from a host's name to the place that asks who one is.
@Suite(.timeLimit(.minutes(5))) struct WellKnownPlaces {
    @Test(arguments: ["caldav", "carddav"])
    func everyMethodIsRedirectedBeforeAnybodySignsIn(service: String) async throws {
        try await TestServer.run { server in
            for method in ["GET", "HEAD", "OPTIONS", "PROPFIND", "PROPPATCH", "REPORT", "PUT", "DELETE", "MKCALENDAR"] {
                let answer = try await server.request(
                    "\(method) /.well-known/\(service) HTTP/1.1\r\nHost: dav.test:81\r\n\r\n")
                #expect(answer.status == 301, "\(method)")
                #expect(answer["Location"] == "http://dav.test:81/", "\(method)")
                #expect(answer["Cache-Control"] == "max-age=3600", "\(method)")
            }
        }
    }

    @Test func aBodyIsNotTakenForTheNextRequest() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let body = "<propfind xmlns='DAV:'><prop><current-user-principal/></prop></propfind>"
            try await client.send(
                """
                PROPFIND /.well-known/caldav HTTP/1.1\r\nHost: x\r\nDepth: 0\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)
                """)
            #expect(try await client.response().status == 301)
            try await client.send("PROPFIND / HTTP/1.1\r\nHost: x\r\nDepth: 0\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.response().status == 401)
            await client.close()
        }
    }

    @Test func theSpellingMayEndInASlashAndCarryAQuery() async throws {
        try await TestServer.run { server in
            for target in ["/.well-known/caldav/", "/.well-known/carddav?x=1"] {
                let answer = try await server.request("PROPFIND \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(answer.status == 301)
            }
            for target in ["/.well-known/", "/.well-known/caldavs", "/.well-known/caldav/x", "/x/.well-known/caldav"] {
                let answer = try await server.request("PROPFIND \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(answer.status == 401)
            }
        }
    }

    @Test func theRedirectLeadsWhereTheClientCameFrom() async throws {
        let request = "GET /.well-known/caldav HTTP/1.1\r\nHost: inner\r\n"
        try await TestServer.run { setup in
            setup.configuration.trustedProxies = [AddressRange(configuration: "127.0.0.1/32")!]
        } _: { server in
            let forwarded = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: dav.example.org\r\n\r\n"
            let answer = try await server.request(request + forwarded)
            #expect(answer["Location"] == "https://dav.example.org/")
        }
        try await TestServer.run { setup in
            setup.configuration.baseURL = BaseURL(configuration: "https://dav.example.org:444")
        } _: { server in
            let answer = try await server.request(request + "\r\n")
            #expect(answer["Location"] == "https://dav.example.org:444/")
        }
    }
}

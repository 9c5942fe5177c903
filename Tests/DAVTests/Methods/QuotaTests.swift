import DAV
import HTTPTypes
import DAVTesting
import Testing

/// RFC 4331
@Suite struct QuotaTests {
    let wire = Wire(quotaBytes: 10)

    func isOverQuota(_ answer: Wire.Answer) throws -> Bool {
        guard answer.status == 507 else { return false }
        return try answer.xml().first(.dav("quota-not-exceeded")) != nil
    }

    @Test func whatDoesNotFitIsRefusedAndNothingChanges() async throws {  // E-06
        #expect(try await wire.send("PUT", "/files/alice/a", "123456").status == 201)
        #expect(try isOverQuota(await wire.send("PUT", "/files/alice/b", "12345")))
        #expect(
            try isOverQuota(await wire.send("PUT", "/files/alice/b", ["Content-Length": "5"], "12345")),
            "told beforehand")
        #expect(try isOverQuota(await wire.send("POST", "/files/alice/", "12345")))
        #expect(try isOverQuota(await wire.send("COPY", "/files/alice/a", ["Destination": "/files/alice/b"])))
        #expect(try await wire.send("GET", "/files/alice/b").status == 404)
        #expect(try isOverQuota(await wire.send("PUT", "/files/alice/a", "12345678901")))
        #expect(try await wire.send("GET", "/files/alice/a").text == "123456")
        #expect(try await wire.send("MOVE", "/files/alice/a", ["Destination": "/files/alice/b"]).status == 201)
    }

    @Test func aFullHomeStillTakesABodyOfTheSameSize() async throws {  // E-05
        #expect(try await wire.send("PUT", "/files/alice/a", "1234567890").status == 201)
        #expect(try await wire.send("PUT", "/files/alice/a", "0987654321").status == 204)
        #expect(try isOverQuota(await wire.send("PUT", "/files/alice/b", "1")))
        #expect(try await wire.send("DELETE", "/files/alice/a").status == 204)
        #expect(try await wire.send("PUT", "/files/alice/b", "1").status == 201)
    }

    @Test func whatIsUsedAndWhatIsLeftCanBeAsked() async throws {  // RFC 4331 §2, E-05
        try await wire.mkcol("/files/alice/c")
        try await wire.put("/files/alice/c/a", "1234")
        let home = try await wire.propfind("/files/alice/", "<quota-used-bytes/><quota-available-bytes/>").responses[0]
        #expect(home.value("quota-used-bytes") == "4")
        #expect(home.value("quota-available-bytes") == "6")
        let change =
            "<propertyupdate xmlns='DAV:'><set><prop><quota-available-bytes>99</quota-available-bytes></prop></set></propertyupdate>"
        let refused = try Multistatus(await wire.send("PROPPATCH", "/files/alice/", change)).responses[0]
        #expect(refused.status(of: "quota-available-bytes") == "HTTP/1.1 403 Forbidden")
    }
}

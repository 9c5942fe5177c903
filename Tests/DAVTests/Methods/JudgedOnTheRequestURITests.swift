import DAV
import HTTPTypes
import DAVTesting
import Testing

/// What the conditional headers of a request speak of, and when they are judged.
@Suite struct JudgedOnTheRequestURITests {
    let wire = Wire()

    @Test func theConditionsOfAPostSpeakOfTheCollection() async throws {  // G-02, Y-60, Y-62
        let token = { try await wire.propfind("/files/alice/", "<sync-token/>").responses[0].value("sync-token") }
        let first = try #require(try await token())
        #expect(try await wire.send("POST", "/files/alice/", ["If": "(<\(first)>)"], "x").status == 201)
        #expect(try await wire.send("POST", "/files/alice/", ["If": "(<\(first)>)"], "x").status == 412)
        #expect(try await wire.send("POST", "/files/alice/", ["If": "</files/alice/> (<\(first)>)"], "x").status == 412)
        #expect(try await wire.send("POST", "/files/alice/", ["If-None-Match": "*"], "x").status == 412)
        #expect(try await wire.send("POST", "/files/alice/", ["If-Match": "*"], "x").status == 201)
        #expect(try await wire.send("POST", "/files/alice/", ["If-Match": "\"x\""], "x").status == 412)
        #expect(try await wire.propfind("/files/alice/", depth: "1", "<getetag/>").responses.count == 3)
    }

    @Test func conditionsAreJudgedBeforeProtectedProperties() async throws {
        try await wire.put("/files/alice/f")
        let update = "<propertyupdate xmlns='DAV:'><set><prop><getetag>x</getetag></prop></set></propertyupdate>"
        #expect(try await wire.send("PROPPATCH", "/files/alice/f", ["If-Match": "\"x\""], update).status == 412)
        #expect(try await wire.send("PROPPATCH", "/files/alice/f", update).status == 207)
    }

    @Test func aCollectionThatIsThereAnswersIfNoneMatchWith304() async throws {  // H-03
        for method in ["GET", "HEAD"] {
            #expect(try await wire.send(method, "/files/alice/", ["If-None-Match": "*"]).status == 304)
            #expect(try await wire.send(method, "/files/alice/", ["If-Match": "\"x\""]).status == 412)
            // A page has no date: its members change without it.
            let future = ["If-Modified-Since": "Sun, 09 Sep 2030 01:46:40 GMT"]
            #expect(try await wire.send(method, "/files/alice/", future).status == 200)
        }
    }
}

import DAV

/// Whether bodies of all forms and sizes come through, and URLs as they are.
extension Examination {
    func bodies(large: Int) async throws {
        try await chunkedBody()
        try await expectation()
        try await largeBody(large)
    }

    private func chunkedBody() async throws {
        let file = member("chunked.txt")
        let chunks = (0..<4).map { _ in [UInt8](repeating: 120, count: 1000) }
        let answer = try await send("PUT", file, [("Content-Type", "text/plain")], .chunked(chunks))
        let stored = answer.isSuccess ? try await send("GET", file).body.count : 0
        expect(
            answer.isSuccess && stored == 4000, "Chunked bodies arrive",
            or: answer.isSuccess ? "\(stored) of 4000 bytes" : tell(answer),
            "Finder and other clients that do not announce a length cannot upload.", .chunked)
    }

    private func expectation() async throws {
        let file = member("expect.txt")
        let answer = try await send(
            "PUT", file, [("Content-Type", "text/plain")], .afterContinue([UInt8](repeating: 120, count: 1000)))
        guard answer.isSuccess else {
            failed("Expect: 100-continue: \(tell(answer))", "curl and others cannot upload large files.", .expectation)
            return
        }
        if answer.wasContinued {
            passed("Expect: 100-continue is answered")
        } else {
            warned(
                "Expect: 100-continue is not answered", "Some clients wait a second before each upload.", .expectation)
        }
    }

    private func largeBody(_ size: Int) async throws {
        let file = member("large.bin")
        let shown = ByteSize(Int64(size)).configurationText
        let meaning = "Photos of contacts, attachments and files above the limit are never stored."
        let answer: ProbeAnswer
        do {
            answer = try await send(
                "PUT", file, [("Content-Type", "application/octet-stream")],
                .bytes([UInt8](repeating: 120, count: size)))
        } catch ProbeFailure.closed {
            failed("A body of \(shown): the connection was closed in the middle", meaning, .bodySize)
            return
        }
        let stored = answer.isSuccess ? try await send("HEAD", file)["Content-Length"] : nil
        expect(
            stored == String(size), "A body of \(shown) arrives",
            or: answer.isSuccess ? "\(stored ?? "nothing") is there" : tell(answer), meaning, .bodySize)
    }

    /// What proxies do to paths: escapes decoded.
    func spelling() async throws {
        guard let folder else { return }
        for (escaped, name) in [
            ("a%20b%2Bc%C3%A4%25.txt", "a b+cä%.txt"), ("uid%2Fwith%2Fslashes.ics", "uid/with/slashes.ics"),
        ] {
            let put = try await send("PUT", member(escaped), [("Content-Type", "text/plain")], .bytes([120]))
            let listed = try await propfind(folder, depth: "1", "<D:getetag/>").hrefs
            let names = listed.compactMap { try? ParsedPath(parsing: $0).path.last?.string }
            expect(
                put.isSuccess && names.contains(name), "\(escaped) keeps its name",
                or: put.isSuccess ? "it is listed by another" : tell(put),
                "Events and files with such names cannot be stored, or come back twice.", .spelling)
        }
    }
}

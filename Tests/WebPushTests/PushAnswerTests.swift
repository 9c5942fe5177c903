import Testing

@testable import WebPush

/// Each line of what push services answer.
@Suite struct PushAnswers {
    private static let origin = "https://push.my-domain.org"
    /// 2026-11-21 10:00:00 UTC.
    private static let now: Int64 = 1_795_255_200

    private func answer(_ status: Int, retryAfter: String? = nil, body: String = "") -> PushAnswer {
        PushAnswer(status: status, retryAfter: retryAfter, body: Array(body.utf8), origin: Self.origin, now: Self.now)
    }

    @Test(arguments: [
        (200, PushAnswer.accepted), (201, .accepted), (202, .accepted), (204, .accepted), (299, .accepted),
        (301, .redirected(status: 301)), (302, .redirected(status: 302)), (303, .redirected(status: 303)),
        (307, .redirected(status: 307)), (308, .redirected(status: 308)), (304, .redirected(status: 304)),
        (400, .malformed(status: 400)), (401, .wrongKey), (403, .wrongKey), (404, .notFound),
        (406, .pause(origin: origin, retryAfter: nil)), (408, .unavailable(retryAfter: nil)), (410, .gone),
        (413, .tooLarge), (415, .malformed(status: 415)), (418, .malformed(status: 418)),
        (422, .malformed(status: 422)),
        (425, .unavailable(retryAfter: nil)), (429, .pause(origin: origin, retryAfter: nil)),
        (500, .unavailable(retryAfter: nil)), (502, .unavailable(retryAfter: nil)),
        (503, .unavailable(retryAfter: nil)),
        (504, .unavailable(retryAfter: nil)), (507, .noReceiver), (599, .unavailable(retryAfter: nil)),
        (0, .unavailable(retryAfter: nil)), (999, .unavailable(retryAfter: nil)), (101, .unavailable(retryAfter: nil)),
    ])
    func everyStatusHasItsMeaning(status: Int, meaning: PushAnswer) {
        #expect(answer(status) == meaning)
    }

    @Test func theKeyMismatchThatIsSaidIn400IsOfTheKey() {
        #expect(answer(400, body: #"{"reason":"VapidPkHashMismatch"}"#) == .wrongKey)
        #expect(answer(400, body: #"{"reason":"BadTopic"}"#) == .malformed(status: 400))
        #expect(answer(500, body: "VapidPkHashMismatch") == .unavailable(retryAfter: nil))
    }

    /// T67: `Retry-After` of 429 and 503, in every form.
    @Test(
        arguments: [
            ("3", 3), ("0", 0), ("3600", 3600), ("3601", 3600), (" 7 ", 7), ("99999999999999999999999", 3600),
            ("Sat, 21 Nov 2026 10:00:30 GMT", 30), ("Saturday, 21-Nov-26 10:00:30 GMT", 30),
            ("Sat Nov 21 10:00:30 2026", 30),
            ("Sat, 21 Nov 2026 09:00:00 GMT", 0), ("Fri, 31 Dec 9999 23:59:59 GMT", 3600), ("", nil), ("-3", nil),
            ("3.5", nil),
            ("soon", nil), ("Sat, 21 Nov 2026 10:00:30", nil), ("Sat, 21 Foo 2026 10:00:30 GMT", nil),
            ("Sat, 21 Nov 2026 25:00:30 GMT", nil), ("Sat, 21 Nov 2026 10:00 GMT", nil),
            ("Sat, 99 Nov 2026 10:00:00 GMT", nil),
            ("٣", nil), ("3, 4", nil),
        ] as [(String, Int64?)])
    func waitsAreReadAndCapped(value: String, seconds: Int64?) {
        #expect(answer(429, retryAfter: value) == .pause(origin: Self.origin, retryAfter: seconds))
        #expect(answer(503, retryAfter: value) == .unavailable(retryAfter: seconds))
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777), ("Sun Nov  6 08:49:37 1994", 784_111_777),
            ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000), ("Sat, 21 Nov 2026 10:00:00 GMT", now),
        ] as [(String, Int64)])
    func datesOfHTTPAreRead(text: String, seconds: Int64) {
        #expect(HTTPDate.seconds(text) == seconds)
    }
}

@Suite struct PushMessages {
    private func message(
        contentType: String? = nil, timeToLive: Int = 60, urgency: PushMessage.Urgency = .normal,
        topic: PushMessage.Topic? = nil
    ) throws -> PushMessage {
        let content = try MessageEncryption().encrypt([1], for: ReceiverKeys().subscriberKeys)
        return PushMessage(
            content, contentType: contentType, timeToLive: timeToLive, urgency: urgency, topic: topic)
    }

    @Test(arguments: [("a", true), ("A-z_0123456789", true), ("", false), ("a b", false), ("a=", false), ("é", false)])
    func topicsAreOfTheAlphabetOfBase64URL(text: String, valid: Bool) {
        #expect((PushMessage.Topic(text) != nil) == valid)
        #expect(PushMessage.Topic(String(repeating: "a", count: 32)) != nil)
        #expect(PushMessage.Topic(String(repeating: "a", count: 33)) == nil)
    }

    /// T30: what services ask for, and nothing that makes them refuse.
    @Test func fieldsAreThoseOfTheRFCs() throws {
        let fields = try message(
            contentType: "application/xml; charset=\"UTF-8\"", urgency: .veryLow, topic: PushMessage.Topic("t")
        ).fields(authorization: "vapid t=x, k=y")
        #expect(
            Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a }) == [
                "ttl": "60", "urgency": "very-low", "content-encoding": "aes128gcm",
                "content-type": "application/xml; charset=\"UTF-8\"", "topic": "t", "authorization": "vapid t=x, k=y",
            ])
        #expect(fields.count == 6)
        #expect(try message().fields(authorization: nil).map(\.name) == ["ttl", "urgency", "content-encoding"])
    }

    @Test(arguments: [(-1, 0), (0, 0), (60, 60), (28 * 86400 + 1, 28 * 86400), (.max, 28 * 86400), (.min, 0)])
    func timesToLiveAreCut(asked: Int, sent: Int) throws {
        #expect(try message(timeToLive: asked).timeToLive == sent)
    }

    @Test func aContentTypeCannotSmuggleFields() throws {
        #expect(try message(contentType: "text/plain\r\nx: y").contentType == nil)
    }
}

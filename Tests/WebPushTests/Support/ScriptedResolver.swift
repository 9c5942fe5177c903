import Synchronization
import Testing

@testable import WebPush

/// A name service that says what it is told: one answer after the other, the last one again and again.
final class ScriptedResolver: PushResolver {
    enum Answer: Sendable {
        case addresses([String])
        case error(PushResolutionError)
        case hang
    }

    private let answers: Mutex<[Answer]>
    private let asked = Mutex<[String]>([])

    init(_ answers: Answer...) { self.answers = Mutex(answers) }

    var names: [String] { asked.withLock { $0 } }

    func then(_ answer: Answer) { answers.withLock { $0 = [answer] } }

    func addresses(of name: String) async throws(PushResolutionError) -> [IPAddress] {
        asked.withLock { $0.append(name) }
        switch answers.withLock({ $0.count > 1 ? $0.removeFirst() : $0[0] }) {
        case .addresses(let texts): return texts.compactMap { IPAddress($0) }
        case .error(let error): throw error
        case .hang:
            // As a blocking call: deaf to cancellation.
            await withCheckedContinuation { continuation in
                Task.detached {
                    try? await Task.sleep(for: .seconds(90))
                    continuation.resume()
                }
            }
            throw .failed
        }
    }
}

/// A client for the services of the tests, shut down at the end.
func withClient<Result: Sendable>(
    _ resolver: ScriptedResolver = ScriptedResolver(.addresses(["127.0.0.1"])),
    allowing ranges: [String] = ["127.0.0.0/8"],
    configure: (inout PushClient.Configuration) -> Void = { _ in },
    _ body: (PushClient) async throws -> Result
) async throws -> Result {
    var configuration = PushClient.Configuration()
    configuration.addressPolicy.allowedRanges = ranges.compactMap { AddressRange($0) }
    configuration.additionalTrustRoots = [try TestAuthority.shared.get().root]
    configuration.totalTimeout = .seconds(60)
    configuration.connectTimeout = .seconds(30)
    configure(&configuration)
    let client = try PushClient(configuration: configuration, resolver: resolver)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

/// A message for whoever wants one.
func someMessage(_ text: String = "hello", for keys: ReceiverKeys = ReceiverKeys()) throws -> PushMessage {
    PushMessage(
        try MessageEncryption().encrypt(Array(text.utf8), for: keys.subscriberKeys), contentType: "text/plain",
        timeToLive: 60, urgency: .high, topic: PushMessage.Topic("topic-1"))
}

extension PushClient {
    func send(_ text: String = "hello", to url: String) async throws -> PushResult {
        var policy = PushEndpoint.Policy()
        policy.allowsHTTP = true
        return await send(try someMessage(text), to: try PushEndpoint(url, policy: policy), authorization: nil)
    }
}

extension PushClient {
    /// Sends to `url` and expects just this answer.
    func expect(
        _ answer: PushAnswer, from url: String, at location: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await send(to: url)
        #expect(result.answer == answer, sourceLocation: location)
    }
}

/// Waits for what another thread does.
func eventually(_ what: Comment, seconds: Double = 60, _ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !condition() {
        try #require(ContinuousClock.now < deadline, what)
        try await Task.sleep(for: .milliseconds(10))
    }
}

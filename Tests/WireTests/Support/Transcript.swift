import DAV
import Testing

/// Plays transcripts of requests and answers, in the notation of the RFCs, and judges the answers element by element.
///
/// A request is its method and target, its header lines, an empty line, its body. An answer is its status, header lines that must be
/// there (`!Name`: must not), an empty line, its body: an XML document whose elements may come in another order, a text, or
/// `(empty)`. `{name}` in an answer stands for text that is remembered, and must be the same wherever the name occurs again,
/// also in later requests; `{}` for any text. `<etc/>` among elements allows others beside them.
final class Transcript {
    private let client: Client
    private var values: [String: String] = [:]

    init(as client: Client) { self.client = client }

    /// What an answer brought under that name.
    subscript(name: String) -> String? { values[name] }

    @discardableResult
    func play(
        _ request: String, answer: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        let asked = Message(substitute(in: request))
        let line = asked.first.split(separator: " ")
        let reply = try await client.send(String(line[0]), String(line[1]), asked.headers, asked.body)
        guard let answer else {
            #expect(reply.status < 300, "\(reply.status) \(reply.text)", sourceLocation: sourceLocation)
            return reply
        }
        judge(reply, by: Message(answer), sourceLocation)
        return reply
    }

    private func substitute(in text: String) -> String {
        var text = text
        for (name, value) in values { text = text.replacing("{\(name)}", with: value) }
        return text
    }

    private func judge(_ reply: Reply, by expected: Message, _ location: SourceLocation) {
        #expect(reply.status == Int(expected.first), "\(reply.text)", sourceLocation: location)
        for (name, value) in expected.headers {
            if name.hasPrefix("!") {
                #expect(reply[String(name.dropFirst())] == nil, sourceLocation: location)
            } else {
                let found = reply[name] ?? ""
                let isMatch = TextPattern(value).matches(found, &values)
                #expect(isMatch, "\(name): \(found)", sourceLocation: location)
            }
        }
        guard let body = expected.body else { return }
        if body == "(empty)" {
            #expect(reply.body.isEmpty, sourceLocation: location)
        } else if body.hasPrefix("<") {
            do {
                let pattern = ElementPattern(try XMLElement.parse(Array(body.utf8)))
                let isMatch = pattern.matches(try reply.xml(), &values)
                #expect(isMatch, "expected \(body)\nreceived \(reply.text)", sourceLocation: location)
            } catch {
                Issue.record("\(error) in \(body) or \(reply.text)", sourceLocation: location)
            }
        } else {
            #expect(reply.text == body, sourceLocation: location)
        }
    }

    /// A request or an answer as text.
    private struct Message {
        var first: String
        var headers: [(String, String)] = []
        /// `nil`: nothing is said of it.
        var body: String?

        init(_ text: String) {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
            first = String(lines.removeFirst())
            while let line = lines.popFirst(), !line.isEmpty {
                let parts = line.split(separator: ":", maxSplits: 1)
                headers.append((String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""))
            }
            if !lines.isEmpty { body = lines.joined(separator: "\n") }
        }
    }
}

extension Client {
    fileprivate func send(_ method: String, _ target: String, _ headers: [(String, String)], _ body: String?)
        async throws -> Reply
    {
        try await send(method, target, headers, body ?? "")
    }
}

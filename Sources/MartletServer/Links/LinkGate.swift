import DAV
import DAVHummingbird
import HTTPTypes
import Hummingbird
import Logging

/// Decides whether a request may follow a link.
///
/// Whatever is wrong with the URL of a link (it never was one, it ended, its collection is gone, it points outside) has the same
/// answer. Only who holds a right one learns that it takes a password.
struct LinkGate: Sendable {
    let links: any Links
    let handler: DAVHandler
    let passwords: CredentialVerifier
    let throttle: LinkThrottle
    let uses: LinkUses
    let realm: String

    enum Outcome: Sendable {
        case granted(DAVBridge.Handle)
        case refused(DAVResponse, ServerMetrics.AuthenticationFailure? = nil)
    }

    /// - Throws: what the store does.
    func judge(
        _ request: Request, target: String, from client: IPAddress, mayUsePasswords: Bool
    ) async throws -> Outcome {
        if let wait = throttle.begin(from: client) { return .refused(Self.tooMany(wait)) }
        guard let (token, path) = parse(target), let link = try await links.link(digest: token.digest),
            link.isOpen(at: handler.clock()), let view = view(of: link, token)
        else { return .refused(Self.notFound) }
        if let wait = throttle.begin(link) { return .refused(Self.tooMany(wait)) }
        if link.terms.passwordHash != nil,
            let refusal = try await refusal(request, link, from: client, mayUsePasswords: mayUsePasswords)
        {
            return refusal
        }
        guard Self.methods.contains(request.method) else {
            return .refused(Self.methodNotAllowed(allowing: Self.methods.map(\.rawValue).joined(separator: ", ")))
        }
        await uses.note(link)
        let answer = LinkAnswer(handler: handler, view: view, token: token, path: path)
        return .granted { Self.dressed(await answer.answer($0)) }
    }

    private static let methods: [HTTPRequest.Method] = [.options, .get, .head, .init("PROPFIND")!]

    private func parse(_ target: String) -> (LinkToken, DAVPath)? {
        guard let path = try? DAVPath(parsing: target), path.names.count >= 2,
            let token = LinkToken(path.names[1].string)
        else { return nil }
        return (token, DAVPath(Array(path.names.dropFirst(2))))
    }

    private func view(of link: Link, _ token: LinkToken) -> LinkView? {
        let (links, clock, digest) = (links, handler.clock, token.digest)
        return LinkView(of: link, on: handler.backend) {
            // Where it led when the view was made something else may stand by now.
            try await links.link(digest: digest).map { $0.isOpen(at: clock()) && $0.target == link.target } ?? false
        }
    }

    /// The password of a link is asked for as that of a person is; the user name does not matter.
    private func refusal(
        _ request: Request, _ link: Link, from client: IPAddress, mayUsePasswords: Bool
    ) async throws -> Outcome? {
        guard mayUsePasswords else {
            return .refused(Self.plain(.forbidden, SignIn.insecureAdvice), .insecure)
        }
        let fields = request.headers.filter { $0.name == .authorization }
        guard fields.count == 1, let field = fields.first,
            var credentials = BasicCredentials(authorization: field.value, anyName: LinkPasswords.account(of: link))
        else { return .refused(unauthorized, fields.isEmpty ? nil : .wrong) }
        credentials.name = LinkPasswords.account(of: link)
        switch try await passwords.verify(credentials, from: client) {
        case .verified: return nil
        case .wrong: return .refused(unauthorized, .wrong)
        case .wait(let seconds): return .refused(Self.tooMany(seconds), .throttled)
        case .busy:
            var response = Self.plain(.serviceUnavailable, "Too many people are signing in at once.")
            response.headers[.retryAfter] = "2"
            return .refused(response, .throttled)
        }
    }

    // MARK: Answers

    private var unauthorized: DAVResponse {
        var response = Self.plain(.unauthorized, "This link has a password. Send it with any user name.")
        let quoted = realm.filter { $0 != "\"" && $0 != "\\" }
        // Another realm than the server's own, so that browsers do not offer the password of an account.
        response.headers[.wwwAuthenticate] = "Basic realm=\"\(quoted) link\", charset=\"UTF-8\""
        return response
    }

    static var notFound: DAVResponse { plain(.notFound, "Nothing is here.") }

    static func methodNotAllowed(allowing methods: String) -> DAVResponse {
        var response = plain(.methodNotAllowed, "What is linked to can be read, and nothing else.")
        response.headers[.allow] = methods
        return response
    }

    static func refusal(_ error: DAVError) -> DAVResponse {
        plain(error.status, error.message.isEmpty ? error.status.reasonPhrase : error.message)
    }

    private static func tooMany(_ seconds: Int64) -> DAVResponse {
        var response = plain(.tooManyRequests, "Too many requests. Try again in \(seconds) seconds.")
        response.headers[.retryAfter] = String(seconds)
        return response
    }

    private static func plain(_ status: HTTPResponse.Status, _ text: String) -> DAVResponse {
        dressed(
            DAVResponse(
                status, headers: [.contentType: "text/plain; charset=utf-8"], body: .bytes(Array("\(text)\n".utf8))))
    }

    /// Nobody else is to come by the URL: not search engines, not the sites that a document points to, not caches.
    private static func dressed(_ response: DAVResponse) -> DAVResponse {
        var response = response
        response.headers[.robots] = "noindex, nofollow"
        response.headers[.referrerPolicy] = "no-referrer"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "private, no-store" }
        return response
    }
}

extension HTTPField.Name {
    fileprivate static let robots = Self("X-Robots-Tag")!
    fileprivate static let referrerPolicy = Self("Referrer-Policy")!
}

import DAV
import DAVHummingbird
import HTTPTypes
import Hummingbird

/// The judgement about a request's `Authorization` header.
struct SignIn: Sendable {
    enum Outcome: Sendable {
        case caller(Caller)
        case refused(Response, ServerMetrics.AuthenticationFailure?)
    }

    let verifier: CredentialVerifier
    let realm: String

    var challenge: String {
        let quoted = realm.filter { $0 != "\"" && $0 != "\\" }
        return "Basic realm=\"\(quoted)\", charset=\"UTF-8\""
    }

    static let insecureAdvice = """
        Passwords are not accepted over plain HTTP from another machine, because they could be read on the way. Use https: give the \
        server a certificate (tls.certificate and tls.key), or put it behind a proxy that speaks https and name that proxy in \
        proxies.trusted. On a network you trust, allow-insecure turns this rule off.
        """

    static var insecure: Response { .plain(.forbidden, insecureAdvice) }

    /// - Parameter mayUsePasswords: the way to the client is encrypted, or does not leave the machine.
    func judge(_ authorization: String?, from client: IPAddress, mayUsePasswords: Bool) async throws -> Outcome {
        guard let authorization else { return .caller(.anonymous) }
        guard mayUsePasswords else { return .refused(Self.insecure, .insecure) }
        guard let credentials = BasicCredentials(authorization: authorization) else {
            return .refused(unauthorized(), .wrong)
        }
        switch try await verifier.verify(credentials, from: client) {
        case .verified(let principal): return .caller(.principal(principal))
        case .wrong: return .refused(unauthorized(), .wrong)
        case .wait(let seconds):
            var response = Response.plain(
                .tooManyRequests, "Too many wrong passwords. Try again in \(seconds) seconds.")
            response.headers[.retryAfter] = String(seconds)
            return .refused(response, .throttled)
        case .busy:
            var response = Response.plain(
                .serviceUnavailable, "Too many people are signing in at once. Try again in a moment.")
            response.headers[.retryAfter] = "2"
            return .refused(response, .throttled)
        }
    }

    private func unauthorized() -> Response {
        var response = Response.plain(.unauthorized, "The user name or the password is wrong.")
        response.headers[.wwwAuthenticate] = challenge
        return response
    }
}

/// What a push service's answer means for the subscription and for its origin.
///
/// What to do about it, how often and when to give up is for the sender to decide: these are the cases it must tell apart.
public enum PushAnswer: Hashable, Sendable {
    /// Any 2xx: services in use say 200, 201, 202 and 204.
    case accepted
    /// 410: the subscription is no more. Never send to it again.
    case gone
    /// 404: expired or unknown (RFC 8030 §7.3). To be treated as ``gone``, perhaps after one more attempt.
    case notFound
    /// 401, 403, or a 400 that names the key: the token was refused. Sign anew, then try the keys of the past.
    case wrongKey
    /// 400, 415, 422 and other 4xx: the service did not understand. Sending the same again will not help.
    case malformed(status: Int)
    /// 413: though 4096 octets must be taken (RFC 8030 §7.2). Once more without padding may do.
    case tooLarge
    /// 429, 406: nothing more to this origin for a while. The seconds are those the service named, capped.
    case pause(origin: String, retryAfter: Int64?)
    /// 5xx, 408, 425, no connection, no answer in time: try again later, less and less often.
    case unavailable(retryAfter: Int64?)
    /// 507: the service keeps the subscription, but nobody is there to receive. Try again much later.
    case noReceiver
    /// 3xx: never followed, since the subscriber's URL is what was checked.
    case redirected(status: Int)
    /// The name does not exist or the certificate is not trusted: as grave as a refused token.
    case untrusted
    /// ``AddressPolicy`` forbids the addresses behind the name. Nothing was sent.
    case refusedAddress

    /// A wait that a service asks for is cut to this: one hour.
    public static let longestWait: Int64 = 3600

    /// The meaning of an answer.
    ///
    /// - Parameters:
    ///   - status: the status code.
    ///   - retryAfter: the value of `Retry-After`: seconds or a date.
    ///   - body: the beginning of the body. Looked at only where services in use say there what the status does not.
    ///   - origin: that of the push resource.
    ///   - now: seconds since 1970, for dates.
    public init(status: Int, retryAfter: String? = nil, body: [UInt8] = [], origin: String, now: Int64) {
        let wait = retryAfter.flatMap { RetryAfter.seconds($0, now: now) }.map { min($0, Self.longestWait) }
        self =
            switch status {
            case 200...299: .accepted
            case 300...399: .redirected(status: status)
            case 401, 403: .wrongKey
            // One large service answers so when the key is not that of the subscription.
            case 400 where Self.mentions("VapidPkHashMismatch", body): .wrongKey
            case 404: .notFound
            case 410: .gone
            case 413: .tooLarge
            case 406, 429: .pause(origin: origin, retryAfter: wait)
            case 408, 425: .unavailable(retryAfter: wait)
            case 400...499: .malformed(status: status)
            case 507: .noReceiver
            default: .unavailable(retryAfter: wait)
            }
    }

    private static func mentions(_ word: String, _ body: [UInt8]) -> Bool {
        let word = Array(word.utf8)
        guard body.count >= word.count else { return false }
        return (0...body.count - word.count).contains { body[$0..<$0 + word.count].elementsEqual(word) }
    }
}

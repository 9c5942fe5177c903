import DAV
import Synchronization

/// The `Date` of answers (RFC 9110 §6.6.1), spelled out once a second.
enum AnswerDate {
    private static let last = Mutex((second: Int64.min, text: ""))

    static var now: String {
        let now = Timestamp.now
        return last.withLock { last in
            if last.second != now.seconds { last = (now.seconds, now.httpDate) }
            return last.text
        }
    }
}

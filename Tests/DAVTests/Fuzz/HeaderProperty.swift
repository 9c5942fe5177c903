import HTTPTypes

@testable import DAV

extension ParserProperty {
    func checkHeader(_ input: String) throws {
        let now = Timestamp(seconds: 1_792_000_000)
        if let moment = Timestamp(httpDate: input, now: now) {
            try demand(
                Timestamp(httpDate: moment.httpDate, now: now) == moment, "a date written and read again is the same")
        }
        for length in [Int64(0), 1, 1000, .max] {
            guard case .parts(let parts) = RangeSelection(parsing: input, length: length) else { continue }
            try demand(
                parts.allSatisfy { $0.lowerBound >= 0 && !$0.isEmpty && $0.upperBound <= length },
                "a part lies in the whole")
        }
        if case .list(let strong, let weak)? = try? Condition.EntityTags.parse(input) {
            let text = (strong.map(\.description) + weak.map { "W/\($0)" }).joined(separator: ", ")
            try demand(
                (try? Condition.EntityTags.parse(text)) == .list(strong, weak: weak),
                "tags written and read again are the same")
        }
        if let token = try? LockToken.parse(input) {
            try demand((try? LockToken.parse("<\(token.uri)>")) == token, "a token in brackets is the same token")
        }
        if let wishes = try? LockTimeout.parse(input) {
            try demand(
                (1...604_800).contains(LockTimeout.granted(wishes, most: 604_800)), "a timeout lies in its limits")
        }
        _ = Preferences([.prefer: input])
        _ = try? Depth.parse(input)
        _ = IfRange.holds(input, etag: nil, modified: now, now: now)
    }
}

import Crypto

/// What opens a link: 192 random bits, as 32 letters of a URL (RFC 4648 §5).
package struct LinkToken: Sendable {
    let text: String

    static let bytes = 24

    package static func mint() -> LinkToken {
        var random = SystemRandomNumberGenerator()
        return LinkToken(random: (0..<bytes).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    private init(random: [UInt8]) {
        text = String(
            Base64.encode(random).map { letter in
                switch letter {
                case "+": "-"
                case "/": "_"
                default: letter
                }
            })
    }

    /// - Returns: `nil` for what no token looks like.
    init?(_ text: String) {
        guard text.utf8.count == LinkToken.bytes * 4 / 3, text.utf8.allSatisfy(LinkToken.isLetter) else { return nil }
        self.text = text
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// All that is kept of it. A token is too random to be found by trying, so a fast hash is enough.
    package var digest: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// The path at which it opens the link.
    package var path: String { "\(LinkPaths.prefix)/\(text)/" }

    /// An entity tag for what has that version. It says nothing of the version, and nothing to whoever lacks the token.
    func entityTag(of version: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: version, using: SymmetricKey(data: Array(text.utf8)))
        return code.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

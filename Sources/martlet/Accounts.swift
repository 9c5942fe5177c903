import DAV
import DAVStorage
import MartletServer

/// What the commands that deal with accounts have in common.
struct Accounts {
    let store: SQLiteStore

    /// - Throws: ``Failure`` for a name that a client could not send, or that would be a path.
    static func name(_ text: String) throws -> PrincipalID {
        // RFC 7617 §2: a colon ends the name. A backslash ends a Windows domain. Marks before and after cannot be seen.
        let isSendable = text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x1F && !(0x7F...0x9F).contains(scalar.value) && !":/\\".unicodeScalars.contains(scalar)
        }
        guard isSendable, !text.hasPrefix(" "), !text.hasSuffix(" "), let name = Name(text) else {
            throw Failure(
                "\"\(text)\" cannot be a user name: use letters, digits and marks other than : / \\, at most 255 bytes."
            )
        }
        return PrincipalID(name)
    }

    /// Whether the name stands in URLs as it is. Others work, but some clients compare escapes letter by letter.
    static func isPlain(_ id: PrincipalID) -> Bool {
        id.name.string.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._@+".utf8.contains(byte)
            }
        }
    }

    /// Addresses as they can stand behind `mailto:`, where nothing has to be escaped.
    static func addresses(_ texts: [String]) throws -> [String] {
        for text in texts {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"<>\",;:\\%?&#".utf8.contains($0) }
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isPlain, text.utf8.count <= 254 else {
                throw Failure("\"\(text)\" is no e-mail address: it looks like ann@example.org.")
            }
        }
        return texts
    }

    func add(_ id: PrincipalID, displayName: String?, addresses: [String] = [], password: [UInt8]) async throws {
        let hash = try PasswordHash.make(password)
        try await store.add(
            Account(
                id: id, displayName: displayName ?? id.description, addresses: addresses, passwordHash: hash.text))
    }

    /// Makes the first user of an empty store.
    ///
    /// - Returns: the password, or `nil` if there are users already.
    func addFirst(_ id: PrincipalID) async throws -> String? {
        guard try await store.accounts(limit: 1).isEmpty else { return nil }
        var random = SystemRandomNumberGenerator()
        let password = GeneratedPassword.make(using: &random)
        try await add(id, displayName: nil, password: Array(password.utf8))
        return password
    }
}

/// An error in words for the person at the keyboard; printed after "Error: ", with exit code 1.
struct Failure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

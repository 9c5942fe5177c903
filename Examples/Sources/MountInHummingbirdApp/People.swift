import DAV
import FoundationEssentials
import Hummingbird

/// The application's own users. A real one keeps slow hashes of passwords, not passwords.
struct People: PrincipalDirectory {
    let passwords: [Name: String] = [Name("ada")!: "lovelace", Name("grace")!: "hopper"]
    let path = DAVPath([Name("principals")!])

    /// Whoever does not sign in is anonymous; the handler then answers 401 where something is not for everybody.
    func signIn(_ request: Request) -> Caller {
        guard let field = request.headers[.authorization], field.lowercased().hasPrefix("basic "),
            let credentials = base64(field.dropFirst(6)), let colon = credentials.firstIndex(of: ":"),
            let name = Name(String(credentials[..<colon])),
            passwords[name] == String(credentials[credentials.index(after: colon)...])
        else { return .anonymous }
        return .principal(PrincipalID(name))
    }

    func principal(_ id: PrincipalID) async throws -> Principal? {
        guard passwords[id.name] != nil else { return nil }
        return Principal(id: id, displayName: id.name.string, homes: [DAVPath([Name("files")!, id.name])])
    }

    func principals(after: PrincipalID?, limit: Int, visibleTo caller: Caller) async throws -> [Principal] {
        guard caller != .anonymous else { return [] }
        let following = passwords.keys.sorted().filter { name in after.map { $0.name < name } ?? true }
        var found: [Principal] = []
        for name in following.prefix(limit) {
            if let principal = try await principal(PrincipalID(name)) { found.append(principal) }
        }
        return found
    }

    private func base64(_ text: Substring) -> String? {
        Data(base64Encoded: String(text)).flatMap { String(validating: $0, as: UTF8.self) }
    }
}

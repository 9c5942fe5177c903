import DAVGroupware
import Glibc
import WebPush

/// What one run leaves to the next: where it was, its keys, its registration. Holds secrets.
struct WatchState: Sendable {
    /// What is watched.
    var url: String
    var keys = ReceiverKeys()
    /// The name of the push resource at the receiver.
    var name: String?
    /// What was registered, and where it can be removed.
    var pushResource: String?
    var registration: String?
    var syncToken: String?
    var members = KnownMembers()

    init(url: String) { self.url = url }

    /// - Returns: `nil` for what is no such file.
    init?(_ octets: [UInt8]) {
        guard let object = try? JSONReader.value(of: octets, maxBytes: Self.mostBytes) else { return nil }
        func text(_ name: String) -> String? {
            if case .string(let text)? = object[name] { text } else { nil }
        }
        guard let url = text("url"), let key = text("private-key").flatMap(Base64URL.decode),
            let secret = text("auth-secret").flatMap(Base64URL.decode),
            let keys = try? ReceiverKeys(rawRepresentation: key, authenticationSecret: secret)
        else { return nil }
        self.url = url
        self.keys = keys
        name = text("name")
        pushResource = text("push-resource")
        registration = text("registration")
        syncToken = text("sync-token")
        guard case .object(let listed)? = object["members"] else { return }
        var etags: [String: String] = [:]
        for member in listed { if case .string(let etag) = member.value { etags[member.name] = etag } }
        members = KnownMembers(etags: etags)
    }

    var octets: [UInt8] {
        var fields: [JSONValue.Member] = [
            .init("url", .string(url)),
            .init("private-key", .string(Base64URL.encode(keys.rawRepresentation))),
            .init("auth-secret", .string(Base64URL.encode(keys.subscriberKeys.authenticationSecret))),
        ]
        for (key, value) in [
            ("name", name), ("push-resource", pushResource), ("registration", registration), ("sync-token", syncToken),
        ] {
            if let value { fields.append(.init(key, .string(value))) }
        }
        let listed = members.etags.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
        fields.append(.init("members", .object(listed)))
        return JSONWriter.octets(of: .object(fields))
    }

    private static let mostBytes = 64 << 20

    /// - Returns: `nil` if there is no file yet.
    /// - Throws: ``WatchFailure`` for a file that cannot be read, or is of another URL.
    static func read(_ path: String, for url: String) throws -> WatchState? {
        guard access(path, F_OK) == 0 else { return nil }
        let octets: [UInt8]
        do {
            octets = try SmallFile.read(path, upTo: mostBytes)
        } catch {
            throw WatchFailure("The state cannot be read from \(path): \(error)")
        }
        guard let state = WatchState(octets) else {
            throw WatchFailure("\(path) holds no state of a watch. Name another file, or remove it.")
        }
        guard state.url == url else {
            throw WatchFailure("\(path) holds the state of \(state.url). Name another file for \(url).")
        }
        return state
    }

    /// Whole or not at all, and for nobody else to read.
    func write(_ path: String) throws {
        let temporary = path + ".new"
        func failure() -> WatchFailure {
            WatchFailure("The state cannot be written to \(path): \(String(cString: strerror(errno)))")
        }
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure() }
        defer { _ = close(descriptor) }
        let octets = octets
        var written = 0
        while written < octets.count {
            let count = octets[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            written += count
        }
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw failure() }
    }
}

/// Why watching cannot begin or go on, and what to do about it: for the person at the terminal.
public struct WatchFailure: Error, CustomStringConvertible, Sendable {
    public var description: String
    init(_ description: String) { self.description = description }
}

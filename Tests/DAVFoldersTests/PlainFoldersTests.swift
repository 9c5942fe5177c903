import DAV
import DAVFolders
import DAVTesting
import Foundation
import Testing

/// A folder that goes when the test ends.
private final class Scratch: Sendable {
    let path = NSTemporaryDirectory() + "martlet-folders-" + UUID().uuidString
    init() throws {
        try FileManager.default.createDirectory(atPath: path + "/served", withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let root = DAVPath([Name("files")!])
    static let me = PrincipalID(Name("me")!)
    static let caller = Caller.principal(me)
    var folders: PlainFolders { PlainFolders(below: path + "/served", at: Scratch.root, owner: Scratch.me) }

    func collection(_ names: String...) async throws -> (any DAVCollection)? {
        try await folders.collection(at: Scratch.root.appending(names.compactMap { Name($0) }), for: Scratch.caller)
    }
}

@Suite struct PlainFoldersTests {
    /// A file system keeps neither dead properties nor types, languages and identifiers that WebDAV gives.
    private static let beyondAFileSystem: Set<String> = [
        "SS-022", "SS-023", "SS-024", "SS-099", "W-17", "R-06", "W-31a", "W-03", "W-21", "W-31d", "W-32", "Y-22",
        "W-22", "E-01", "W-32b",
    ]

    @Test(arguments: BackendConformance.cases.filter { !beyondAFileSystem.contains($0.id) })
    func conforms(_ conformance: BackendConformance.Case) async throws {
        let scratch = try Scratch()
        _ = try await conformance.run { clock in
            .init(backend: scratch.folders, home: Scratch.root, owner: Scratch.caller, clock: clock)
        }
    }

    @Test func noLinkLeadsOut() async throws {
        let scratch = try Scratch()
        let manager = FileManager.default
        try manager.createDirectory(atPath: scratch.path + "/outside/deep", withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: URL(filePath: scratch.path + "/outside/deep/file"))
        try manager.createSymbolicLink(
            atPath: scratch.path + "/served/link", withDestinationPath: scratch.path + "/outside")
        try manager.createSymbolicLink(
            atPath: scratch.path + "/served/file", withDestinationPath: scratch.path + "/outside/deep/file")
        #expect(try await scratch.collection("link") == nil)
        #expect(try await scratch.collection("link", "deep") == nil)
        let served = try #require(try await scratch.collection())
        #expect(try await served.entries(.all(after: nil, limit: 10), fields: []).isEmpty)
        #expect(try await served.open(Name("file")!, fields: []) == nil)
        let condition = Condition(caller: Scratch.caller, now: .now)
        await #expect(throws: DAVError.self) {
            try await served.writing?.put(Name("a/b")!, Upload(body: BodyStream(of: [1])), if: condition)
        }
    }

    @Test func aReplacedFileIsReadToItsOldEnd() async throws {
        let scratch = try Scratch()
        let served = try #require(try await scratch.collection())
        let name = Name("file")!
        let condition = Condition(caller: Scratch.caller, now: .now)
        _ = try await served.writing?.put(name, Upload(body: BodyStream(of: Array("old".utf8))), if: condition)
        let opened = try #require(try await served.open(name, fields: []))
        _ = try await served.writing?.put(name, Upload(body: BodyStream(of: Array("newer".utf8))), if: condition)
        #expect(try await opened.body.read(at: 0, count: 10) == Array("old".utf8))
        #expect(try await served.open(name, fields: [])?.entry.etag != opened.entry.etag)
    }
}

import Foundation
import Testing

/// ARCHITECTURE.md's map, as data: which modules each target may import. A target missing here fails the test.
private let mayImport: [String: Set<String>] = [
    "DAV": ["HTTPTypes", "Logging", "CExpat", "Synchronization", "Glibc"],
    "DAVFolders": ["DAV", "FoundationEssentials", "Glibc", "Synchronization"],
    "DAVGroupware": ["DAV", "HTTPTypes", "Synchronization", "Glibc", "Musl"],
    "DAVStorage": ["DAV", "GRDB", "GRDBSQLite", "Logging", "HTTPTypes", "Synchronization", "Dispatch", "Glibc"],
    "DAVHummingbird": [
        "DAV", "Hummingbird", "HummingbirdCore", "HTTPTypes", "Logging", "NIOCore", "NIOHTTPTypes", "Synchronization",
    ],
    "MartletServer": [
        "DAV", "DAVGroupware", "DAVStorage", "DAVHummingbird", "DAVWebPush", "WebPush", "Crypto", "CryptoExtras", "HTTPTypes", "Hummingbird", "HummingbirdCore",
        "HummingbirdHTTP2", "HummingbirdTLS", "Logging", "NIOCore", "NIOHTTPTypes", "NIOSSL",
        "NIOTLS", "NIOHTTP1", "NIOHTTPTypesHTTP1", "NIOPosix", "NIOConcurrencyHelpers", "ServiceLifecycle", "UnixSignals", "TOMLKit", "Synchronization", "Dispatch",
        "Glibc",
    ],
    "martlet": ["DAV", "DAVGroupware", "DAVStorage", "MartletServer", "ArgumentParser", "Logging", "Synchronization", "Glibc", "Dispatch"],
    "WebPush": [
        "AsyncHTTPClient", "Crypto", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL", "Synchronization", "Dispatch", "Glibc",
    ],
    "DAVWebPush": ["DAV", "WebPush", "Crypto", "Synchronization"],
    "DAVTesting": ["DAV", "HTTPTypes", "Logging", "Synchronization"],
    "CExpat": [],
]

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private func files(below folder: String, withExtension pathExtension: String) -> [URL] {
    let base = root.appending(path: folder)
    let found = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
    return (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == pathExtension }
}

@Suite struct ImportArrows {
    @Test func everyTargetIsOnTheMap() throws {
        let targets = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
        #expect(Set(targets.filter { !$0.hasPrefix(".") }) == Set(mayImport.keys))
    }

    @Test(arguments: mayImport.keys.sorted())
    func targetImportsOnlyWhatTheMapAllows(target: String) throws {
        for file in files(below: "Sources/\(target)", withExtension: "swift") {
            for module in try importedModules(of: file) {
                #expect(mayImport[target]!.contains(module), "\(file.lastPathComponent) imports \(module)")
            }
        }
    }

    private func importedModules(of file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"), at <= 2,
                words[..<at].allSatisfy({ $0.hasPrefix("@") || ["public", "internal", "package", "private"].contains($0) })
            else { return nil }
            // `import struct Foundation.Date` names the module second.
            let name = ["struct", "class", "enum", "protocol", "func"].contains(words[at + 1]) ? words[at + 2] : words[at + 1]
            return String(name.split(separator: ".")[0])
        }
    }
}

@Suite struct DocumentLinks {
    /// COMPLIANCE.md names a file and a test for each requirement; a name that leads nowhere is a lie.
    @Test(arguments: ["README.md", "ARCHITECTURE.md", "COMPLIANCE.md", "CONTRIBUTING.md"])
    func pathsNamedInDocumentsExist(document: String) throws {
        let text = try String(contentsOf: root.appending(path: document), encoding: .utf8)
        for match in text.matches(of: /`((?:Sources|Tests|docs|compat|scripts|Examples|Benchmarks|Fuzz)\/[A-Za-z0-9_\/.+\-]*)`/) {
            let path = String(match.1)
            #expect(FileManager.default.fileExists(atPath: root.appending(path: path).path), "\(document) names \(path)")
        }
    }
}

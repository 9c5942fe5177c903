import Foundation

/// Programs of others that know the answer: python-dateutil, libical and python's zoneinfo. `scripts/setup test` installs them.
enum Oracle {
    static let scripts = URL(filePath: #filePath).appending(path: "../../../../scripts/oracles").standardized

    static func hasDateutil() async -> Bool { (try? await run(["-c", "import dateutil.rrule"])) != nil }

    static func hasLibical() async -> Bool {
        (try? await run(["-c", "import ctypes; ctypes.CDLL('libical.so.3')"])) != nil
    }

    static func hasZoneinfo() async -> Bool {
        (try? await run(["-c", "import zoneinfo; zoneinfo.ZoneInfo('Europe/Berlin')"])) != nil
            && FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/Europe/Berlin")
    }

    /// What a script prints, in lines and columns.
    static func table(_ script: String, _ arguments: String...) async throws -> [[Substring]] {
        try await run([scripts.appending(path: script).path] + arguments).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
    }

    private struct Failed: Error {}

    /// Without keeping one of the few cooperative threads waiting.
    private static func run(_ arguments: [String]) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                let data = output.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                if process.terminationStatus == 0 {
                    continuation.resume(returning: String(decoding: data, as: UTF8.self))
                } else {
                    continuation.resume(throwing: Failed())
                }
            }
        }
    }
}

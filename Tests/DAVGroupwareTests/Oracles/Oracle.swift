import Foundation
import TestSupport

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

    private static func run(_ arguments: [String]) async throws -> String {
        let (status, output) = try await ChildProcess.run("python3", arguments, withErrors: false)
        guard status == 0 else { throw Failed() }
        return output
    }
}

import ArgumentParser
import DAVStorage
import MartletServer

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check that the store is whole.",
        discussion: """
            Looks at every invariant of the database and at every file of a body. It changes nothing, and may run beside a \
            server. The exit code is 0 if all is well and 2 if something is wrong.

            Example:
              martlet check --data /var/lib/martlet
            """)
    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        var problems: [String] = []
        try await options.withStore { store in
            let progress = Progress("Checking the store")
            problems = try await store.check()
            progress.finish(problems.isEmpty ? "The store is whole." : "The store has \(problems.count) problems:")
        }
        guard problems.isEmpty else {
            for problem in problems { print("  - \(problem)") }
            print(
                "Stop the server, keep a copy of the folder as it is, and restore the last backup with `martlet restore`."
            )
            throw ExitCode(2)
        }
    }
}

import ArgumentParser
import DAV
import DAVStorage
import MartletServer

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the store to another folder, while it is in use.",
        discussion: """
            The copy is one consistent state. Give a new or empty folder.

            Example:
              martlet backup /var/backups/martlet-monday --data /var/lib/martlet
            """)
    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The folder to write to.") var target: String

    func run() async throws {
        try await options.withStore { store in
            let progress = Progress("Copying the store to \(target)")
            try await store.backup(to: target)
            progress.finish("The backup is complete: \(target)")
        }
    }
}

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a data folder from a backup.",
        discussion: """
            Stop the server first. Clients notice that the store went back in time and compare everything once; nothing they \
            have is lost.

            Example:
              martlet restore /var/backups/martlet-monday --data /var/lib/martlet
            """)
    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The folder that holds the backup.") var source: String
    @Flag(help: "Overwrite the store that is in the data folder now.") var replace = false

    func run() async throws {
        let folder = try options.load().configuration.data
        let progress = Progress("Restoring \(folder) from \(source)")
        do {
            try await SQLiteStore.restore(from: source, to: folder, replacing: replace)
        } catch StoreError.notEmpty(let path) where !replace {
            throw Failure(
                "\(path) holds something already. Give --replace to overwrite the store there, or name another folder with --data."
            )
        } catch let error as StoreError {
            throw Failure(error.description)
        }
        progress.finish("Restored. Start the server with: martlet serve --data \(folder)")
    }
}

struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Forget old removals, so that the store does not grow with them.",
        discussion: """
            A running server does this by itself (store.history). A client that has not synchronised for longer than what is \
            kept compares everything once.

            Example:
              martlet prune --older-than 400d --data /var/lib/martlet
            """)
    @OptionGroup var options: ConfigurationOptions
    @Option(
        help: ArgumentHelp("What to forget, such as 400d; the setting store.history if not given.", valueName: "time"))
    var olderThan: String?

    func run() async throws {
        var age = try options.load().configuration.history
        if let olderThan {
            guard let given = Seconds(configuration: olderThan) else {
                throw ValidationError("--older-than takes \(Seconds.form).")
            }
            age = given
        }
        try await options.withStore { store in
            let progress = Progress("Forgetting removals older than \(age.configurationText)")
            let count = try await store.prune(olderThan: Timestamp.now.adding(seconds: -age.count))
            progress.finish("Forgot \(count) removals.")
        }
    }
}

import ArgumentParser

@main
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "A WebDAV server for files, whose clients learn of changes by asking for just the difference.",
        discussion: """
            To try it on this machine:

              martlet serve --data ./martlet-data --first-user me

            This creates the folder, a user with a password that is printed once, and serves http://127.0.0.1:8080/.
            """,
        version: "0.1.0",
        subcommands: [
            Serve.self, User.self, Group.self, Share.self, LinkCommand.self, Backup.self, Restore.self, Import.self,
            Export.self,
            Check.self,
            Prune.self, Config.self, Push.self, Watch.self, Doctor.self,
        ]
    )
}

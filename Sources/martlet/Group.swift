import ArgumentParser
import DAV
import DAVStorage
import MartletServer

struct Group: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put people into groups, to whom rights are granted together.",
        discussion: """
            A running server sees every change with the next request. A group can be a member of another one.

            Examples:
              martlet group add family --display-name "The family" --data ./martlet-data
              martlet group add family ann bob --data ./martlet-data
              martlet group list family --data ./martlet-data
            """,
        subcommands: [Add.self, Remove.self, List.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a group unless it is there, and put people into it.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "The name of the group.") var name: String
        @Argument(help: "Users or other groups.") var members: [String] = []
        @Option(help: ArgumentHelp("The name others see.", valueName: "name")) var displayName: String?

        func run() async throws {
            let id = try Accounts.name(name)
            let members = try members.map(Accounts.name)
            try await options.withStore { store in
                if try !store.isGroup(id) {
                    try await store.addGroup(id, displayName: displayName ?? id.description)
                    print("Made the group \(id).")
                }
                for member in members {
                    try await store.add(member, to: id)
                    print("\(member) is in \(id).")
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take people out of a group, or remove the group if nobody is named.",
            discussion: "With a group go all rights that were granted to it.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "The name of the group.") var name: String
        @Argument(help: "Users or other groups.") var members: [String] = []

        func run() async throws {
            let id = try Accounts.name(name)
            let members = try members.map(Accounts.name)
            try await options.withStore { store in
                guard members.isEmpty else {
                    for member in members {
                        try await store.remove(member, from: id)
                        print("\(member) is not in \(id) any more.")
                    }
                    return
                }
                try await store.removeGroup(id)
                print("Removed the group \(id).")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all groups, or who is in one.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "A group; all groups if none is given.") var name: String?

        func run() async throws {
            try await options.withStore { store in
                guard let name else {
                    for group in try await store.groupNames() { print(group) }
                    return
                }
                let id = try Accounts.name(name)
                guard try store.isGroup(id) else { throw StoreError.noSuchGroup(name) }
                for member in try store.members(of: id) { print(member) }
            }
        }
    }
}

import ArgumentParser
import DAV
import DAVStorage
import MartletServer

struct User: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add, list and remove the people who may sign in.",
        discussion: """
            A running server sees every change within a second.

            Examples:
              martlet user add ann --data ./martlet-data
              printf '%s' "$PASSWORD" | martlet user add ann --password-stdin --data ./martlet-data
              martlet user list --data ./martlet-data
            """,
        subcommands: [Add.self, List.self, Passwd.self, Email.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a user, with a home folder.")
        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var password: PasswordOptions
        @Argument(help: "The name to sign in with.") var name: String
        @Option(help: ArgumentHelp("The name others see.", valueName: "name")) var displayName: String?
        @Option(help: ArgumentHelp("An e-mail address; give several, the preferred one first.", valueName: "address"))
        var email: [String] = []

        func run() async throws {
            let id = try Accounts.name(name)
            let addresses = try Accounts.addresses(email)
            let secret = try password.read()
            try await options.withStore { store in
                try await Accounts(store: store).add(
                    id, displayName: displayName, addresses: addresses, password: secret.bytes)
                print("Added \(id), with files, a calendar, a task list and an address book.")
                if !Accounts.isPlain(id) {
                    print(
                        "Note: the name needs escapes in URLs. Most clients cope; letters a to z, digits and - . _ @ + suit all."
                    )
                }
                secret.tell()
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all users.")
        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            try await options.withStore { store in
                var last: Account?
                repeat {
                    let page = try await store.accounts(after: last?.id)
                    for account in page {
                        print(
                            account.displayName == account.id.description
                                ? "\(account.id)" : "\(account.id)\t\(account.displayName)")
                    }
                    last = page.last
                } while last != nil
            }
        }
    }

    struct Passwd: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a user a new password.")
        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var password: PasswordOptions
        @Argument(help: "Whose password.") var name: String

        func run() async throws {
            let id = try Accounts.name(name)
            let secret = try password.read()
            try await options.withStore { store in
                try await store.setPasswordHash(PasswordHash.make(secret.bytes).text, of: id)
                print("\(id) has a new password; the old one stops working within a second.")
                secret.tell()
            }
        }
    }

    struct Email: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say under which e-mail addresses a user is known.",
            discussion: "Calendar clients find people by them. Without an address, the user has none any more.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "Whose.") var name: String
        @Argument(help: "The addresses, the preferred one first.") var addresses: [String] = []

        func run() async throws {
            let id = try Accounts.name(name)
            let addresses = try Accounts.addresses(addresses)
            try await options.withStore { store in
                try await store.setAddresses(addresses, of: id)
                print(
                    addresses.isEmpty
                        ? "\(id) has no address." : "\(id) is known as \(addresses.joined(separator: ", ")).")
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a user.",
            discussion:
                "The home folder stays, and is there again if a user of that name is added; --with-files removes it too."
        )
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "Who.") var name: String
        @Flag(help: "Remove everything in the home folder as well. This cannot be undone.") var withFiles = false

        func run() async throws {
            let id = try Accounts.name(name)
            try await options.withStore { store in
                try await store.removeAccount(id, withFiles: withFiles)
                print(withFiles ? "Removed \(id) and their files." : "Removed \(id); their files stay.")
            }
        }
    }
}

struct PasswordOptions: ParsableArguments {
    @Flag(
        help:
            "Read the password from standard input: one line; a terminal asks twice and does not show it. Without this a password is made up and printed."
    )
    var passwordStdin = false

    struct Secret {
        var bytes: [UInt8]
        var isGenerated: Bool

        /// Only what was made up here is printed; whoever typed a password knows it.
        func tell() {
            if isGenerated { print("Password: \(String(decoding: bytes, as: UTF8.self))") }
        }
    }

    func read() throws -> Secret {
        guard passwordStdin else {
            var random = SystemRandomNumberGenerator()
            return Secret(bytes: Array(GeneratedPassword.make(using: &random).utf8), isGenerated: true)
        }
        return Secret(bytes: try Self.readTyped(), isGenerated: false)
    }

    /// One line, or the same line twice from a terminal.
    static func readTyped() throws -> [UInt8] {
        let line = Terminal.isAttached ? try askTwice() : Terminal.readLine(limit: maxBytes + 1)
        guard !line.isEmpty else {
            throw Failure(
                """
                The password is empty. Type one, or pipe it in: printf '%s' "$PASSWORD" | martlet … --password-stdin.
                """)
        }
        guard line.count <= maxBytes else {
            throw Failure("The password is longer than \(maxBytes) bytes; choose a shorter one.")
        }
        return line
    }

    private static let maxBytes = 1024

    private static func askTwice() throws -> [UInt8] {
        let first = Terminal.readSecret("Password: ", limit: maxBytes + 1)
        guard !first.isEmpty else { return first }
        guard Terminal.readSecret("The same again: ", limit: maxBytes + 1) == first else {
            throw Failure("The two passwords are not the same, so nothing was changed. Run the command again.")
        }
        return first
    }
}

extension ConfigurationOptions {
    /// Opens the data folder for one command, beside a server that may be running.
    func withStore(_ body: (SQLiteStore) async throws -> Void) async throws {
        try await withStore { store, _ in try await body(store) }
    }

    func withStore(_ body: (SQLiteStore, Assembly) async throws -> Void) async throws {
        let configuration = try load().configuration
        let assembly = Assembly(configuration)
        let store: SQLiteStore
        do {
            store = try SQLiteStore(folder: configuration.data, purpose: .command, options: .martlet(assembly))
        } catch let error as StoreError {
            throw Failure(error.description)
        }
        do {
            try await body(store, assembly)
        } catch let error as StoreError {
            try? store.close()
            throw Failure(error.description)
        }
        try store.close()
    }
}

import ArgumentParser
import DAV
import DAVStorage
import MartletServer

struct Push: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "See who is told of changes, and why a device is silent.",
        discussion: """
            A device that wants to be told registers with the server and names a push service. Each line shows what became of the
            last message.

            Examples:
              martlet push list --data ./martlet-data
              martlet push test 9f0Vb4m1QWq2x7Kc3LrT0e --data ./martlet-data
              martlet push rotate-key --data ./martlet-data
            """,
        subcommands: [List.self, Test.self, Drop.self, RotateKey.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List registrations and their last messages.")
        @OptionGroup var options: ConfigurationOptions
        @Option(help: ArgumentHelp("Only those of this user.", valueName: "name")) var user: String?

        func run() async throws {
            let principal = try user.map(Accounts.name)
            try await options.withPush { push in
                let all = try await push.registrations(of: principal)
                for registration in all { print(registration.line) }
                if all.isEmpty { print("Nobody is registered.") }
            }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a message to a device, and say what its push service answers.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "The registration, as `martlet push list` shows it.") var registration: String

        func run() async throws {
            try await options.withPush { push in
                guard let outcome = try await push.test(PushRegistration.ID(registration)) else {
                    throw Failure("There is no registration \(registration).")
                }
                guard outcome.kind == .accepted else {
                    throw Failure("The push service did not take it: \(outcome.summary).")
                }
                print("The push service took it (\(outcome.summary)).")
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget registrations: their devices hear nothing more until they register again.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "Registrations, as `martlet push list` shows them.") var registrations: [String] = []
        @Option(help: ArgumentHelp("All of this user.", valueName: "name")) var user: String?

        func validate() throws {
            guard registrations.isEmpty != (user == nil) else {
                throw ValidationError("Name registrations, or a user with --user.")
            }
        }

        func run() async throws {
            let principal = try user.map(Accounts.name)
            try await options.withPush { push in
                var ids = registrations.map { PushRegistration.ID($0) }
                if let principal { ids = try await push.registrations(of: principal).map(\.id) }
                for id in ids {
                    guard try await push.drop(id) else { throw Failure("There is no registration \(id).") }
                    print("Forgot \(id).")
                }
            }
        }
    }

    struct RotateKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-key", abstract: "Replace the key by which push services know the server.",
            discussion: """
                A running server takes the new key over within seconds, and tells subscribers within the hour. Subscriptions made \
                for the old key go on working: it is kept for fourteen days.
                """)
        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            try await options.withPush { print("The public key is now \(try await $0.rotateKey()).") }
        }
    }
}

extension ConfigurationOptions {
    fileprivate func withPush(_ body: (PushAdministration) async throws -> Void) async throws {
        let configuration = try load().configuration
        try await withStore { store in
            try await body(PushAdministration(configuration, store: DataFolder(store)))
        }
    }
}

extension PushRegistration {
    /// Without secrets: the URL that is pushed to stands for the device, so only its origin is shown.
    fileprivate var line: String {
        var told: [String] = []
        if let depth = triggers.content { told.append("content \(depth.rawValue)") }
        if let depth = triggers.property { told.append("properties \(depth.rawValue)") }
        let last = health.lastAttempt.map { "\($0.rfc3339) \(health.lastOutcome ?? "")" } ?? "no message yet"
        let failures = health.failures == 0 ? "" : ", \(health.failures) failures"
        return """
            \(id)  \(principal)  \(path)  \(told.joined(separator: ", "))
                through \(subscription.lane), until \(expires.rfc3339); last: \(last)\(failures)
            """
    }
}

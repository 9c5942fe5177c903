import ArgumentParser
import DAV
import DAVStorage
import MartletServer

struct LinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Let people without an account read a calendar, an address book, a folder or a file.",
        discussion: """
            Whoever has the URL of a link can read what it leads to, and nothing else. The URL is shown once; the store keeps no \
            copy of it. A running server sees every change with the next request.

            Examples:
              martlet link add /calendars/ann/calendar --label "The club" --expires 30d --data ./martlet-data
              printf '%s' "$PASSWORD" | martlet link add /files/ann/photos --password-stdin --data ./martlet-data
              martlet link add /calendars/ann/calendar --busy --data ./martlet-data
              martlet link list ann --data ./martlet-data
              martlet link remove 17 --data ./martlet-data
            """,
        subcommands: [Add.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a link and print its URL.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "The path of a calendar, an address book, a folder or a file.") var path: String
        @Option(help: ArgumentHelp("A note for whoever lists links; the bearer does not see it.", valueName: "text"))
        var label: String?
        @Option(
            help: ArgumentHelp(
                "How long it lasts, such as 12h or 30d. Without this, until it is removed.", valueName: "time"))
        var expires: String?
        @Flag(help: "Ask whoever follows the link for a password, which is read from standard input: one line.")
        var passwordStdin = false
        @Flag(help: "Show when a calendar is busy, and nothing else.") var busy = false
        @Flag(
            help: "Show all that is in a calendar. Without this, what is private or confidential shows as busy.")
        var everything = false

        func validate() throws {
            guard !busy || !everything else {
                throw ValidationError("A link shows busy times or everything: leave out --busy or --everything.")
            }
        }

        func run() async throws {
            let target = try LinkCommand.path(path)
            var terms = LinkTerms(label: label, sight: busy ? .busy : everything ? .everything : nil)
            if let expires {
                guard let time = Seconds(configuration: expires), time.count > 0 else {
                    throw Failure(
                        "\"\(expires)\" is no time: it looks like \(Seconds.form.dropFirst("a time such as ".count)).")
                }
                terms.expires = Timestamp.now.adding(seconds: time.count)
            }
            if passwordStdin { terms.passwordHash = try PasswordHash.make(try PasswordOptions.readTyped()).text }
            let token = LinkToken.mint()
            let origin = try options.load().configuration.origin
            try await options.withStore { [terms] store in
                do {
                    let link = try await store.links.add(terms, digest: token.digest, to: target, of: nil, most: .max)
                    print("Made link \(link.number). This URL is not shown again:\n\(origin)\(token.path)")
                } catch let error as DAVError {
                    throw Failure(error.code == 404 ? "Nothing is at \(path)." : error.message)
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List links, without their URLs.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "Only those of this user.") var user: String?

        func run() async throws {
            let owner = try user.map(Accounts.name)
            try await options.withStore { store in
                var last: Int64?
                repeat {
                    let page = try await store.links.links(of: owner, after: last, limit: 500)
                    for link in page { print(link.line) }
                    last = page.last?.number
                } while last != nil
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End links at once.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "Numbers, as `martlet link list` shows them.") var numbers: [Int64]

        func run() async throws {
            try await options.withStore { store in
                for number in numbers {
                    guard try await store.links.remove(number, of: nil) else {
                        throw Failure("There is no link \(number).")
                    }
                    print("Removed link \(number).")
                }
            }
        }
    }

    /// A path as people type it: names with spaces need no escapes.
    private static func path(_ text: String) throws -> DAVPath {
        let names = text.split(separator: "/").map { Name(String($0)) }
        guard !names.isEmpty, !names.contains(nil) else {
            throw Failure("\"\(text)\" is no path: it looks like /calendars/ann/calendar.")
        }
        return DAVPath(names.compactMap(\.self))
    }
}

extension Link {
    fileprivate var line: String {
        let place = target.map { Href.encode(path: $0.path, isCollection: $0.isCollection) } ?? "gone"
        var notes: [String] = []
        if let label = terms.label { notes.append("“\(label.printable)”") }
        if let expires = terms.expires {
            notes.append("\(expires < .now ? "ended" : "until") \(expires.rfc3339)")
        }
        if terms.passwordHash != nil { notes.append("password") }
        if let sight = terms.sight { notes.append(sight.words) }
        notes.append(lastUse.map { "used \(uses) times, last \($0.rfc3339)" } ?? "never used")
        return "\(number)\t\(owner)\t\(place)\t\(notes.joined(separator: ", "))"
    }
}

extension ShareGrant.Sight {
    fileprivate var words: String {
        switch self {
        case .everything: "shows everything"
        case .withoutPrivate: "hides what is private"
        case .busy: "busy times only"
        }
    }
}

extension Configuration {
    /// How people reach the server, as far as the configuration tells.
    fileprivate var origin: String {
        baseURL?.configurationText ?? "\(certificate == nil ? "http" : "https")://\(listen.configurationText)"
    }
}

extension String {
    /// Without what a terminal would obey: owners choose labels, and administrators read them.
    fileprivate var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}

import ArgumentParser
import DAV
import DAVStorage
import MartletServer

struct Share: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Share calendars, address books and folders on behalf of their owners.",
        discussion: """
            People share from their own apps; these commands do the same for them. A running server sees every change with the \
            next request.

            What is shared is named by the path of its URL, such as /calendars/ann/team/. Somebody who is invited has to accept: \
            in their app, or by `martlet share accept`. Then it stands in their own home, too, and there they open it.

            Examples:
              martlet share add /calendars/ann/team/ bob family --write --data ./martlet-data
              martlet share add /calendars/ann/team/ cid --busy --data ./martlet-data
              martlet share accept /calendars/ann/team/ bob --data ./martlet-data
              martlet share list --data ./martlet-data
              martlet share remove /calendars/ann/team/ bob --data ./martlet-data
            """,
        subcommands: [List.self, Add.self, Remove.self, Accept.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what is shared, with whom, and what they answered.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: ArgumentHelp("Only this collection, by the path of its URL.", valueName: "path"))
        var path: String?
        @Option(help: ArgumentHelp("Only what this user shares.", valueName: "name")) var user: String?

        func run() async throws {
            let owner = try user.map(Accounts.name)
            let path = try path.map(ShareAdministration.path)
            try await options.withStore { store in
                let all = try await store.sharedCollections(of: owner, at: path)
                for shared in all { print(shared.lines.joined(separator: "\n")) }
                if all.isEmpty { print("Nothing is shared.") }
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Invite people or groups to a collection, or change what they may do there.")
        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var place: SharedPlace
        @Argument(help: ArgumentHelp("Users or groups.", valueName: "name")) var people: [String]
        @Flag(help: "They may change what is in it, too. Without this they may only read.") var write = false
        @Flag(help: "Of a calendar they see when it is busy, and nothing else.") var busy = false
        @Flag(help: "What is private or confidential in a calendar shows as busy, and they cannot change it.")
        var hidePrivate = false
        @Option(help: ArgumentHelp("What they are told with the invitation.", valueName: "text")) var comment: String?

        func validate() throws {
            guard !people.isEmpty else { throw ValidationError("Name the users or groups to invite.") }
            guard !busy || !write else {
                throw ValidationError("Who sees busy times only cannot write: leave out --busy or --write.")
            }
            guard !busy || !hidePrivate else {
                throw ValidationError("Busy times tell nothing private as it is: leave out --busy or --hide-private.")
            }
        }

        private var grant: ShareGrant {
            ShareGrant(busy ? .busy : hidePrivate ? .withoutPrivate : .everything, allowsWriting: write)
        }

        func run() async throws {
            try await options.withShares { shares in
                let invited = try people.map(shares.sharee)
                try await shares.change(place.path, invited.map { .set($0, grant, comment: comment) })
                for shared in try await shares.store.sharedCollections(at: ShareAdministration.path(place.path)) {
                    print(shared.lines(of: Set(invited)).joined(separator: "\n"))
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take back invitations. It is gone from the homes of those people at once.",
            discussion: "Nothing that is in the collection is removed.")
        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var place: SharedPlace
        @Argument(help: ArgumentHelp("Users or groups, as `martlet share list` shows them.", valueName: "name"))
        var people: [String]

        func validate() throws {
            guard !people.isEmpty else { throw ValidationError("Name the users or groups whose invitation ends.") }
        }

        func run() async throws {
            try await options.withShares { shares in
                let invites = try await shares.list(of: place.path).invites
                let sharees = try people.map { name in
                    guard let invite = invites.first(where: { $0.sharee.text == name }) else {
                        throw Failure(
                            "\(name) is not invited to \(place.path); `martlet share list \(place.path)` tells who is.")
                    }
                    return invite.sharee
                }
                try await shares.change(place.path, sharees.map { .revoke($0) })
                for name in people { print("\(name) is not invited to \(place.path) any more.") }
            }
        }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Accept invitations for people: it appears in their homes.")
        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var place: SharedPlace
        @Argument(help: ArgumentHelp("Users who are invited, by name or in a group.", valueName: "name"))
        var people: [String]

        func validate() throws {
            guard !people.isEmpty else { throw ValidationError("Name the users who accept.") }
        }

        func run() async throws {
            try await options.withShares { shares in
                for person in try people.map(Accounts.name) {
                    let home = try await shares.accept(place.path, for: person)
                    print("\(person) has \(place.path) at \(Href.encode(path: home, isCollection: true)).")
                }
            }
        }
    }
}

struct SharedPlace: ParsableArguments {
    @Argument(help: ArgumentHelp("The collection, by the path of its URL: /calendars/ann/team/.", valueName: "path"))
    var path: String
}

extension ConfigurationOptions {
    fileprivate func withShares(_ body: (ShareAdministration) async throws -> Void) async throws {
        try await withStore { store, assembly in
            guard let rules = assembly.sharing else {
                throw Failure("Sharing is off. Set `sharing.mode` to invitation or instant first.")
            }
            do {
                try await body(ShareAdministration(store: store, rules: rules))
            } catch let error as DAVError {
                throw Failure(error.message)
            }
        }
    }
}

extension SharedCollection {
    /// The collection, then a line for each who is invited or came in through a group.
    fileprivate var lines: [String] {
        [Href.encode(path: path, isCollection: true) + "  of \(list.owner)"] + lines(of: nil)
    }

    /// - Parameter some: only these invitations; `nil`: all.
    fileprivate func lines(of some: Set<ShareeRef>?) -> [String] {
        list.invites.filter { some?.contains($0.sharee) ?? true }.flatMap { invite in
            let line = "    \(invite.sharee.words)  \(invite.grant.words)"
            guard case .group = invite.sharee else {
                let seat = invite.sharee.principal.flatMap(list.seat)
                return ["\(line)  \(words(of: list.status(of: invite)))\(seat.map(place) ?? "")"]
            }
            let members = list.seats.filter { $0.invites.contains(invite.sharee) }
            return [line] + members.map { "        \($0.person)  \(words(of: $0.status))\(place(of: $0))" }
        }
    }

    private func place(of seat: ShareSeat) -> String {
        guard let path = seat.instance.flatMap({ instances[$0] }) else { return "" }
        return ", at " + Href.encode(path: path, isCollection: true)
    }

    private func words(of status: InviteStatus) -> String {
        switch status {
        case .noResponse: "no answer yet"
        case .accepted: "accepted"
        case .declined: "declined"
        case .invalid: "unknown here"
        }
    }
}

extension ShareeRef {
    /// As people type it.
    fileprivate var text: String {
        switch self {
        case .principal(let id), .group(let id): id.description
        case .external(let uri): uri
        }
    }

    fileprivate var words: String {
        if case .group(let id) = self { "group \(id)" } else { text }
    }
}

extension ShareGrant {
    fileprivate var words: String {
        switch self {
        case .read: "read"
        case .readWrite: "read-write"
        case .busy: "busy times only"
        case .readHidingPrivate: "read, nothing private"
        case .readWriteHidingPrivate: "read-write, nothing private"
        }
    }
}

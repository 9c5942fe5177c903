import ArgumentParser
import DAV
import DAVGroupware
import DAVStorage
import Glibc
import MartletServer

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Put the events of an .ics file into a calendar, or the contacts of a .vcf file into an address book.",
        discussion: """
            Works with and without a server on the same data folder. Objects that cannot be taken are told with their line, and \
            the others are imported all the same; the exit code is then 2. Those whose UID is there already are left alone, so a \
            file can be imported twice, and an import that was stopped goes on when it is started again.

            Examples:
              martlet import holidays.ics --user ann --to holidays --create --data /var/lib/martlet
              martlet import friends.vcf --user ann --to contacts --replace --data /var/lib/martlet
            """)
    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var place: CollectionOptions
    @Argument(help: ArgumentHelp("iCalendar or vCard files.", valueName: "file")) var files: [String]
    @Option(help: ArgumentHelp("The calendar or address book, by its name in the URL.", valueName: "collection"))
    var to: String
    @Flag(help: "Make the calendar or address book if it is not there.") var create = false
    @Flag(help: "Overwrite what has the same UID, instead of leaving it alone.") var replace = false
    @Flag(help: "Stop at the first object that cannot be taken.") var strict = false

    func run() async throws {
        var total = Importer.Report()
        try await options.withStore { store, assembly in
            let owner = try await place.owner(in: store)
            for file in files {
                let isCard = try Importer.holdsCards(file)
                let collection = try await place.collection(
                    named: to, isCard: isCard, of: owner, in: store, assembly, create: create)
                let importer = Importer(
                    into: collection, as: .principal(owner), existing: replace ? .replace : .skip, isStrict: strict)
                let report = try await run(importer, file)
                total += report
            }
        }
        print(
            "Imported \(total.stored + total.replaced) objects\(total.replaced > 0 ? ", \(total.replaced) of them replaced" : "");"
                + " \(total.skipped) were there already, \(total.refused) could not be taken.")
        if total.refused > 0 { throw ExitCode(2) }
    }

    private func run(_ importer: Importer, _ file: String) async throws -> Importer.Report {
        var lastShown = ContinuousClock.now
        do {
            let report = try await importer.run(file) { done, share in
                guard isatty(STDERR_FILENO) != 0, .now - lastShown > .milliseconds(200) else { return }
                lastShown = .now
                writeToStandardError("\r\u{1B}[K\(file): \(done) objects, \(Int(share * 100)) %")
            } refused: { problem in
                writeToStandardError((isatty(STDERR_FILENO) != 0 ? "\r\u{1B}[K" : "") + "\(file), \(problem)\n")
            }
            if isatty(STDERR_FILENO) != 0 { writeToStandardError("\r\u{1B}[K") }
            return report
        } catch let problem as Importer.Problem {
            throw Failure("\(file), \(problem)")
        } catch let error as DAVError {
            throw Failure("The import of \(file) stopped: \(error.message) Start it again to go on.")
        }
    }
}

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a calendar as one .ics file, or an address book as one .vcf file.",
        discussion: """
            Works with and without a server on the same data folder.

            Examples:
              martlet export --user ann --collection calendar --output calendar.ics --data /var/lib/martlet
              martlet export --user ann --collection contacts --data /var/lib/martlet > contacts.vcf
            """)
    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var place: CollectionOptions
    @Option(help: ArgumentHelp("The calendar or address book, by its name in the URL.", valueName: "collection"))
    var collection: String
    @Option(help: ArgumentHelp("The file to write; standard output if not given.", valueName: "file")) var output:
        String?

    func run() async throws {
        try await options.withStore { store, assembly in
            let owner = try await place.owner(in: store)
            let found = try await place.collection(
                named: collection, isCard: nil, of: owner, in: store, assembly, create: false)
            let descriptor = try open()
            do {
                try await Exporter(DataFolder(store, assembly)).run(
                    found.info.path, as: .principal(owner), to: BodyWriter { try Self.write($0, to: descriptor) })
            } catch let error as DAVError {
                throw Failure("\(found.info.path) cannot be exported: \(error.message)")
            }
            if let output {
                guard fsync(descriptor) == 0, close(descriptor) == 0 else { throw Self.failure("Writing \(output)") }
            }
        }
    }

    private func open() throws -> Int32 {
        guard let output else { return STDOUT_FILENO }
        let descriptor = Glibc.open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("Opening \(output)") }
        return descriptor
    }

    private static func write(_ octets: [UInt8], to descriptor: Int32) throws {
        var count = 0
        while count < octets.count {
            let written = octets.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("Writing") }
            count += written
        }
    }

    private static func failure(_ what: String) -> Failure {
        Failure("\(what) failed: \(String(cString: strerror(errno))).")
    }
}

struct CollectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Whose it is.", valueName: "name")) var user: String

    /// The person, whose homes are made if they never signed in.
    func owner(in store: SQLiteStore) async throws -> PrincipalID {
        let id = try Accounts.name(user)
        guard try store.account(id) != nil else {
            throw Failure("There is no user \(id); `martlet user list` tells who there is.")
        }
        try await store.ensureHome(for: id)
        return id
    }

    /// - Parameter isCard: `true` looks among address books, `false` among calendars, `nil` among both.
    func collection(
        named text: String, isCard: Bool?, of owner: PrincipalID, in store: SQLiteStore, _ assembly: Assembly,
        create: Bool
    ) async throws -> any DAVCollection {
        guard let name = Name(text), !text.contains("/") else {
            throw Failure("\(text) cannot be the name of a calendar or address book: give the last part of its URL.")
        }
        let caller = Caller.principal(owner)
        let sorts: [(home: DAVPath, kind: CollectionKind, isCard: Bool)] = [
            (Assembly.calendarRoot.appending(owner.name), assembly.calendars.calendar, false),
            (Assembly.contactRoot.appending(owner.name), assembly.contacts.addressBook, true),
        ].filter { isCard == nil || $0.isCard == isCard }
        for sort in sorts {
            let found = try await store.backend.collection(at: sort.home.appending(name), for: caller)
            if let found, found.info.kind === sort.kind { return found }
        }
        guard create, let sort = sorts.first, let home = try await store.backend.collection(at: sort.home, for: caller)
        else {
            throw Failure(
                "\(owner) has no \(isCard.map { $0 ? "address book" : "calendar" } ?? "calendar or address book") called \(text)."
                    + (isCard == nil ? "" : " --create makes it."))
        }
        let condition = Condition(caller: caller, now: .now)
        do {
            try await home.writing?.makeCollection(name, kind: sort.kind, properties: [], if: condition)
        } catch let error as DAVError {
            throw Failure("\(sort.home.appending(name)) cannot be made: \(error.message)")
        }
        guard let made = try await store.backend.collection(at: sort.home.appending(name), for: caller) else {
            throw Failure("\(sort.home.appending(name)) cannot be made.")
        }
        return made
    }
}

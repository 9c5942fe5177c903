import ArgumentParser
import MartletServer

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check from outside that clients will get on with a server, and say what to change.",
        discussion: """
            Signs in as clients do and tries everything they do: finding the server from its name, every method and header, \
            large bodies, locks, synchronising. What it makes it removes again. Run it from another machine, against the \
            address people type; behind a proxy it names the line of the proxy's configuration to change.

            The password is asked for; without a terminal it is read from standard input, or from DAV_PASSWORD.

            The exit code is 0 if clients will get on, 2 if not.

            Example:
              martlet doctor https://dav.example.org --user ann
            """)
    @Argument(help: "What people type into their clients.") var url: String
    @Option(help: ArgumentHelp("Who signs in.", valueName: "name")) var user: String
    @Option(help: ArgumentHelp("PEM file with the authority to trust instead of the system's.", valueName: "file"))
    var authority: String?
    @Option(help: ArgumentHelp("How large a body to try.", valueName: "size")) var largeBody = "12MB"
    @Flag(help: "Print only what is wrong.") var quiet = false

    func run() async throws {
        guard let target = ProbeURL(url) else {
            throw ValidationError("\(url) is not a URL such as https://dav.example.org.")
        }
        guard let size = ByteSize(configuration: largeBody), size.bytes <= 1 << 30 else {
            throw ValidationError("--large-body takes \(ByteSize.form), at most 1GB.")
        }
        var doctor = MartletServer.Doctor(url: target, user: user, password: try Terminal.password(of: user), authority: authority)
        doctor.largeBody = size
        let isQuiet = quiet
        let summary = await doctor.examine { finding in
            if !isQuiet || finding.outcome != .passed { print(Self.text(finding)) }
        }
        print("\(summary.failures) failures, \(summary.warnings) warnings.")
        if summary.failures > 0 { throw ExitCode(2) }
    }

    private static func text(_ finding: Finding) -> String {
        var lines = [finding.outcome.rawValue.padded(to: 5) + finding.text]
        if !finding.meaning.isEmpty { lines.append("     " + finding.meaning) }
        return (lines + finding.remedies.map { "     → " + $0 }).joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - utf8.count))
    }
}

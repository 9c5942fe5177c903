import ArgumentParser
import Glibc
import MartletServer

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Be told what changes in a folder, calendar or address book, when it changes.",
        discussion: """
            Registers itself by WebDAV-Push, at any server that speaks it, and prints a line for each change: + added, ~ changed, \
            - removed, * properties. Lines go to standard output, everything else to standard error. Ctrl-C ends it and removes \
            the registration.

            Pushes come to a port of this machine, if the server is here or on the same network. From elsewhere they come \
            through a push service: name an ntfy server.

            The command of --exec runs for each change, one after the other, with MARTLET_CHANGE (added, changed, removed, \
            properties), MARTLET_HREF and MARTLET_URL in its environment.

            The password is asked for; without a terminal it is read from standard input, or from DAV_PASSWORD.

            Examples:
              martlet watch http://127.0.0.1:8080/files/ann/ --user ann
              martlet watch https://dav.example.org/calendars/ann/ --user ann --receiver ntfy:https://ntfy.example.org
              martlet watch http://127.0.0.1:8080/files/ann/ --user ann --exec 'notify-send "$MARTLET_CHANGE" "$MARTLET_HREF"'
            """)
    @Argument(help: "What to watch.") var url: String
    @Option(help: ArgumentHelp("Who signs in.", valueName: "name")) var user: String?
    @Option(help: ArgumentHelp("A file whose first line is the password.", valueName: "file")) var passwordFile: String?
    @Option(help: ArgumentHelp("PEM file with the authority to trust instead of the system's.", valueName: "file"))
    var authority: String?
    @Option(
        help: ArgumentHelp(
            "How pushes come: listen, listen:HOST:PORT or ntfy:URL; listen, if the server is near.", valueName: "way"))
    var receiver: String?
    @Option(
        help: ArgumentHelp("How the server reaches the port, if a proxy stands in front of it.", valueName: "url"))
    var receiverURL: String?
    @Option(help: ArgumentHelp("What the shell runs for each change.", valueName: "command")) var exec: String?
    @Option(
        help: ArgumentHelp(
            "Keeps keys and position in this file, so that the next run tells what changed in between.",
            valueName: "file"))
    var state: String?
    @Option(help: ArgumentHelp("Seconds between looking without having been told.", valueName: "seconds"))
    var poll: Int64 = 300
    @Flag(help: "End after the first change.") var once = false
    @Flag(help: "Print each change as a line of JSON.") var json = false

    func run() async throws {
        guard let target = ProbeURL(url) else {
            throw ValidationError("\(url) is not a URL such as https://dav.example.org/files/ann/.")
        }
        guard 1...86_400 ~= poll else { throw ValidationError("--poll takes 1 to 86400 seconds.") }
        let password = try user.map { try Terminal.password(of: $0, file: passwordFile) } ?? []
        var watch = MartletServer.Watch(url: target, user: user, password: password)
        watch.authority = authority
        if let receiver {
            guard let way = MartletServer.Watch.Receiver(receiver) else {
                throw ValidationError("--receiver takes listen, listen:HOST:PORT or ntfy:URL.")
            }
            watch.receiver = way
        }
        if let receiverURL {
            guard let url = ProbeURL(receiverURL) else { throw ValidationError("\(receiverURL) is not a URL.") }
            watch.receiverURL = url
        }
        watch.command = exec
        watch.state = state
        watch.pollInterval = poll
        (watch.isOnce, watch.isJSON) = (once, json)
        signal(SIGPIPE, SIG_IGN)
        do {
            try await watch.run { output in
                switch output {
                case .change(let line): Self.write(line, to: STDOUT_FILENO)
                case .note(let line): Self.write(line, to: STDERR_FILENO)
                }
            }
        } catch let failure as WatchFailure {
            throw Failure(failure.description)
        }
    }

    /// At once, whatever is at the other end. When nobody reads the changes any more, this ends as by a signal.
    private static func write(_ line: String, to file: Int32) {
        let bytes = Array((line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                if file == STDOUT_FILENO { kill(getpid(), SIGTERM) }
                return
            }
            written += count
        }
    }
}

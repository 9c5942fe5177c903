import Glibc

/// Standard input, with somebody at the keyboard or not.
enum Terminal {
    static var isAttached: Bool { isatty(STDIN_FILENO) != 0 }

    /// The bytes up to the end of the line, as they came, but no more than `limit` of them.
    static func readLine(limit: Int, from descriptor: Int32 = STDIN_FILENO) -> [UInt8] {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < limit, read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }

    /// The password of somebody on another server: from a file's first line, from `DAV_PASSWORD`, or typed or piped in.
    static func password(of user: String, file: String? = nil) throws -> [UInt8] {
        let limit = 1025
        let line: [UInt8]
        if let file {
            let descriptor = open(file, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Failure("\(file) cannot be read: \(String(cString: strerror(errno)))") }
            defer { _ = close(descriptor) }
            line = readLine(limit: limit, from: descriptor)
        } else if let variable = getenv("DAV_PASSWORD") {
            return Array(String(cString: variable).utf8)
        } else {
            line = isAttached ? readSecret("Password of \(user): ", limit: limit) : readLine(limit: limit)
        }
        guard !line.isEmpty else {
            throw Failure(
                file.map { "\($0) holds no password." }
                    ?? "The password is empty. Type it, pipe it in, or set DAV_PASSWORD.")
        }
        return line
    }

    /// A line that is not shown while it is typed. Ctrl-C ends the program and leaves the terminal as it was.
    static func readSecret(_ prompt: String, limit: Int) -> [UInt8] {
        guard var shown = usual else {
            writeToStandardError(prompt)
            return readLine(limit: limit)
        }
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                if var usual { tcsetattr(STDIN_FILENO, TCSANOW, &usual) }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        writeToStandardError(prompt)
        defer {
            tcsetattr(STDIN_FILENO, TCSANOW, &shown)
            for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
            writeToStandardError("\n")
        }
        return readLine(limit: limit)
    }
}

/// How the terminal is before anything is hidden; a signal handler can reach nothing but globals. Looked at before the handler
/// is installed, which then finds it there. `nil`: there is no terminal.
private let usual: termios? = {
    var settings = termios()
    return tcgetattr(STDIN_FILENO, &settings) == 0 ? settings : nil
}()

import Dispatch
import Glibc

/// The command of `--exec`: run by the shell for each change, one after the other.
///
/// Only the person who watches writes the command. What the server says reaches it as environment variables, never as text
/// that the shell reads.
struct ChangeCommand: Sendable {
    var command: String

    /// - Parameter variables: beside our own environment, in which the password is left out.
    /// - Returns: the exit status, 128 and the signal if one ended it; `nil` if it could not be started.
    func run(_ variables: [String: String]) async -> Int32? {
        guard let process = start(variables) else { return nil }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    var status: Int32 = 0
                    while waitpid(process, &status, 0) < 0, errno == EINTR {}
                    continuation.resume(returning: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F)
                }
            }
        } onCancel: {
            kill(process, SIGTERM)
        }
    }

    private func start(_ variables: [String: String]) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // We ignore these while we wait for them otherwise; what is ignored would stay so in the command.
        var signals = sigset_t()
        sigemptyset(&signals)
        var none = signals
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        let words: [String] = ["/bin/sh", "-c", command]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let environment: [UnsafeMutablePointer<CChar>?] =
            Self.environment(with: variables).map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        Self.keepDescriptors()
        var process = pid_t()
        guard posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, environment) == 0 else { return nil }
        return process
    }

    /// Connections are none of the command's business, and the library that makes them does not say so to the kernel.
    private static func keepDescriptors() {
        guard let folder = opendir("/proc/self/fd") else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { $0 } }
            guard let descriptor = Int32(String(decoding: name, as: UTF8.self)), descriptor > STDERR_FILENO else {
                continue
            }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    private static func environment(with variables: [String: String]) -> [String] {
        var lines: [String] = []
        var next = environ
        while let line = next.pointee {
            lines.append(String(cString: line))
            next += 1
        }
        let names = Set(variables.keys).union(["DAV_PASSWORD"])
        lines.removeAll { line in names.contains(String(line.prefix { $0 != "=" })) }
        return lines + variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }
}

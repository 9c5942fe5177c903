/// The parts of the benchmarks that are written in Swift; `Benchmarks/run` drives them.
@main
struct MartletBench {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, Array(arguments.dropFirst())) {
        case ("empty", let rest) where rest.isEmpty:
            try await EmptyServer.run()
        case ("populate", let rest) where rest.count > 2:
            try await Store.populate(folder: rest[0], user: rest[1], sizes: rest[2...].compactMap { Int($0) })
        case ("puts", let rest) where rest.count == 4:
            try await Store.puts(folder: rest[0], user: rest[1], clients: Int(rest[2]) ?? 1, seconds: Int(rest[3]) ?? 5)
        case ("encrypt", let rest) where rest.count == 1:
            try Encryption.run(seconds: Int(rest[0]) ?? 5)
        default:
            print(
                "martlet-bench empty | populate FOLDER USER SIZE... | puts FOLDER USER CLIENTS SECONDS | encrypt SECONDS"
            )
        }
    }
}

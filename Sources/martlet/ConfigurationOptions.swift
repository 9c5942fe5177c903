import ArgumentParser
import Glibc
import MartletServer

/// The options every command shares that needs the server's configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read settings from this TOML file first.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Folder that holds the store.", valueName: "folder"))
    var data: String?

    @Option(
        name: .customLong("set"), help: ArgumentHelp("Any other setting; see `martlet config`.", valueName: "key=value")
    )
    var settings: [String] = []

    /// Defaults, then the file, then `MARTLET_…` variables, then the flags.
    func load(_ flags: [(key: String, value: String?)] = []) throws -> ConfigurationLoader {
        var loader = ConfigurationLoader()
        if let config { try loader.apply(file: config) }
        try loader.apply(environment: Self.environment())
        for setting in settings {
            guard let equals = setting.firstIndex(of: "=") else {
                throw ConfigurationError(
                    "--set takes key=value, such as --set log.format=json; this has no =: \(setting)")
            }
            try loader.set(
                String(setting[..<equals]), to: String(setting[setting.index(after: equals)...]), from: "flag --set")
        }
        for (key, value) in flags + [(key: "data", value: data)] {
            if let value { try loader.set(key, to: value, from: "flag --\(key.replacing(".", with: "-"))") }
        }
        _ = try loader.finish()
        return loader
    }

    private static func environment() -> [String: String] {
        var found: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                found[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return found
    }
}

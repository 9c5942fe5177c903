import TOMLKit

/// Puts a configuration together: defaults, then the file, then the environment, then flags; later wins.
public struct ConfigurationLoader {
    public private(set) var configuration = Configuration()
    /// Where each value that is not a default came from.
    public private(set) var sources: [String: String] = [:]

    public init() {}

    /// - Throws: ``ConfigurationError`` for a file that cannot be read or is not TOML, an unknown key, a bad value.
    public mutating func apply(file path: String) throws {
        let text: String
        do {
            text = String(decoding: try SmallFile.read(path, upTo: 1 << 20), as: UTF8.self)
        } catch {
            throw ConfigurationError("Cannot read the configuration file \(path): \(error)")
        }
        try apply(toml: text, from: path)
    }

    public mutating func apply(toml text: String, from source: String) throws {
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationError(
                "\(source) is not valid TOML: \(error.description) (\(error.source.begin.debugDescription)).")
        }
        try apply(table, below: "", from: source)
    }

    private mutating func apply(_ table: TOMLTable, below section: String, from source: String) throws {
        for key in table.keys {
            guard let value = table[key] else { continue }
            let name = section.isEmpty ? key : "\(section).\(key)"
            if let inner = value.table {
                guard ConfigurationKey.all.contains(where: { $0.name.hasPrefix(name + ".") }) else {
                    throw Self.unknown(name, in: source, "section")
                }
                try apply(inner, below: name, from: source)
            } else {
                try set(name, to: Self.text(of: value, name, source), from: source)
            }
        }
    }

    private static func text(of value: any TOMLValueConvertible, _ name: String, _ source: String) throws -> String {
        if let string = value.string { return string }
        if let bool = value.bool { return bool.configurationText }
        if let int = value.int { return String(int) }
        if let array = value.array { return try array.map { try text(of: $0, name, source) }.joined(separator: ",") }
        throw ConfigurationError("`\(name)` in \(source) must be a text, a number, true or false, or a list.")
    }

    /// Takes every variable whose name begins with `MARTLET_`.
    public mutating func apply(environment: [String: String]) throws {
        for (variable, value) in environment.sorted(by: { $0.key < $1.key }) where variable.hasPrefix("MARTLET_") {
            guard let key = ConfigurationKey.all.first(where: { $0.environmentName == variable }) else {
                let known = ConfigurationKey.all.map(\.environmentName)
                throw ConfigurationError(
                    "The environment variable \(variable) means nothing here."
                        + Suggestion.text(for: variable, among: known))
            }
            try set(key.name, to: value, from: "environment variable \(variable)")
        }
    }

    public mutating func set(_ name: String, to value: String, from source: String) throws {
        guard let key = ConfigurationKey.named(name) else { throw Self.unknown(name, in: source, "key") }
        guard key.write(&configuration, value) else {
            let shown = key.isSecret ? "The value" : "\"\(value)\""
            throw ConfigurationError("\(shown) is not a value for `\(name)` (\(source)): it takes \(key.form).")
        }
        sources[name] = source
    }

    /// The result, checked as a whole.
    public func finish() throws -> Configuration {
        try configuration.validate()
        return configuration
    }

    private static func unknown(_ name: String, in source: String, _ what: String) -> ConfigurationError {
        ConfigurationError(
            "There is no \(what) `\(name)` (\(source))."
                + Suggestion.text(for: name, among: ConfigurationKey.all.map(\.name)))
    }
}

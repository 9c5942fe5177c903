import ArgumentParser
import MartletServer

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the settings as they would be used, and where each comes from.",
        discussion: """
            The output is a configuration file: save it, change it, and give it to `martlet serve --config`. Every setting can \
            also be an environment variable (MARTLET_LISTEN, MARTLET_TLS_KEY) or a flag (--set tls.key=…). Later wins: file, \
            environment, flags. Secrets are not printed.
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let loader = try options.load()
        for key in ConfigurationKey.all {
            print("# \(key.summary) (\(key.environmentName); \(key.form))")
            let value = key.read(loader.configuration)
            let source = loader.sources[key.name].map { "  # from \($0)" } ?? ""
            if value.isEmpty {
                print("#\(key.name) = \"\"")
            } else {
                print("\(key.name) = \(quoted(key.isSecret ? "********" : value))\(source)")
            }
            print()
        }
    }

    private func quoted(_ value: String) -> String {
        if Int(value) != nil || value == "true" || value == "false" { return value }
        return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

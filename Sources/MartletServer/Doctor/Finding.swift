/// One thing the doctor looked at.
public struct Finding: Sendable {
    public enum Outcome: String, Sendable, Hashable {
        case passed = "ok"
        /// Clients get by, but something will hurt.
        case warning = "WARN"
        /// Clients will fail.
        case failed = "FAIL"
        /// Could not be looked at, because something before it failed.
        case skipped = "skip"
    }

    public var outcome: Outcome
    /// What was looked at, and what was seen.
    public var text: String
    /// What it means for clients; empty if all is well.
    public var meaning: String
    /// Which line to change, and where.
    public var remedies: [String]
}

/// What changes a deployment: the line for Martlet itself, and the line for each proxy that may stand in front of it.
struct Remedy: Sendable {
    var martlet: String?
    var nginx: String?
    var apache: String?
    var caddy: String?
    var traefik: String?

    /// - Parameter frontEnd: what the answers say they came through; `nil`: it did not tell, so all are named.
    func lines(for frontEnd: FrontEnd?) -> [String] {
        let proxies: [(FrontEnd, String?)] = [(.nginx, nginx), (.apache, apache), (.caddy, caddy), (.traefik, traefik)]
        let named = proxies.compactMap { proxy, line in
            frontEnd == nil || frontEnd == proxy ? line.map { "\(proxy.rawValue): \($0)" } : nil
        }
        return (martlet.map { ["Martlet: \($0)"] } ?? []) + named
    }
}

/// The proxies whose configuration the doctor can write.
enum FrontEnd: String, Sendable {
    case nginx
    case apache = "Apache"
    case caddy = "Caddy"
    case traefik = "Traefik"

    /// Reads `Server` and `Via`; Traefik leaves neither.
    init?(_ answer: ProbeAnswer) {
        let traces = ((answer["Server"] ?? "") + " " + (answer["Via"] ?? "")).lowercased()
        if traces.contains("nginx") || traces.contains("openresty") {
            self = .nginx
        } else if traces.contains("apache") {
            self = .apache
        } else if traces.contains("caddy") {
            self = .caddy
        } else {
            return nil
        }
    }
}

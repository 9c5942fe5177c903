import NIOCore

/// `martlet doctor`: looks at a deployment from outside, the way clients do, and says which line to change.
///
/// It signs in, makes a folder, a calendar and an address book of its own with names nobody else uses, and removes them
/// again. The password goes to the origin that was named and nowhere else, and never into a finding.
public struct Doctor: Sendable {
    public var url: ProbeURL
    public var user: String
    /// As it was typed; bytes, since passwords are.
    public var password: [UInt8]
    /// PEM file with the authority to trust instead of the system's.
    public var authority: String?
    /// How long a body is sent to find out what proxies allow.
    public var largeBody = ByteSize(12 << 20)
    /// How long one answer may take.
    var timeout: Int64 = 30

    public init(url: ProbeURL, user: String, password: [UInt8], authority: String? = nil) {
        self.url = url
        self.user = user
        self.password = password
        self.authority = authority
    }

    public struct Summary: Sendable, Hashable {
        public var failures: Int
        public var warnings: Int
    }

    /// Looks at everything, in the order in which one thing needs another.
    public func examine(_ report: @escaping (Finding) -> Void) async -> Summary {
        let token = Base64.encode(Array(user.utf8) + [UInt8(ascii: ":")] + password)
        let padding = String(repeating: "=", count: (4 - token.utf8.count % 4) % 4)
        var client = ProbeClient(authority: authority)
        client.timeout = .seconds(timeout)
        let examination = Examination(url, client, authorization: "Basic " + token + padding, report: report)
        await examination.examine(largeBody: Int(clamping: largeBody.bytes))
        return Summary(failures: examination.failures, warnings: examination.warnings)
    }
}

extension Examination {
    fileprivate func examine(largeBody: Int) async {
        guard await look("Reaching the server", reach) == true else { return }
        await look("The well-known places", wellKnownPlaces)
        guard await look("Signing in", signIn) == true else { return }
        await look("The DAV header", complianceClasses)
        await look("The homes", homes)
        if await look("Making a folder", makeFolder) == true {
            await look("Methods", methods)
            await look("Headers of requests", requestHeaders)
            await look("Locks", locks)
            await look("Entity tags", entityTags)
            await look("Bodies", { try await self.bodies(large: largeBody) })
            await look("Spelling of URLs", spelling)
            await look("Synchronising", { try await self.syncs(self.folder, "folders", self.fileCycle) })
        }
        await look("Calendars", calendars)
        await look("Scheduling", scheduling)
        await look("Contacts", contacts)
        await look("Cleaning up", removeFolder)
    }

    /// Runs one group of checks; what stops it becomes a finding.
    @discardableResult
    private func look<Result>(_ what: String, _ group: () async throws -> Result) async -> Result? {
        do {
            return try await group()
        } catch let failure as ProbeFailure {
            failed("\(what): \(failure.text)", failure.meaning, failure.remedy)
        } catch {
            failed("\(what): \(error)", "The check itself went wrong.")
        }
        return nil
    }
}

extension ProbeFailure {
    var text: String {
        switch self {
        case .unknownHost: "the name has no address"
        case .unreachable(let why): "no connection (\(why))"
        case .untrusted: "the certificate is not trusted, or is for another name"
        case .closed: "the connection was closed before an answer came"
        case .timedOut: "no answer in time"
        }
    }

    var meaning: String {
        switch self {
        case .unknownHost: "Clients cannot find the server. The name needs an A or AAAA record."
        case .unreachable: "Nothing listens there, or a firewall is in the way."
        case .untrusted(let why):
            "Clients refuse to connect. Often the chain is not whole, the name is missing in the certificate, or it has run out. (\(why.prefix(200)))"
        case .closed: "Clients see a network error. Something in between does not like the request, or gave up waiting."
        case .timedOut: "Clients give up. A proxy may wait for something that does not come."
        }
    }

    var remedy: Remedy {
        switch self {
        case .unreachable: Remedy(martlet: "listen = \"0.0.0.0:443\" to be reached from other machines")
        case .untrusted: .certificate
        default: Remedy()
        }
    }
}

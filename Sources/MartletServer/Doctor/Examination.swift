import DAV

/// What has been found out so far, and the tools of the checks.
final class Examination {
    let start: ProbeURL
    private let client: ProbeClient
    private let authorization: String?
    private let report: (Finding) -> Void

    /// What stands in front, as far as its answers tell.
    private(set) var frontEnd: FrontEnd?
    private(set) var failures = 0
    private(set) var warnings = 0
    /// Whether answers carry `DAV`; if so, an answer without it is not Martlet's.
    var showsDAV = true
    /// Where PROPFIND worked, and what the server said of the person there.
    var context: ProbeURL?
    var principal: ProbeURL?
    var calendarHome: ProbeURL?
    var addressBookHome: ProbeURL?
    /// Where it is asked when others are busy, and under which address the person asks.
    var outbox: ProbeURL?
    var calendarAddress: String?
    /// The home of files.
    var files: ProbeURL?
    /// A folder for the checks that write; removed at the end.
    var folder: ProbeURL?
    /// Names this run alone uses.
    let mark = "martlet-doctor-" + String(UInt64.random(in: .min ... .max), radix: 36)

    init(_ start: ProbeURL, _ client: ProbeClient, authorization: String?, report: @escaping (Finding) -> Void) {
        self.start = start
        self.client = client
        self.authorization = authorization
        self.report = report
    }

    // MARK: Telling

    func passed(_ text: String) { report(Finding(outcome: .passed, text: text, meaning: "", remedies: [])) }
    func skipped(_ text: String) { report(Finding(outcome: .skipped, text: text, meaning: "", remedies: [])) }

    func warned(_ text: String, _ meaning: String, _ remedy: Remedy = Remedy()) {
        warnings += 1
        report(
            Finding(outcome: .warning, text: text, meaning: meaning, remedies: remedy.lines(for: frontEnd)))
    }

    func failed(_ text: String, _ meaning: String, _ remedy: Remedy = Remedy()) {
        failures += 1
        report(Finding(outcome: .failed, text: text, meaning: meaning, remedies: remedy.lines(for: frontEnd)))
    }

    /// Tells one way or the other.
    @discardableResult
    func expect(_ isGood: Bool, _ text: String, or seen: String, _ meaning: String, _ remedy: Remedy) -> Bool {
        if isGood { passed(text) } else { failed("\(text): \(seen)", meaning, remedy) }
        return isGood
    }

    // MARK: Asking

    /// - Parameter signedIn: whether to send the password; never to another origin than the one that was typed.
    func send(
        _ method: String, _ url: ProbeURL, _ headers: [(String, String)] = [], _ body: ProbeRequest.Body = .none,
        signedIn: Bool = true
    ) async throws -> ProbeAnswer {
        var headers = headers.map { (name: $0.0, value: $0.1) }
        if signedIn, let authorization, url.isSameOrigin(as: start) {
            headers.append((name: "Authorization", value: authorization))
        }
        let answer = try await client.send(ProbeRequest(method: method, url: url, headers: headers, body: body))
        if frontEnd == nil { frontEnd = FrontEnd(answer) }
        return answer
    }

    func xml(
        _ method: String, _ url: ProbeURL, depth: String? = "0", _ text: String, signedIn: Bool = true
    ) async throws -> ProbeAnswer {
        var headers = [("Content-Type", "application/xml; charset=utf-8")]
        if let depth { headers.append(("Depth", depth)) }
        return try await send(method, url, headers, .bytes(Array(text.utf8)), signedIn: signedIn)
    }

    func propfind(_ url: ProbeURL, depth: String? = "0", _ properties: String, signedIn: Bool = true) async throws
        -> ProbeAnswer
    {
        try await xml("PROPFIND", url, depth: depth, Self.propfindBody(properties), signedIn: signedIn)
    }

    static func propfindBody(_ properties: String) -> String {
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:propfind \(namespaces)><D:prop>\(properties)</D:prop></D:propfind>"
    }

    static let namespaces = """
        xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="urn:ietf:params:xml:ns:carddav" \
        xmlns:M="http://martlet.invalid/ns/"
        """

    /// Whether Martlet wrote an answer to somebody signed in, and not something in between.
    func isFromServer(_ answer: ProbeAnswer) -> Bool { !showsDAV || answer["DAV"] != nil }

    /// For a finding: the status, and who seems to have given it.
    func tell(_ answer: ProbeAnswer) -> String {
        isFromServer(answer) ? "\(answer.status)" : "\(answer.status), which did not come from Martlet"
    }
}

extension ProbeAnswer {
    var isSuccess: Bool { (200..<300).contains(status) }
    var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }

    func document() -> XMLElement? { try? XMLElement.parse(body) }

    /// The `DAV:response` elements of a multistatus; `nil`: it is none.
    var responses: [XMLElement]? {
        guard status == 207, let root = document(), root.name == .dav("multistatus") else { return nil }
        return root.elements.filter { $0.name == .dav("response") }
    }

    /// A property of the first response that has it with 200.
    func property(_ name: XMLName) -> XMLElement? {
        for response in responses ?? [] {
            for propstat in response.elements where propstat.name == .dav("propstat") {
                guard propstat.first(.dav("status"))?.text.contains(" 200 ") == true else { continue }
                if let found = propstat.first(.dav("prop"))?.first(name) { return found }
            }
        }
        return nil
    }

    var hrefs: [String] { (responses ?? []).compactMap { $0.first(.dav("href"))?.text } }

    /// The precondition a refusal names.
    var condition: XMLName? {
        guard let root = document(), root.name == .dav("error") else { return nil }
        return root.elements.first?.name
    }
}

import DAV

/// How a client gets from a host's name to its collections (RFC 6764).
extension Examination {
    private static let me = "<D:current-user-principal/><D:resourcetype/>"

    func wellKnownPlaces() async throws {
        for service in ["caldav", "carddav"] {
            for method in ["PROPFIND", "GET", "OPTIONS"] { try await wellKnownPlace(service, method) }
        }
    }

    private func wellKnownPlace(_ service: String, _ method: String) async throws {
        let url = start.at("/.well-known/\(service)")
        let what = "\(method) \(url.path) leads to the server"
        let answer =
            method == "PROPFIND"
            ? try await propfind(url, Self.me, signedIn: false) : try await send(method, url, signedIn: false)
        guard answer.isRedirect, let location = answer["Location"] else {
            failed(
                "\(what): \(answer.status) and no redirect",
                "Clients that are told only the host's name do not find their calendars and contacts.", .wellKnown)
            return
        }
        guard let target = url.resolving(location) else {
            failed("\(what): Location is \(location)", "Clients cannot follow that.", .wellKnown)
            return
        }
        expect(
            target.isSameOrigin(as: start), what, or: "it leads to \(target.scheme)://\(target.authority)",
            "Clients do not send a password to another address or without encryption. Martlet does not know how clients reach it.",
            .publicAddress)
    }

    /// - Returns: whether the person is signed in.
    func signIn() async throws -> Bool {
        guard try await challenge() else { return false }
        let url = start
        let answer = try await propfind(url, Self.me)
        let text = answer.text
        switch answer.status {
        case 207: break
        case 401 where text.contains("password is wrong"):
            failed("Signing in: 401", "The user name or the password is wrong.")
            return false
        case 401:
            failed(
                "Signing in: the server did not see the password", "Authorization is taken away on the way.",
                .authorization)
            return false
        case 403 where text.contains("plain HTTP"):
            failed(
                "Signing in: 403, passwords are refused over plain http",
                "Martlet does not know that clients come by https, because the proxy does not say so or is not believed.",
                .trustedProxy)
            return false
        case 403 where answer.condition == .dav("propfind-finite-depth"):
            failed("Depth does not arrive at \(url.path)", "Clients cannot list folders.", .requestHeader("Depth"))
            return false
        case 429:
            failed("Signing in: 429", "Too many wrong passwords came from here. Wait a few minutes.")
            return false
        default:
            failed(
                "PROPFIND \(url.path): \(answer.status)",
                "Clients begin with PROPFIND; without it nothing is found. The address may be wrong, or the method is stopped on the way.",
                .method("PROPFIND"))
            return false
        }
        passed("Signing in works")
        context = url
        return try await findPrincipal(answer)
    }

    private func challenge() async throws -> Bool {
        let answer = try await propfind(start, Self.me, signedIn: false)
        if answer.isRedirect {
            failed(
                "Without a password \(start.path) answers \(answer.status) to \(answer["Location"] ?? "nowhere")",
                "That is a login page or another address. Clients need 401 here, at the address that is typed.",
                .signInPage)
            return false
        }
        guard answer.status == 401 else {
            // Martlet refuses to ask for a password it would not take.
            if answer.status == 403, answer.text.contains("plain HTTP") {
                failed(
                    "Without a password \(start.path) answers 403",
                    "Martlet does not know that clients come by https, because the proxy does not say so or is not believed.",
                    .trustedProxy)
                return false
            }
            warned(
                "Without a password \(start.path) answers \(answer.status), not 401",
                "Clients ask for a password when they are told to (401).", .authorization)
            return true
        }
        return expect(
            answer["WWW-Authenticate"]?.lowercased().contains("basic") == true, "The server asks for a password",
            or: "401 without WWW-Authenticate: Basic", "Clients do not know how to sign in.",
            .responseHeader("WWW-Authenticate"))
    }

    private func findPrincipal(_ answer: ProbeAnswer) async throws -> Bool {
        guard let href = answer.property(.dav("current-user-principal"))?.first(.dav("href"))?.text,
            let url = start.resolving(href)
        else {
            failed(
                "current-user-principal is missing at \(start.path)",
                "Clients do not learn who they are. Something other than Martlet may answer here.", .method("PROPFIND"))
            return false
        }
        principal = url
        passed("The principal is \(url.path)")
        return try await slashes(at: url)
    }

    /// - Returns: whether collections can be reached at all.
    private func slashes(at url: ProbeURL) async throws -> Bool {
        guard url.path.hasSuffix("/"), url.path != "/" else { return true }
        let bare = try await propfind(url.at(String(url.path.dropLast())), Self.me)
        let answer = try await propfind(url, Self.me)
        return expect(
            bare.status == 207 && answer.status == 207, "URLs are left alone at their end",
            or: [bare, answer].map { "\($0.status)" + ($0["Location"].map { " to \($0)" } ?? "") }.joined(
                separator: ", "),
            "Clients that do not follow redirects of PROPFIND see nothing.", .slash)
    }

    /// `DAV` is how clients tell what they deal with: on OPTIONS, and some on every answer.
    func complianceClasses() async throws {
        guard let principal else { return }
        let found = try await propfind(principal, Self.me)
        showsDAV = found["DAV"] != nil
        expect(
            showsDAV, "Answers carry the DAV header", or: "it is missing on PROPFIND",
            "Clients take the server for something else.", .responseHeader("DAV"))
        for url in Set([start, principal]).sorted(by: { $0.path < $1.path }) {
            let answer = try await send("OPTIONS", url)
            let classes = (answer["DAV"] ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
            if answer["DAV"] == nil, showsDAV {
                failed(
                    "OPTIONS \(url.path): \(answer.status) without DAV",
                    "OPTIONS is answered on the way, not by Martlet.",
                    .options)
                continue
            }
            for needed in ["1", "calendar-access", "addressbook"] where showsDAV {
                expect(
                    classes.contains(needed), "OPTIONS \(url.path) offers \(needed)", or: answer["DAV"] ?? "",
                    "Clients conclude that there is nothing for them.", .responseHeader("DAV"))
            }
        }
    }

    /// What the principal leads to.
    func homes() async throws {
        guard let principal else { return }
        let answer = try await propfind(
            principal,
            "<C:calendar-home-set/><A:addressbook-home-set/><M:home-set/><C:schedule-outbox-URL/><C:calendar-user-address-set/>"
        )
        func home(_ name: XMLName) -> ProbeURL? {
            answer.property(name)?.first(.dav("href")).flatMap { principal.resolving($0.text) }
        }
        calendarHome = home(XMLName("urn:ietf:params:xml:ns:caldav", "calendar-home-set"))
        addressBookHome = home(XMLName("urn:ietf:params:xml:ns:carddav", "addressbook-home-set"))
        outbox = home(XMLName("urn:ietf:params:xml:ns:caldav", "schedule-outbox-URL"))
        calendarAddress =
            answer.property(XMLName("urn:ietf:params:xml:ns:caldav", "calendar-user-address-set"))?
            .first(.dav("href"))?.text
        files = home(XMLName("http://martlet.invalid/ns/", "home-set"))
        for (name, url) in [("calendars", calendarHome), ("contacts", addressBookHome)] {
            guard let url else {
                failed("The principal names no home of \(name)", "Clients find nothing to show.", .server)
                continue
            }
            let list = try await propfind(url, depth: "1", "<D:resourcetype/><D:displayname/>")
            expect(
                list.status == 207 && list.hrefs.count > 1, "The home of \(name) is \(url.path)",
                or: "\(tell(list)) with \(list.hrefs.count) collections", "Clients find nothing to show.",
                .requestHeader("Depth"))
        }
    }
}

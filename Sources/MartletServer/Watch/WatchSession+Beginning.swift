import DAV
import NIOCore
import WebPush

/// Finding out what can be watched, and registering.
extension WatchSession {
    /// Looks at the resource and makes a receiver for it.
    ///
    /// - Returns: what is to be listened to, if pushes come through a distributor; else the receiver stands.
    func open(_ report: @escaping @Sendable (WatchInput) -> Void) async throws -> DistributorStream? {
        do {
            try await discover()
            let receiver = try await chosenReceiver()
            switch receiver {
            case .ntfy(let server):
                let topic = state.name.flatMap { $0.hasPrefix("up") ? $0 : nil } ?? DistributorStream.makeTopic()
                state.name = topic
                var probe = ProbeClient(authority: options.authority)
                probe.userAgent = client.probe.userAgent
                // ntfy gives a sign of life every 45 seconds.
                probe.timeout = .seconds(150)
                let stream = DistributorStream(server: server, topic: topic, client: probe)
                pushResource = stream.url
                return stream
            case .automatic, .listen: try await listen(receiver, report)
            }
        } catch let failure as ProbeFailure {
            throw WatchFailure("\(url): \(failure.text). \(failure.meaning)")
        }
        report(.ready)
        return nil
    }

    private func chosenReceiver() async throws -> Watch.Receiver {
        guard options.receiver == .automatic, options.receiverURL == nil else { return options.receiver }
        guard try await client.addresses().peer.isLocal else {
            throw WatchFailure(
                """
                \(url.host) is not on this machine or its network, so it cannot be told where to send. Name a push service \
                that you may use, --receiver ntfy:https://ntfy.example.org, or if this machine can be reached from there, \
                --receiver listen:HOST:PORT.
                """)
        }
        return .listen(host: nil, port: 0)
    }

    private func listen(
        _ receiver: Watch.Receiver, _ report: @escaping @Sendable (WatchInput) -> Void
    ) async throws {
        var (host, port): (String?, Int) = (nil, 0)
        if case .listen(let named, let wanted) = receiver { (host, port) = (named, wanted) }
        let address = if let host { host } else { try await client.addresses().own.description }
        let name = state.name.flatMap { $0.hasPrefix("up") ? nil : $0 } ?? RandomName.make(length: 32)
        state.name = name
        do {
            let listener = try await PushListener.start(
                host: address, port: port, name: name, publicURL: options.receiverURL
            ) {
                report(.push($0))
            } refuse: {
                report(.refused($0, $1))
            }
            self.listener = listener
            acceptKey()
            pushResource = listener.url
        } catch {
            throw WatchFailure("Cannot listen for pushes on \(address), port \(port): \(error)")
        }
    }

    /// Reads what the resource says of itself.
    func discover() async throws {
        let (found, answer) = try await client.describe(url, WatchedResource.properties)
        switch answer.status {
        case 207: break
        case 401 where options.user == nil:
            throw WatchFailure("\(url) needs a user name and password: --user NAME.")
        case 401: throw WatchFailure("\(url): the user name or the password is wrong.")
        case 404, 410:
            guard registration != nil else { throw WatchFailure("There is nothing at \(url).") }
            return await gone()
        case 403 where answer.text.contains("plain HTTP"):
            throw WatchFailure("\(url) takes passwords over https only.")
        case 403: throw WatchFailure("You may not read \(url) (403).")
        case 405, 501: throw WatchFailure("\(url) is no WebDAV resource: it does not know PROPFIND.")
        case 429, 500...:
            guard registration != nil else { throw WatchFailure("\(url) answers \(answer.status). Try again later.") }
            return note("\(url.authority) answers \(answer.status)")
        default: throw WatchFailure("PROPFIND \(url) answers \(answer.status); 207 was expected.")
        }
        guard let response = client.document(answer)?.first(.dav("response")) else {
            throw WatchFailure("PROPFIND \(url) answers something that cannot be read. Is it a WebDAV server?")
        }
        let resource = WatchedResource(response)
        moved(to: found)
        guard resource.isPushCapable else { throw await nothingToWatch(resource) }
        self.resource = resource
        acceptKey()
    }

    /// Nobody else may sign, once the server has said that it does.
    private func acceptKey() { listener?.accept([resource?.vapidKey].compactMap { $0 }) }

    /// What to do where push is not offered: other URLs of the same server may.
    private func nothingToWatch(_ resource: WatchedResource) async -> WatchFailure {
        let capable = (try? await watchable(from: resource)) ?? []
        if !capable.isEmpty {
            let list = capable.map { "\n  \($0)" }.joined()
            return WatchFailure("\(url) itself cannot be watched, but these can:\(list)")
        }
        let classes = (try? await client.send("OPTIONS", url))?["DAV"]?.lowercased() ?? ""
        if classes.contains("webdav-push") {
            return WatchFailure(
                "\(url) says that it offers push, but names no topic or transport that is known here (web-push).")
        }
        return WatchFailure(
            """
            \(url) offers no push. The server may not know WebDAV-Push or have it switched off; on Martlet see the settings \
            that begin with push.
            """)
    }

    /// The person's homes, as far as they can be watched.
    private func watchable(from resource: WatchedResource) async throws -> [ProbeURL] {
        guard let principal = resource.principal.flatMap({ url.resolving($0) }) else { return [] }
        let homes: [XMLName] = [
            .calDAV("calendar-home-set"), .cardDAV("addressbook-home-set"),
            XMLName("http://martlet.invalid/ns/", "home-set"),
        ]
        let (_, answer) = try await client.describe(
            principal, "<C:calendar-home-set/><A:addressbook-home-set/><M:home-set/>")
        guard let response = client.document(answer)?.first(.dav("response")) else { return [] }
        let hrefs = homes.flatMap { response.foundProperties[$0]?.elements ?? [] }
            .filter { $0.name == .dav("href") }.map(\.text.trimmingXMLSpace)
        var capable: [ProbeURL] = []
        for candidate in [principal] + hrefs.compactMap({ principal.resolving($0) })
        where candidate.isSameOrigin(as: url) && !capable.contains(candidate) {
            let (_, answer) = try await client.describe(candidate, WatchedResource.properties)
            guard let response = client.document(answer)?.first(.dav("response")) else { continue }
            if WatchedResource(response).isPushCapable { capable.append(candidate) }
        }
        return capable
    }

    // MARK: Registering

    /// Registers first and looks then, so that nothing falls in between.
    func begin() async throws {
        if resource?.vapidKey == nil {
            note("\(url.authority) signs no pushes (no VAPID key); any sender is believed.")
        }
        if let old = state.registration, state.pushResource != pushResource { await remove(old) }
        try await register()
        level = resource?.support.content == .infinity ? .infinite : .one
        let isFirst = state.syncToken == nil && state.members.etags.isEmpty
        try await look(isFirst ? .first : .poll)
        let depth = resource?.support.content.map { "content \($0.rawValue)" }
        let property = watchedSupport.property.map { "properties \($0.rawValue)" }
        let what = [depth, property].compactMap { $0 }.joined(separator: ", ")
        note("Watching \(url) (\(what)); Ctrl-C ends it.")
    }

    /// Property updates are wanted as deep as they are looked at.
    private var watchedSupport: PushSupport {
        var support = resource?.support ?? .none
        support.property = support.property.map { min($0, .one) }
        return support
    }

    func register() async throws {
        let body = WatchRegistration.request(
            pushResource: pushResource, keys: state.keys.subscriberKeys, support: watchedSupport, now: .now)
        let answer = try await client.send("POST", url, xml: body)
        guard answer.isSuccess, answer.status != 207 else {
            let refusal = WatchRegistration.meaning(of: answer, at: url, receiver: receiverName)
            // Who was registered stays so until it runs out; the next poll tries again.
            guard registration == nil || answer.status == 403 else { return note(refusal) }
            throw WatchFailure(refusal)
        }
        let new = WatchRegistration(answer, now: .now)
        registration = new
        (state.registration, state.pushResource) = (new.location, pushResource)
        keep()
    }

    /// With new keys, as for a new subscription (§6.2.1).
    func registerAnew() async throws {
        await unregister()
        state.keys = ReceiverKeys()
        try await discover()
        try await register()
    }

    func unregister() async {
        guard registration != nil, let location = state.registration else { return }
        registration = nil
        await remove(location)
    }

    /// The password goes only where it was meant for.
    private func remove(_ location: String) async {
        state.registration = nil
        guard let target = url.resolving(location), target.isSameOrigin(as: options.url) else { return }
        guard let answer = try? await client.send("DELETE", target) else {
            return note("The registration could not be removed; it runs out by itself.")
        }
        if !answer.isSuccess, answer.status != 404 {
            note("The registration could not be removed (\(answer.status)); it runs out by itself.")
        }
    }

    /// Without the part that is a secret.
    private var receiverName: String {
        ProbeURL(pushResource).map { "\($0.scheme)://\($0.authority)" } ?? "the receiver"
    }
}

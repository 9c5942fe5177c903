import DAV
import WebPush

/// One run of `martlet watch`: what is known of the resource, and what to do about each thing that happens.
actor WatchSession {
    let options: Watch
    let client: WatchClient
    private let output: @Sendable (Watch.Output) -> Void

    /// Where the resource was found.
    var url: ProbeURL
    var resource: WatchedResource?
    var state: WatchState
    var registration: WatchRegistration?
    var properties: PropertySnapshot?
    var level = SyncLevel.one
    var listener: PushListener?
    /// What is registered as the push resource.
    var pushResource = ""
    private var lines: WatchLines
    private var lastChange: Timestamp?
    private var lastPoll = Timestamp.now
    private var distributorFailures = 0
    private var isOver = false

    init(_ options: Watch, _ output: @escaping @Sendable (Watch.Output) -> Void) throws {
        self.options = options
        self.output = output
        client = WatchClient(
            options.url, user: options.user, password: options.password, authority: options.authority)
        url = options.url
        lines = WatchLines(base: options.url.path, isJSON: options.isJSON)
        let known = try options.state.flatMap { try WatchState.read($0, for: options.url.description) }
        state = known ?? WatchState(url: options.url.description)
    }

    /// Handles one thing after the other, until it is over.
    func work(_ inputs: AsyncStream<WatchInput>) async throws {
        for await input in inputs {
            do {
                try await handle(input)
            } catch let failure as ProbeFailure {
                // Before the beginning there is nothing to go on with; later the next poll mends it.
                guard registration != nil else { throw WatchFailure("\(url): \(failure.text). \(failure.meaning)") }
                note("\(url.authority): \(failure.text)")
            }
            if isOver { return }
        }
    }

    private func handle(_ input: WatchInput) async throws {
        switch input {
        case .ready, .distributor(.opened): try await registration == nil ? begin() : look(.poll)
        case .push(let body), .distributor(.message(let body)): try await receive(body)
        case .distributor(.trouble(let text)): try distributorFailed(text)
        case .refused(let status, let why): note("Refused a push with \(status): \(why)")
        case .tick: try await poll()
        }
    }

    /// Once it worked it may come back; what never did is a mistake.
    private func distributorFailed(_ text: String) throws {
        distributorFailures += 1
        guard registration != nil || distributorFailures < 3 else {
            throw WatchFailure("The push service cannot be used: \(text). Look at what --receiver names.")
        }
        note("The push service: \(text)")
    }

    // MARK: Pushes

    private func receive(_ body: [UInt8]) async throws {
        guard registration != nil else { return }
        guard let octets = try? state.keys.decrypt(body) else { return note("A push could not be decrypted.") }
        guard let message = ReceivedMessage(octets) else { return note("A push was no push message.") }
        guard let topic = message.topic else {
            note("Push: \(message.summary); registering anew.")
            return try await registerAnew()
        }
        guard topic == resource?.topic else { return note("A push was for another topic.") }
        tell(push: message.summary)
        let isKnown = message.syncToken != nil && message.syncToken == state.syncToken
        if message.isPropertyUpdate || !isKnown {
            try await look(message.isPropertyUpdate ? .propertyUpdate : .contentUpdate)
        }
    }

    /// Looks without having been told (§1), now and then also whether the server still has the same key (§6.2.1).
    private func poll() async throws {
        let now = Timestamp.now
        guard let registration else { return }
        if registration.isDue(at: now) { try await register() }
        guard now.seconds - lastPoll.seconds >= options.pollInterval else { return }
        lastPoll = now
        let known = resource
        try await discover()
        if resource?.topic != known?.topic || resource?.vapidKey != known?.vapidKey {
            note("The server has another key or topic; registering anew.")
            try await registerAnew()
        }
        try await look(.poll)
    }

    /// Seconds until something is to be done unasked.
    func pause(atMost interval: Int64) -> Int64 {
        guard let registration else { return 1 }
        let third = (registration.expires.seconds - registration.made.seconds) / 3
        return max(1, min(interval, third))
    }

    // MARK: Telling

    func note(_ text: String) { output(.note(WatchLines.printable(text))) }

    private func tell(push summary: String) { output(.note(lines.line(push: summary, at: .now))) }

    /// Prints changes, and runs the command for each.
    func tell(_ changes: [WatchedChange]) async {
        for change in changes {
            if isOver { return }
            let now = Timestamp.now
            let since = lastChange.map { Double(now.microseconds - $0.microseconds) / 1e6 }
            lastChange = now
            output(.change(lines.line(change, at: now, sincePrevious: since)))
            guard let command = options.command else { continue }
            let status = await ChangeCommand(command: command).run([
                "MARTLET_CHANGE": change.kind.rawValue, "MARTLET_HREF": change.href,
                "MARTLET_URL": url.resolving(change.href)?.description ?? url.description,
            ])
            if status != 0 { note("The command \(status.map { "ended with \($0)" } ?? "could not be started").") }
        }
        if options.isOnce, !changes.isEmpty { isOver = true }
    }

    /// The resource is no more; its members go without saying.
    func gone() async {
        guard !isOver else { return }
        await tell([WatchedChange(kind: .removed, href: url.path)])
        note("\(url) is gone.")
        // With it went the registration.
        registration = nil
        state.registration = nil
        isOver = true
    }

    /// Leaves nothing behind but the state, if that is wanted.
    func close() async {
        await unregister()
        await listener?.stop()
        keep()
    }

    func keep() {
        guard let path = options.state else { return }
        do {
            try state.write(path)
        } catch {
            note("\(error)")
        }
    }

    /// Found elsewhere than it was looked for.
    func moved(to url: ProbeURL) {
        self.url = url
        lines.base = url.path
    }
}

import DAV

/// Bounds how often links are used: from one address, whichever links, and each link from wherever.
struct LinkThrottle: Sendable {
    private let addresses: Throttle
    private let links: Throttle
    private let clock: @Sendable () -> Int64

    /// - Parameters:
    ///   - perAddress: requests in ``Throttle/windowMilliseconds``.
    ///   - clock: milliseconds that only go forward.
    init(perAddress: Int, perLink: Int, clock: @escaping @Sendable () -> Int64 = { Uptime.milliseconds() }) {
        addresses = Throttle(limit: perAddress)
        links = Throttle(limit: perLink)
        self.clock = clock
    }

    /// Counts a request.
    ///
    /// - Returns: for how many seconds there were too many.
    func begin(from address: IPAddress) -> Int64? { seconds(addresses.begin(from: address, now: clock())) }

    func begin(_ link: Link) -> Int64? { seconds(links.begin(LinkPasswords.account(of: link), now: clock())) }

    private func seconds(_ wait: Int64?) -> Int64? { wait.map { max(1, ($0 + 999) / 1000) } }
}

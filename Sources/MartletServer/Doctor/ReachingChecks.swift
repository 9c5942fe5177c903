import DAV

/// Name, connection, certificate, clock.
extension Examination {
    /// - Returns: whether it makes sense to go on: there is a server, and a password may be sent to it.
    func reach() async throws -> Bool {
        guard start.isTLS || start.isThisMachine else {
            failed(
                "Encryption: \(start) is plain http",
                "Everybody on the way can read the password. Apple's clients refuse it, Martlet too; the doctor does not send yours.",
                .https)
            return false
        }
        let answer = try await send("OPTIONS", start, signedIn: false)
        passed("\(start.authority) answers")
        if let certificate = answer.certificate { look(at: certificate) }
        look(atClock: answer)
        return true
    }

    private func look(at certificate: ProbeCertificate) {
        let days = (certificate.validUntil - Timestamp.now.microseconds / 1_000_000) / 86_400
        if days < 14 {
            warned(
                "The certificate is good for \(days) more days", "When it has run out, no client connects.",
                .certificate)
        } else {
            passed("The certificate is trusted, and good for \(days) more days")
        }
    }

    private func look(atClock answer: ProbeAnswer) {
        let now = Timestamp.now
        guard let date = answer["Date"].flatMap({ Timestamp(httpDate: $0, now: now) }) else {
            warned(
                "The Date header is missing", "Some clients compute the age of things from it.", .responseHeader("Date")
            )
            return
        }
        let skew = abs(date.microseconds - now.microseconds) / 1_000_000
        if skew > 120 {
            warned(
                "The server's clock and this machine's differ by \(skew) seconds",
                "Locks, times of events and certificates come out wrong.", .clock)
        } else {
            passed("The clocks agree")
        }
    }
}

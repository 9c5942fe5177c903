import DAV

/// Notes as sharees have them: lines that begin with `own` are each person's own, and of what says `secret: yes` less may be
/// granted than to see it.
struct NoteParts: PersonalContent {
    private func lines(_ octets: [UInt8], own: Bool) -> [ArraySlice<UInt8>] {
        octets.split(separator: UInt8(ascii: "\n")).filter { $0.starts(with: "own".utf8) == own }
    }

    private func joined(_ lines: [ArraySlice<UInt8>]) -> [UInt8] {
        Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    func shown(_ stored: [UInt8], with own: [UInt8]?, to sight: ShareGrant.Sight) -> ShownContent {
        let shared = lines(stored, own: false)
        let isSecret = shared.contains { $0.starts(with: "secret: yes".utf8) }
        if sight == .busy || sight == .withoutPrivate && isSecret {
            return ShownContent(joined(shared.filter { $0.starts(with: "uid".utf8) }), isMasked: true)
        }
        return ShownContent(joined(shared + lines(own ?? [], own: true)))
    }

    func divided(_ sent: [UInt8], over stored: [UInt8]?) throws(DAVError) -> DividedContent {
        let own = lines(sent, own: true)
        let shared = lines(sent, own: false)
        let isSame = stored.map { lines($0, own: false) == shared } ?? false
        return DividedContent(
            shared: isSame ? nil : joined(shared + lines(stored ?? [], own: true)), own: own.isEmpty ? nil : joined(own)
        )
    }
}

/// How both dialects spell a grant: one of their two levels, and in it a word of ours that says how little it shows. Who does
/// not know the word finds a level that is known (RFC 4918 §17).
extension ShareGrant {
    /// `DAV:read` and `DAV:read-write`, and the same of `CS:`.
    private var level: String { allowsWriting ? "read-write" : "read" }

    private static let busyOnly = XMLName.martlet("busy")
    private static let hidePrivate = XMLName.martlet("hide-private")

    /// Reads a level; `nil`: it is none that can be given.
    init?(_ element: XMLElement, of dialect: (String) -> XMLName) {
        let allowsWriting = element.name == dialect("read-write")
        guard allowsWriting || element.name == dialect("read") else { return nil }
        if element.first(ShareGrant.busyOnly) != nil {
            // Nobody writes blindly.
            guard !allowsWriting else { return nil }
            self = .busy
        } else {
            let sight: Sight = element.first(ShareGrant.hidePrivate) == nil ? .everything : .withoutPrivate
            self.init(sight, allowsWriting: allowsWriting)
        }
    }

    /// Writes the level as `dialect` names it.
    func write(to xml: inout XMLWriter, as dialect: (String) -> XMLName) {
        switch sight {
        case .everything: xml.empty(dialect(level))
        case .withoutPrivate, .busy:
            xml.start(dialect(level))
            xml.empty(sight == .busy ? ShareGrant.busyOnly : ShareGrant.hidePrivate)
            xml.end()
        }
    }
}

/// The body of a POST that makes a link.
struct LinkRequest: Sendable, Hashable {
    var label: String?
    /// How long it is to last, in seconds; `nil`: as long as the server lets it.
    var lifetime: Int64?
    var password: [UInt8]?
    /// `nil`: as the server thinks fit.
    var sight: ShareGrant.Sight?

    static let mostLabelBytes = 255
    static let mostPasswordBytes = 1024

    /// What says how much is shown: the words of ``ShareGrant``, and one for all there is.
    static func word(for sight: ShareGrant.Sight) -> XMLName {
        switch sight {
        case .everything: .martlet("everything")
        case .withoutPrivate: .martlet("hide-private")
        case .busy: .martlet("busy")
        }
    }

    /// `create-link`: `label`, `lifetime` and `password`, each once at most, and one of `everything`, `hide-private` and
    /// `busy`. Elements it does not know do not count.
    ///
    /// - Throws: 400 for values that they cannot have. What an owner meant to limit must not become unlimited.
    init(_ body: XMLElement) throws(DAVError) {
        func text(_ name: String) throws(DAVError) -> String? {
            let elements = body.elements(.martlet(name))
            guard elements.count <= 1, elements.allSatisfy(\.elements.isEmpty) else {
                throw .badRequest("“\(name)” is a text, and stands there once.")
            }
            return elements.first?.text
        }
        label = try text("label")?.trimmingXMLSpace
        if label?.isEmpty == true { label = nil }
        guard label.map({ $0.utf8.count <= LinkRequest.mostLabelBytes }) ?? true else {
            throw .badRequest("The label is longer than \(LinkRequest.mostLabelBytes) bytes.")
        }
        if let text = try text("lifetime") {
            guard let seconds = Int64(text.trimmingXMLSpace), (1..<(1 << 33)).contains(seconds) else {
                throw .badRequest("“lifetime” is a number of seconds above zero.")
            }
            lifetime = seconds
        }
        if let text = try text("password") {
            guard (1...LinkRequest.mostPasswordBytes).contains(text.utf8.count) else {
                throw .badRequest("The password is empty, or longer than \(LinkRequest.mostPasswordBytes) bytes.")
            }
            password = Array(text.utf8)
        }
        let sights = [ShareGrant.Sight.everything, .withoutPrivate, .busy].filter {
            body.first(LinkRequest.word(for: $0)) != nil
        }
        guard sights.count <= 1 else {
            throw .badRequest("A link shows “everything”, or hides something by “hide-private” or “busy”: name one.")
        }
        sight = sights.first
    }
}

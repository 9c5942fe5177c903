import DAV

/// What a change is to those who subscribed (draft-bitfire-webdav-push §3.1).
enum PushUpdate: Sendable {
    case content
    case properties(Set<XMLName>)

    /// As `push_level.trigger` has them; none if nobody is to be told of such a change.
    var triggers: [String] {
        switch self {
        case .content: return [PushTrigger.content]
        case .properties(let names):
            let told = names.filter(PushSupport.isTold)
            return told.isEmpty ? [] : [PushTrigger.anyProperty] + told.map(PushTrigger.text).sorted()
        }
    }
}

/// What `push_level.trigger` and `push_filter.property` hold.
enum PushTrigger {
    static let content = ""
    static let anyProperty = "*"

    /// `{NAMESPACE}NAME`. A local name holds no brace, so the last one ends the namespace.
    static func text(_ name: XMLName) -> String { "{\(name.namespace)}\(name.local)" }

    static func name(_ text: String) -> XMLName? {
        guard text.utf8.first == UInt8(ascii: "{"), let end = text.utf8.lastIndex(of: UInt8(ascii: "}")) else {
            return nil
        }
        return XMLName(
            String(text[text.utf8.index(after: text.utf8.startIndex)..<end]),
            String(text[text.utf8.index(after: end)...]))
    }
}

extension PropertyChange {
    /// The property that it changes.
    var property: XMLName {
        switch self {
        case .set(let property): property.name
        case .remove(let name): name
        case .setContentType: .dav("getcontenttype")
        case .setContentLanguage: .dav("getcontentlanguage")
        }
    }
}

extension PushReach {
    /// The depth that goes as far.
    var depth: Depth {
        switch self {
        case .itself: .zero
        case .member: .one
        case .below: .infinity
        }
    }
}

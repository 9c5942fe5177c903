import DAV

/// Grants as one text: what `collection.acl` holds.
///
/// A line each: how many levels above the collection it was granted, to whom, and the privileges, separated by spaces.
/// `a` is everybody who signed in, `e` everybody, `p:NAME` a principal. A privilege beyond RFC 3744 is
/// `CONTAINER>NAMESPACE>NAME`, so that it keeps its place in the tree even when no kind adds it any more; one inside another
/// such privilege has `>NAMESPACE>NAME` of that one at its end.
enum StoredGrants {
    /// - Returns: `nil` if there is nothing to store.
    static func encode(_ grants: [AccessControlEntry]) -> String? {
        let lines = grants.compactMap(line)
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// Lines that make no sense grant nothing.
    static func decode(_ text: String) -> [AccessControlEntry] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 2, let levels = Int(words[0]), levels >= 0, let subject = subject(words[1]) else {
                return nil
            }
            return AccessControlEntry(
                subject, granted: words[2...].compactMap(privilege), source: levels == 0 ? .itself : .ancestor(levels))
        }
    }

    private static func line(_ entry: AccessControlEntry) -> String? {
        let levels: Int
        switch entry.source {
        case .itself: levels = 0
        case .ancestor(let above): levels = above
        case .server: return nil
        }
        let subject: String
        switch entry.subject {
        case .owner: return nil
        case .authenticated: subject = "a"
        case .everyone: subject = "e"
        case .principal(let id): subject = "p:" + escape(id.description)
        }
        return ([String(levels), subject] + entry.granted.map(text)).joined(separator: " ")
    }

    private static func subject(_ word: Substring) -> AccessControlEntry.Subject? {
        switch word {
        case "a": .authenticated
        case "e": .everyone
        default:
            word.hasPrefix("p:") ? unescape(word.dropFirst(2)).flatMap(PrincipalID.init).map { .principal($0) } : nil
        }
    }

    private static func text(_ privilege: Privilege) -> String {
        if privilege.xmlName.namespace == XMLName.davNamespace { return privilege.xmlName.local }
        var parts = [privilege.container?.xmlName.local ?? "all", privilege.xmlName.namespace, privilege.xmlName.local]
        if let aggregate = privilege.aggregate { parts += [aggregate.namespace, aggregate.local] }
        return parts.map(escape).joined(separator: ">")
    }

    private static func privilege(_ word: Substring) -> Privilege? {
        let parts = word.split(separator: ">", omittingEmptySubsequences: false)
        func standard(_ name: Substring) -> Privilege? { Privilege.standard.first { $0.xmlName.local == name } }
        guard parts.count == 3 || parts.count == 5 else { return standard(word) }
        func name(_ index: Int) -> XMLName? {
            guard let namespace = unescape(parts[index]), let local = unescape(parts[index + 1]) else { return nil }
            return XMLName(namespace, local)
        }
        guard var container = standard(parts[0]), let own = name(1) else { return nil }
        if parts.count == 5 {
            guard let aggregate = name(3) else { return nil }
            container = Privilege(aggregate, in: container, "")
        }
        return Privilege(own, in: container, "")
    }

    // MARK: Words without separators

    private static func escape(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte > 0x20, byte != UInt8(ascii: "%"), byte != UInt8(ascii: ">"), byte != 0x7F {
                bytes.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unescape(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension [AccessControlEntry] {
    /// What was granted on the collection itself.
    var own: [AccessControlEntry] { filter { $0.source == .itself } }

    /// The same as a collection below has them: inherited.
    var inherited: [AccessControlEntry] { compactMap(\.inherited) }
}

/// An expanded XML name: namespace and local part, compared exactly (Namespaces in XML §2.3).
public struct XMLName: Sendable, Hashable, CustomStringConvertible {
    /// Empty: in no namespace.
    public var namespace: String
    public var local: String

    public init(_ namespace: String, _ local: String) {
        self.namespace = namespace
        self.local = local
    }

    public static let davNamespace = "DAV:"
    public static let calendarServerNamespace = "http://calendarserver.org/ns/"
    /// RFC 4791 §4
    public static let calDAVNamespace = "urn:ietf:params:xml:ns:caldav"
    /// RFC 6352 §4
    public static let cardDAVNamespace = "urn:ietf:params:xml:ns:carddav"

    /// What this project adds to the vocabulary of others. The host name can never exist (RFC 6761).
    public static let martletNamespace = "http://martlet.invalid/ns/"

    /// What the prefix `xml` always stands for.
    public static let xmlNamespace = "http://www.w3.org/XML/1998/namespace"
    /// `xml:lang`
    public static let xmlLanguage = XMLName(xmlNamespace, "lang")

    /// A name in the `DAV:` namespace.
    public static func dav(_ local: String) -> XMLName { XMLName(davNamespace, local) }

    /// A name in the namespace of CalDAV.
    public static func calDAV(_ local: String) -> XMLName { XMLName(calDAVNamespace, local) }

    /// A name in the namespace of CardDAV.
    public static func cardDAV(_ local: String) -> XMLName { XMLName(cardDAVNamespace, local) }

    /// A name of this project's own.
    public static func martlet(_ local: String) -> XMLName { XMLName(martletNamespace, local) }

    /// Clark notation.
    public var description: String { "{\(namespace)}\(local)" }

    // Compared by bytes: canonically equivalent spellings are different names.
    public static func == (a: XMLName, b: XMLName) -> Bool {
        a.local.hasSameBytes(as: b.local) && a.namespace.hasSameBytes(as: b.namespace)
    }

    public func hash(into hasher: inout Hasher) {
        for var part in [local, namespace] {
            part.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            hasher.combine(UInt8(0))
        }
    }
}

extension String {
    /// Equality as protocols mean it. Swift's `==` also calls canonically equivalent spellings equal.
    func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let same = utf8.withContiguousStorageIfAvailable { mine in
            other.utf8.withContiguousStorageIfAvailable { mine.elementsEqual($0) }
        }
        return same.flatMap { $0 } ?? utf8.elementsEqual(other.utf8)
    }
}

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

    /// A name in the `DAV:` namespace.
    public static func dav(_ local: String) -> XMLName { XMLName(davNamespace, local) }

    /// Clark notation.
    public var description: String { "{\(namespace)}\(local)" }

    // Compared by bytes: canonically equivalent spellings are different names.
    public static func == (a: XMLName, b: XMLName) -> Bool {
        a.local.utf8.elementsEqual(b.local.utf8) && a.namespace.utf8.elementsEqual(b.namespace.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        for var part in [local, namespace] {
            part.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            hasher.combine(UInt8(0))
        }
    }
}

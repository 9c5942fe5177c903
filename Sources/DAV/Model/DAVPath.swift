/// An absolute path below the handler's root: decoded names, free of dot segments.
///
/// `DAVPath` never holds percent escapes; ``Href`` renders it for the wire. Whether a URI ended in a slash is not part of a
/// resource's identity (RFC 4918 §5.2), so it is not part of the path.
public struct DAVPath: Sendable, Hashable, CustomStringConvertible {
    public var names: [Name]

    public static let root = DAVPath([])
    /// More segments than this are answered 414.
    public static let maxDepth = 128

    public init(_ names: [Name]) { self.names = names }

    public var isRoot: Bool { names.isEmpty }
    public var last: Name? { names.last }
    /// The enclosing collection; the root is its own parent.
    public var parent: DAVPath { DAVPath(Array(names.dropLast())) }

    public func appending(_ name: Name) -> DAVPath { DAVPath(names + [name]) }
    public func appending(_ path: [Name]) -> DAVPath { DAVPath(names + path) }

    /// Whether `self` is `other` or lies below it.
    public func isWithin(_ other: DAVPath) -> Bool { names.starts(with: other.names) }

    /// The names below `ancestor`, or `nil` if the path lies elsewhere.
    public func relative(to ancestor: DAVPath) -> [Name]? {
        isWithin(ancestor) ? Array(names.dropFirst(ancestor.names.count)) : nil
    }

    /// For messages and logs; not for the wire.
    public var description: String { "/" + names.map(\.string).joined(separator: "/") }
}

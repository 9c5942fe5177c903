/// What a store makes for each person below one of its roots.
public struct HomeTemplate: Sendable {
    /// The collection that holds the homes, such as `/files`; a home bears its owner's name.
    public var root: DAVPath
    public var kind: CollectionKind
    /// Made together with the home, and never again: what a person removes stays removed.
    public var children: [Child]

    /// A collection every new home begins with.
    public struct Child: Sendable {
        public var name: Name
        public var kind: CollectionKind
        public var properties: [DeadProperty]

        public init(_ name: Name, _ kind: CollectionKind, properties: [DeadProperty] = []) {
            self.name = name
            self.kind = kind
            self.properties = properties
        }
    }

    public init(root: DAVPath, kind: CollectionKind = .folder, children: [Child] = []) {
        self.root = root
        self.kind = kind
        self.children = children
    }

    /// Plain folders below `/files`.
    public static let files = HomeTemplate(root: DAVPath([Name(unchecked: "files")]))
}

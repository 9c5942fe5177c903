/// How much XML one document may hold. Beyond them a request is answered 413 (bytes, elements) or 400 (the rest).
public struct XMLLimits: Sendable, Hashable {
    public var maxBytes: Int
    /// Elements inside each other. Trees are walked by recursion, so this also bounds the stack.
    public var maxDepth: Int
    public var maxElements: Int
    /// Per element, namespace declarations counted too.
    public var maxAttributes: Int
    /// Of one name: namespace, local part and prefix together.
    public var maxNameBytes: Int
    /// Namespace declarations in scope at one element.
    public var maxBindings: Int

    /// The greatest depth that may be asked for.
    public static let greatestDepth = 256

    public init(
        maxBytes: Int = 8 << 20, maxDepth: Int = 64, maxElements: Int = 200_000, maxAttributes: Int = 64,
        maxNameBytes: Int = 1024, maxBindings: Int = 64
    ) {
        self.maxBytes = min(maxBytes, Int(Int32.max) / 2)
        self.maxDepth = min(maxDepth, XMLLimits.greatestDepth)
        self.maxElements = maxElements
        self.maxAttributes = maxAttributes
        self.maxNameBytes = maxNameBytes
        self.maxBindings = maxBindings
    }
}

extension ServerFacts.Options {
    /// The limits on XML in request bodies.
    public var xmlLimits: XMLLimits { XMLLimits(maxBytes: maxXMLBytes, maxDepth: maxXMLDepth) }
}

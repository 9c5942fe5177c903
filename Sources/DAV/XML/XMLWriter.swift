/// Writes XML as bytes, so that a multistatus can be streamed.
public struct XMLWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    public init() {}
}

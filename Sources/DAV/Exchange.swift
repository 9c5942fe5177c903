public import Logging

/// One request on its way through the handler.
public struct Exchange: Sendable {
    public var request: DAVRequest
    public var path: DAVPath
    public var now: Timestamp
    public var logger: Logger
    public var handler: DAVHandler

    public init(request: DAVRequest, path: DAVPath, now: Timestamp, logger: Logger, handler: DAVHandler) {
        self.request = request
        self.path = path
        self.now = now
        self.logger = logger
        self.handler = handler
    }

    public var caller: Caller { request.caller }
    public var facts: ServerFacts { handler.facts }
    /// The path as the client spelled it: the part of the request-target before the query.
    public var spelledPath: Substring { Substring(request.target.utf8.prefix { $0 != UInt8(ascii: "?") }) }
    /// Whether the client spelled the URL as that of a collection.
    public var hasTrailingSlash: Bool { spelledPath.utf8.last == UInt8(ascii: "/") }

    /// The reference to a resource in a header or a body: path-absolute, in the one canonical spelling.
    public func href(_ path: DAVPath, isCollection: Bool) -> String {
        Href.encode(path: path, isCollection: isCollection, prefix: facts.prefix)
    }
}

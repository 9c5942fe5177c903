public import Hummingbird
public import NIOCore

/// A request context that keeps the connection, which `Expect: 100-continue` needs.
///
/// Give the context of your own application this conformance to have `100 Continue` sent by ``DAVMiddleware``.
public protocol DAVRequestContext: RequestContext {
    var channel: (any Channel)? { get }
}

/// The context of an application that serves nothing but WebDAV.
public struct BasicDAVRequestContext: DAVRequestContext {
    public var coreContext: CoreRequestContextStorage
    public let channel: (any Channel)?

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

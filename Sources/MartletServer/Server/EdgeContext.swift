import Hummingbird
import Logging
import NIOCore

/// What a responder needs to know of a request's connection.
struct EdgeContext: InitializableFromSource {
    let channel: any Channel
    let peer: IPAddress?
    let isLocalListener: Bool

    init(source: ApplicationRequestContextSource) { self.init(source.channel) }

    /// Of an HTTP/1.1 connection it is made once.
    init(_ channel: any Channel) {
        self.channel = channel
        peer = channel.remoteAddress.flatMap { IPAddress($0) }
        isLocalListener = channel.localAddress.flatMap { IPAddress($0) }?.isLoopback ?? false
    }
}

/// A responder of this server: it knows which of its answers are made while they are written.
protocol EdgeAnswering: HTTPResponder where Context == EdgeContext {
    func answer(_ request: Request, _ context: EdgeContext) async -> (Response, isStreaming: Bool)
}

extension EdgeAnswering {
    func respond(to request: Request, context: EdgeContext) async throws -> Response {
        await answer(request, context).0
    }
}

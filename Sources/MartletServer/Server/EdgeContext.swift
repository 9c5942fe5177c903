import Hummingbird
import Logging
import NIOCore

/// What a responder needs to know of a request's connection.
struct EdgeContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }

    var peer: IPAddress? { channel.remoteAddress.flatMap { IPAddress($0) } }
    var isLocalListener: Bool { channel.localAddress.flatMap { IPAddress($0) }?.isLoopback ?? false }
}

import NIOCore
import NIOHTTP1
import NIOPosix

@testable import MartletServer

/// A proxy in front of a server, with one thing wrong about it.
///
/// It reads a request whole, lets its fault have it, passes it on, lets its fault have the answer, and sends that.
struct BadProxy: Sendable {
    /// What is wrong. The default of each does nothing.
    struct Fault: Sendable {
        /// Answers instead of the server.
        var answers: @Sendable (ProxiedRequest) -> ProbeAnswer? = { _ in nil }
        var request: @Sendable (inout ProxiedRequest) -> Void = { _ in }
        var answer: @Sendable (ProxiedRequest, inout ProbeAnswer) -> Void = { _, _ in }
    }

    let port: Int
    private let channel: any Channel

    /// Runs a proxy in front of `upstream` as long as `body` takes.
    static func run<Result>(
        _ fault: Fault, before upstream: Int, _ body: (BadProxy) async throws -> Result
    ) async throws -> Result {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ProxyHandler(fault, upstream))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = BadProxy(port: channel.localAddress?.port ?? 0, channel: channel)
        do {
            let result = try await body(proxy)
            try? await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }
}

struct ProxiedRequest: Sendable {
    var method: String
    var path: String
    var headers: [(name: String, value: String)]
    var body: [UInt8] = []

    subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
    mutating func remove(_ name: String) { headers.removeAll { $0.name.lowercased() == name.lowercased() } }
}

extension ProbeAnswer {
    mutating func remove(_ name: String) { headers.removeAll { $0.name.lowercased() == name.lowercased() } }

    /// What a proxy says by itself.
    static func ofProxy(_ status: Int, _ headers: [(name: String, value: String)] = []) -> ProbeAnswer {
        ProbeAnswer(
            status: status, headers: headers + [("Server", "nginx/1.28"), ("Content-Type", "text/html")],
            body: Array("<html>\(status)</html>".utf8))
    }
}

private final class ProxyHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let fault: BadProxy.Fault
    private let upstream: Int
    private var request: ProxiedRequest?

    init(_ fault: BadProxy.Fault, _ upstream: Int) {
        self.fault = fault
        self.upstream = upstream
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = ProxiedRequest(
                method: head.method.rawValue, path: head.uri, headers: head.headers.map { ($0.name, $0.value) })
            if head.headers["Expect"].first == "100-continue" {
                context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
            }
        case .body(let part): request?.body += part.readableBytesView
        case .end:
            guard let request else { return }
            self.request = nil
            let (fault, upstream, isHead) = (fault, upstream, request.method == "HEAD")
            let promise = context.eventLoop.makePromise(of: ProbeAnswer.self)
            promise.completeWithTask { try await Self.forward(request, fault, upstream) }
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            promise.futureResult.whenComplete { result in
                let (handler, context) = bound.value
                handler.send((try? result.get()) ?? .ofProxy(504), isHead: isHead, context)
            }
        }
    }

    private static func forward(_ received: ProxiedRequest, _ fault: BadProxy.Fault, _ upstream: Int) async throws
        -> ProbeAnswer
    {
        if let answer = fault.answers(received) { return answer }
        var request = received
        let host = request["Host"] ?? ""
        fault.request(&request)
        for name in ["Host", "Content-Length", "Transfer-Encoding", "Expect", "Connection", "User-Agent"] {
            request.remove(name)
        }
        guard var url = ProbeURL("http://\(host)") else { return .ofProxy(400) }
        (url.host, url.port, url.path) = ("127.0.0.1", upstream, request.path)
        // The server is told the name the client used, as a good proxy does, unless the fault is that it is not.
        request.headers.append((name: "X-Forwarded-Host", value: received["X-Test-Host"] ?? host))
        var answer = try await ProbeClient().send(
            ProbeRequest(
                method: request.method, url: url, headers: request.headers,
                body: request.body.isEmpty && received["Content-Length"] == nil ? .none : .bytes(request.body)))
        fault.answer(received, &answer)
        return answer
    }

    private func send(_ answer: ProbeAnswer, isHead: Bool, _ context: ChannelHandlerContext) {
        var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status))
        for (name, value) in answer.headers where !["connection", "transfer-encoding"].contains(name.lowercased()) {
            if name.lowercased() == "content-length", !isHead { continue }
            head.headers.add(name: name, value: value)
        }
        if !isHead, answer.status != 204, answer.status != 304 {
            head.headers.replaceOrAdd(name: "Content-Length", value: String(answer.body.count))
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead, !answer.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}

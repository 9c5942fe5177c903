import Glibc
import Hummingbird

/// What does the HTTP library itself cost? Every request is answered with nothing, its body read and thrown away.
enum EmptyServer {
    struct Responder: HTTPResponder {
        typealias Context = BasicRequestContext

        func respond(to request: Request, context: Context) async throws -> Response {
            for try await _ in request.body {}
            return Response(status: .ok)
        }
    }

    static func run() async throws {
        let application = Application(
            responder: Responder(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                print("http://127.0.0.1:\(channel.localAddress?.port ?? 0)/")
                fflush(nil)
            })
        try await application.runService()
    }
}

import DAVHummingbird
import HTTPTypes
import Hummingbird

/// The second listener: `/health` and `/metrics`, nothing else.
struct MetricsResponder: HTTPResponder {
    typealias Context = EdgeContext
    let pages: ServicePages

    func respond(to request: Request, context: EdgeContext) async throws -> Response {
        guard request.method == .get else { return .plain(.methodNotAllowed, "Only GET is answered here.") }
        return switch request.uri.path {
        case "/health": await pages.health()
        case "/metrics": pages.metricsPage(request.headers[.authorization])
        default: .plain(.notFound, "There are /health and /metrics here.")
        }
    }
}

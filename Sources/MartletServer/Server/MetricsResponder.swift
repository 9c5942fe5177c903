import DAVHummingbird
import HTTPTypes
import Hummingbird

/// The second listener: `/health` and `/metrics`, nothing else.
struct MetricsResponder: EdgeAnswering {
    let pages: ServicePages

    func answer(_ request: Request, _ context: EdgeContext) async -> (Response, isStreaming: Bool) {
        (await page(request), false)
    }

    private func page(_ request: Request) async -> Response {
        guard request.method == .get else { return .plain(.methodNotAllowed, "Only GET is answered here.") }
        return switch request.uri.path {
        case "/health": await pages.health()
        case "/metrics": pages.metricsPage(request.headers[.authorization])
        default: .plain(.notFound, "There are /health and /metrics here.")
        }
    }
}

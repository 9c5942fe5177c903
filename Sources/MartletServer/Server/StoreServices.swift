import Logging
import ServiceLifecycle

/// Holds the store open until everything that uses it has stopped. It is the first service, so it is the last to end.
struct StoreService: Service {
    let store: any ServerStore

    func run() async throws {
        try? await gracefulShutdown()
        await store.close()
    }
}

/// Cleans up from time to time, in the background.
struct MaintenanceService: Service {
    let store: any ServerStore
    let intervalSeconds: Int64
    let historySeconds: Int64
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: .seconds(max(1, intervalSeconds)))
                } catch {
                    return
                }
                do {
                    try await store.maintain(historySeconds: historySeconds)
                } catch {
                    logger.error(
                        "Cleaning up the store failed; it is tried again later.", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}

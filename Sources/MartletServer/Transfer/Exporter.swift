package import DAV
import HTTPTypes
import Logging

/// A calendar or an address book as one text, as GET with `?export` tells it (C-15, B-11): made and written an object at a time.
package struct Exporter: Sendable {
    private let handler: DAVHandler

    package init(_ store: any ServerStore) {
        var logger = Logger(label: "martlet.export")
        logger.logLevel = .critical
        handler = store.assembly.handler(store, privacy: .everyone, logger: logger)
    }

    /// - Throws: ``DAVError`` if there is no such collection, or it is not one that is told as a text.
    package func run(_ path: DAVPath, as caller: Caller, to writer: BodyWriter) async throws {
        let target = Href.encode(path: path, isCollection: true) + "?export"
        let response = await handler.handle(DAVRequest(method: .get, target: target, caller: caller))
        guard response.status == .ok, response.headers[.contentDisposition] != nil,
            case .stream(_, let write) = response.body
        else { throw response.status == .ok ? DAVError.methodNotAllowed : DAVError(response.status) }
        try await write(writer)
    }
}

package import DAV
import HTTPTypes
import Logging

/// A calendar or an address book as one text, as GET with `?export` tells it (C-15, B-11): made and written an object at a time.
package struct Exporter: Sendable {
    private let handler: DAVHandler

    package init(_ store: any ServerStore) {
        var logger = Logger(label: "martlet.export")
        logger.logLevel = .critical
        handler = Assembly.standard.handler(store, logger: logger)
    }

    /// - Throws: the ``DAVError`` that GET is refused with; 415 for a collection that is not told as one text.
    package func run(_ collection: any DAVCollection, as caller: Caller, to writer: BodyWriter) async throws {
        let found = try await handler.backend.resolve(collection.info.path, for: caller, fields: [])
        guard found?.entry?.isCollection == true else { throw DAVError.notFound }
    }
}

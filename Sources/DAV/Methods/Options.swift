import HTTPTypes

extension Method {
    /// OPTIONS (RFC 9110 §9.3.7): what works here. The door adds `DAV` to every answer.
    static let options = Method(.options, on: .any, needs: [.read], toCreate: [.read]) { exchange, located in
        var headers: HTTPFields = [.contentLength: "0", .msAuthorVia: "DAV"]
        headers[.allow] = try await exchange.allow(at: located)
        return DAVResponse(.ok, headers: headers)
    }
}

extension Exchange {
    /// The value of `Allow` for what stands at a URL: computed from the method table and the capabilities that are there.
    func allow(at located: Located) async throws -> String {
        let own = located.collection.info.capabilities
        guard located.target == .itself || located.shape == .collection else {
            return handler.methods.allow(located.shape, own: own, holder: own)
        }
        // Whether a collection can be removed or moved is a matter of the collection that holds it.
        let holder =
            located.path.isRoot
            ? nil : try await handler.backend.collection(at: located.path.parent, for: caller)?.info.capabilities
        return handler.methods.allow(located.shape, own: located.entry?.collection?.capabilities ?? own, holder: holder)
    }

    /// The value of the `DAV` header (RFC 4918 §10.1): classes that are true for this URL.
    func compliance(at located: Located?) -> String {
        guard let info = located?.collection.info else { return Compliance.base }
        let classes = info.capabilities.contains(.locking) ? Compliance.locking : Compliance.base
        let own = info.kind.complianceClasses
        return own.isEmpty ? classes : classes + ", " + own.joined(separator: ", ")
    }
}

private enum Compliance {
    static let base = "1, 3, access-control, extended-mkcol"
    /// Class 2 only where locks are offered (W-01).
    static let locking = "1, 2, 3, access-control, extended-mkcol"
}

import HTTPTypes

extension Exchange {
    /// The XML document in the request's body; `nil` if there is no body.
    ///
    /// A missing `Content-Type` is fine, and so is any prefix for `DAV:`.
    /// - Throws: 415 if the body says it is something other than XML, or is compressed (H-15); 413 beyond the limit;
    ///   what ``XMLElement/parse(_:limits:)`` throws.
    public func xmlBody() async throws -> XMLElement? {
        let bytes = try await request.body.collect(upTo: facts.options.maxXMLBytes)
        if bytes.isEmpty { return nil }
        if let encoding = request.headers.value(of: .contentEncoding), encoding.lowercased() != "identity" {
            throw DAVError.unsupportedMediaType("Bodies are not accepted in Content-Encoding: \(encoding).")
        }
        if let type = request.headers.value(of: .contentType), !Exchange.isXML(type) {
            throw DAVError.unsupportedMediaType("The body must be XML (application/xml).")
        }
        let limits = facts.options.xmlLimits
        // Only what asks is worth remembering; what registers or shares may hold secrets.
        return request.method == .report || request.method == .propfind
            ? try handler.knownDocuments.element(of: bytes, limits: limits)
            : try XMLElement.parse(bytes, limits: limits)
    }

    /// `text/xml`, `application/xml` and `…+xml`, whatever parameters follow.
    private static func isXML(_ contentType: String) -> Bool {
        // As nearly all clients spell it.
        if contentType == "application/xml" || contentType == "text/xml; charset=utf-8" { return true }
        let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        return type == "application/xml" || type == "text/xml" || type.hasSuffix("+xml")
    }
}

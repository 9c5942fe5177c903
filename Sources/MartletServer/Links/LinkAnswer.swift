import DAV
import DAVGroupware
import HTTPTypes
import Logging

/// Answers one request of the bearer of an open link.
struct LinkAnswer: Sendable {
    let handler: DAVHandler
    let view: LinkView
    let token: LinkToken
    /// Below the link.
    let path: DAVPath

    private var prefix: String { "\(LinkPaths.prefix)/\(token.text)" }

    /// Never throws: what goes wrong becomes a status.
    func answer(_ request: DAVRequest) async -> DAVResponse {
        do {
            let form = try await view.form()
            switch form {
            case nil: return LinkGate.notFound
            case .folder: return await folder(request)
            case .document: return try await document(request)
            case .file(let name): return await file(name, request)
            }
        } catch let error as DAVError {
            return LinkGate.refusal(error)
        } catch {
            handler.logger.error("A link could not be followed.", metadata: ["error": "\(error)"])
            return LinkGate.refusal(DAVError(.internalServerError, nil, "Something went wrong inside the server."))
        }
    }

    /// What the handler of the view answers, to a request that says no more than bearers have to say.
    private func pass(_ request: DAVRequest, to target: String, fields: Set<HTTPField.Name>) async -> DAVResponse {
        var request = request
        request.target = target
        request.caller = .bearer
        request.headers = HTTPFields(request.headers.filter { fields.contains($0.name) })
        var response = await handler.forBearer(of: view, at: prefix).handle(request)
        response.headers[.dav] = nil
        response.headers[.msAuthorVia] = nil
        return response
    }

    private static let representationFields: Set<HTTPField.Name> = [
        .range, .ifRange, .ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince,
    ]

    // MARK: Folders

    private func folder(_ request: DAVRequest) async -> DAVResponse {
        let target = String(request.target.prefix { $0 != "?" })
        let fields = Self.representationFields.union([.depth, .contentType, .contentLength, .prefer, .brief])
        var response = await pass(request, to: target, fields: fields)
        if response.status == .notFound { return LinkGate.notFound }
        // File managers look for both before they mount anything.
        response.headers[.dav] = "1"
        if request.method == .options { response.headers[.msAuthorVia] = "DAV" }
        return response
    }

    // MARK: Documents

    private static let documentMethods = "OPTIONS, GET, HEAD"

    /// - Returns: `nil` for a request that is to be answered with the document.
    private func refusal(_ request: DAVRequest) -> DAVResponse? {
        guard path.isRoot else { return LinkGate.notFound }
        switch request.method {
        case .get, .head: return nil
        case .options:
            return DAVResponse(.ok, headers: [.allow: Self.documentMethods, .contentLength: "0"])
        default: return LinkGate.methodNotAllowed(allowing: Self.documentMethods)
        }
    }

    /// A file as it is stored, with ranges and conditions as GET of it has them.
    private func file(_ name: Name, _ request: DAVRequest) async -> DAVResponse {
        if let refusal = refusal(request) { return refusal }
        let target = prefix + Href.encode(path: DAVPath([name]), isCollection: false)
        var response = await pass(request, to: target, fields: Self.representationFields)
        if response.status.kind == .successful {
            response.headers[.contentDisposition] = HTTPFields.disposition("inline", fileName: name.string)
        }
        return response
    }

    /// A calendar or an address book as one text.
    ///
    /// Its entity tag is weak: the text is made while it is sent, so a change on the way may or may not be in it. The tag is of
    /// the state before, so that whoever asks again with it gets what changed.
    private func document(_ request: DAVRequest) async throws -> DAVResponse {
        if let refusal = refusal(request) { return refusal }
        let tag = try await view.version().map { token.entityTag(of: $0) }
        if let field = request.headers[.ifMatch], try Condition.EntityTags.parse(field) != .any {
            throw DAVError.preconditionFailed
        }
        if let tag, let field = request.headers[.ifNoneMatch], try Condition.EntityTags.parse(field).name(tag) {
            var response = DAVResponse(.notModified, headers: [.eTag: "W/\"\(tag)\""])
            response.headers[.cacheControl] = "private, no-cache, no-transform"
            return response
        }
        var response = await pass(request, to: prefix + "/?export", fields: [])
        if response.status == .ok {
            response.headers[.eTag] = tag.map { "W/\"\($0)\"" }
            // Whatever is accepted, there is this one form.
            response.headers[.vary] = nil
        }
        return response
    }
}

extension Condition.EntityTags {
    /// Whether one of them is `tag` by the weak comparison (RFC 9110 §8.8.3.2).
    fileprivate func name(_ tag: String) -> Bool {
        switch self {
        case .any: true
        case .list(let strong, let weak): (strong + weak).contains(ETag(opaque: tag))
        }
    }
}

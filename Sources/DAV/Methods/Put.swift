import HTTPTypes

extension Method {
    /// PUT (RFC 9110 §9.3.4, RFC 4918 §9.7): creates or replaces a member.
    static let put: Method = {
        var row = Method(
            .put, scope: .binding, on: [.unmapped, .member], requires: .writing, needs: [.writeContent],
            toCreate: [.bind], toOwnPart: [.read]
        ) { exchange, located in
            guard let writing = located.collection.writing, let name = located.path.last else {
                throw DAVError.methodNotAllowed
            }
            try located.collection.info.kind.demandTakesMembers()
            try exchange.refuseCollectionURL()
            let upload = try exchange.upload(named: name)
            do {
                let result = try await writing.put(name, upload, if: try exchange.condition())
                return try await exchange.written(result, name, in: located.collection)
            } catch let error as DAVError where error.status == .preconditionFailed {
                return try await exchange.refusedWrite(error, name, in: located.collection)
            }
        }
        row.isOffered = { _, own, _ in own.capabilities.contains(.writing) && own.kind.placement.takesMembers }
        return row
    }()
}

extension Exchange {
    /// For methods that make members.
    ///
    /// - Throws: 409
    func refuseCollectionURL() throws(DAVError) {
        guard hasTrailingSlash else { return }
        throw DAVError(.conflict, nil, "A URL that ends in a slash is a collection's; MKCOL makes one.")
    }

    /// The request's body as something to store, bounded by the server's limit.
    ///
    /// - Throws: 400 for a part of a body (RFC 9110 §14.5), 415 for an encoded one (H-15), 413 for one announced too long.
    func upload(named name: Name?) throws(DAVError) -> Upload {
        let headers = request.headers
        if headers[.contentRange] != nil { throw .badRequest("A part of a body cannot be stored; send the whole.") }
        if let encoding = headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw .unsupportedMediaType("Bodies are not accepted in Content-Encoding: \(encoding).")
        }
        // Finder sends its uploads in chunks and tells their length here.
        let declared = (headers[.contentLength] ?? headers[.expectedLength]).flatMap { Int64($0) }
        let most = facts.options.maxMemberBytes
        if let most, let declared, declared > most { throw .contentTooLarge }
        var upload = Upload(
            contentType: storable(headers[.contentType]) ?? name.map(MediaType.guess),
            contentLanguage: storable(headers[.contentLanguage]), declaredLength: declared.map { max($0, 0) },
            body: most.map { request.body.limited(to: $0) } ?? request.body)
        upload.isOnItsWay = !headers.contains(.expect)
        return upload
    }

    /// A value that will stand in a header again: visible ASCII of reasonable length, otherwise it counts as not sent.
    private func storable(_ value: String?) -> String? {
        guard let value, !value.isEmpty, value.utf8.count <= 255, value.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        return value
    }

    /// 201 or 204 with the new validators; with `Prefer: return=representation` the stored body too (RFC 8144 §2.3, P-03).
    func written(_ result: WriteResult, _ name: Name, in collection: any DAVCollection) async throws
        -> DAVResponse
    {
        let path = collection.info.path.appending(name)
        var response = try await answer(to: result, path, in: collection)
        // Both say "what I have is what you sent", or neither (H-08).
        if let etag = result.etag, response.headers[.eTag] == nil {
            response.headers[.eTag] = etag.description
            response.headers[.lastModified] = result.modified?.httpDate
        }
        return response
    }

    /// 412; with `Prefer: return=representation` the state that was in the way (RFC 8144 §3).
    fileprivate func refusedWrite(_ error: DAVError, _ name: Name, in collection: any DAVCollection) async throws
        -> DAVResponse
    {
        guard preferences.return == .representation, let member = try await collection.open(name, fields: []) else {
            throw error
        }
        return Representation(member: member).response(.preconditionFailed)
            .applying(.representation, at: href(collection.info.path.appending(name), isCollection: false))
    }

    /// What PUT, POST, COPY and MOVE answer when they succeed: 201 or 204, or the representation if the client prefers it.
    func answer(to result: WriteResult, _ path: DAVPath, in collection: any DAVCollection) async throws -> DAVResponse {
        var response = try await plainAnswer(to: result, path, in: collection)
        if let tag = result.scheduleTag { response.headers[.scheduleTag] = "\"\(tag)\"" }
        return response
    }

    private func plainAnswer(to result: WriteResult, _ path: DAVPath, in collection: any DAVCollection) async throws
        -> DAVResponse
    {
        if preferences.return == .representation, let name = path.last,
            let member = try await collection.open(name, fields: [])
        {
            return Representation(member: member).response(result.created ? .created : .ok)
                .applying(.representation, at: href(path, isCollection: false))
        }
        return DAVResponse(result.created ? .created : .noContent)
    }

    /// A reference with scheme and host, as `Location` has it for the sake of old clients.
    func absolute(_ href: String) -> String { "\(request.scheme)://\(request.authority)\(href)" }
}

extension DAVResponse {
    /// Names the preference that was honoured (P-05), and the resource whose representation this is.
    fileprivate func applying(_ preference: Preferences.Return, at href: String) -> DAVResponse {
        var response = self
        response.headers[.preferenceApplied] = "return=\(preference.rawValue)"
        response.headers[.contentLocation] = href
        response.headers[.vary] = "Prefer"
        return response
    }
}

extension BodyStream {
    /// The same body, failing with 413 as soon as it is longer than `limit`.
    func limited(to limit: Int64) -> BodyStream {
        let source = makeAsyncIterator()
        let sent = ByteCounter()
        return BodyStream {
            guard let chunk = try await source.next() else { return nil }
            guard sent.add(chunk.count) <= limit else { throw DAVError.contentTooLarge }
            return chunk
        }
    }
}

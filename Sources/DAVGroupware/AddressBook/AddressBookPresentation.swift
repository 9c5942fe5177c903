import DAV
import HTTPTypes

extension Presentation {
    /// How GET tells cards and address books (RFC 6352 §5.1.1): a card in the version its `Accept` asks for, a whole book as
    /// one text of many cards for `?export` or an `Accept` that names `text/vcard` (B-11).
    static let addressBook = Presentation(
        member: { exchange, member in
            guard let field = exchange.request.headers[.accept] else { return nil }
            guard let form = CardForm(Accept(field)) else { throw DAVError.addressDataConversion(.notAcceptable) }
            if form == .stored { return nil }
            let stored = try await member.octets()
            guard let told = CardConversion.octets(stored, as: form) else {
                throw DAVError.addressDataConversion(.notAcceptable)
            }
            // The very octets: then the ETag is theirs, too.
            if told == stored { return nil }
            return DAVResponse(.ok, headers: .document(form.contentType), body: .bytes(told))
        },
        collection: { exchange, collection in
            let accept = Accept(exchange.request.headers[.accept] ?? "")
            guard exchange.asks("export") || accept.names("text/vcard") else { return nil }
            var form = CardForm(accept) ?? .stored
            // There is no document of several jCards (RFC 7095 §3.3).
            if form == .jCard { form = .stored }
            var headers = HTTPFields.document(form.contentType)
            headers[.contentDisposition] = HTTPFields.attachment(collection.info.path.last, "vcf")
            return DAVResponse(
                .ok, headers: headers,
                body: .stream(length: nil) { [form] writer in
                    try await CardConversion.writeAll(of: collection, as: form, to: writer)
                })
        })
}

extension CardConversion {
    /// Cards are sent together until they are this long.
    private static let chunkBytes = 64 << 10

    fileprivate static func writeAll(
        of collection: any DAVCollection, as form: CardForm, to writer: BodyWriter
    ) async throws {
        var chunk: [UInt8] = []
        try await collection.forEachMember { entry in
            guard let octets = entry.content, let card = part(octets, as: form) else { return }
            chunk += card
            guard chunk.count >= chunkBytes else { return }
            try await writer.write(chunk)
            chunk = []
        }
        if !chunk.isEmpty { try await writer.write(chunk) }
    }

    /// A card as part of a text of many; `nil` for one that would break it.
    private static func part(_ octets: [UInt8], as form: CardForm) -> [UInt8]? {
        guard var card = self.octets(octets, as: form), (try? ContentText.components(of: card)) != nil else {
            return nil
        }
        if card.last != 0x0A { card += [0x0D, 0x0A] }
        return card
    }
}

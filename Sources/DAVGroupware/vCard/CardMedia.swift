/// Photographs, logos, sounds and keys: inline with `ENCODING=b` in 3.0 (RFC 2426 §2.4.1), a `data:` URI in 4.0 (RFC 6350
/// §6.2.4, RFC 2397). Costs a copy or two, whatever the size.
enum CardMedia {
    /// TYPE in 3.0, the media type in 4.0.
    private static let types: [(type: String, media: String)] = [
        ("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/webp"),
        ("HEIC", "image/heic"), ("TIFF", "image/tiff"), ("BMP", "image/bmp"), ("SVG", "image/svg+xml"),
        ("WAVE", "audio/wav"), ("BASIC", "audio/basic"), ("AAC", "audio/aac"), ("OGG", "audio/ogg"),
        ("MP3", "audio/mpeg"),
        ("PGP", "application/pgp-keys"), ("X509", "application/pkix-cert"),
    ]

    static func asURI(_ line: ContentLine) -> ContentLine {
        var line = line
        let isInline = line["ENCODING"].map { $0.isASCIIEqual(to: "B") || $0.isASCIIEqual(to: "BASE64") } ?? false
        let media = line.types.lazy.compactMap(mediaType).first
        let isText = line.isNamed("KEY") && !isInline && !line.hasValueType("URI")
        line.setTypes(line.types.filter { mediaType($0) == nil })
        line.remove("ENCODING", "VALUE")
        if isInline {
            let octets = line.value.utf8.filter { $0 > 0x20 }
            line.value = "data:\(media ?? "application/octet-stream");base64," + String(decoding: octets, as: UTF8.self)
            return line
        }
        if let media { line.parameters.append(.init("MEDIATYPE", [media])) }
        if isText { line.parameters.append(.init("VALUE", ["text"])) }
        return line
    }

    static func inline(_ line: ContentLine) -> ContentLine {
        var line = line
        let media = line["MEDIATYPE"]
        let isText = line.hasValueType("TEXT")
        line.remove("MEDIATYPE", "VALUE")
        if let (type, start) = dataURI(line.value) {
            line.value = String(line.value.utf8[start...]) ?? ""
            line.parameters.insert(.init("ENCODING", ["b"]), at: 0)
            if let name = typeName(type) { line.setTypes(line.types + [name]) }
            return line
        }
        if let name = media.flatMap(typeName) { line.setTypes(line.types + [name]) }
        if !isText { line.parameters.insert(.init("VALUE", ["uri"]), at: 0) }
        return line
    }

    /// Whether a value is a `data:` URI in Base64: its media type, and where the data begins.
    private static func dataURI(_ value: String) -> (type: String, start: String.Index)? {
        let octets = value.utf8
        guard octets.count > 5, String(decoding: octets.prefix(5), as: UTF8.self).isASCIIEqual(to: "data:"),
            let comma = octets.prefix(200).firstIndex(of: UInt8(ascii: ","))
        else { return nil }
        let head = String(Substring(octets[octets.index(octets.startIndex, offsetBy: 5)..<comma])).split(separator: ";")
        guard head.last.map({ String($0).isASCIIEqual(to: "base64") }) ?? false else { return nil }
        return (head.count > 1 ? String(head[0]) : "", octets.index(after: comma))
    }

    private static func mediaType(_ type: String) -> String? {
        if type.isASCIIEqual(to: "JPG") { return "image/jpeg" }
        if type.utf8.contains(UInt8(ascii: "/")) { return type }
        return types.first { $0.type.isASCIIEqual(to: type) }?.media
    }

    private static func typeName(_ media: String) -> String? {
        guard !media.isEmpty, !media.isASCIIEqual(to: "application/octet-stream") else { return nil }
        return types.first { $0.media.isASCIIEqual(to: media) }?.type ?? media
    }
}

/// The type of a body whose sender did not say (W-32): from the name's ending, for what people keep in folders.
enum MediaType {
    static let unknown = "application/octet-stream"

    static func guess(_ name: Name) -> String {
        let bytes = Array(name.string.utf8)
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), bytes.count - dot <= 6 else { return unknown }
        let ending = String(decoding: bytes[(dot + 1)...], as: UTF8.self).lowercased()
        return byEnding[ending] ?? unknown
    }

    /// Whether a browser would run what such a body says.
    static func isActive(_ type: String) -> Bool {
        let type = type.lowercased()
        return ["html", "xml", "svg", "javascript"].contains { type.contains($0) }
    }

    private static let byEnding: [String: String] = [
        "txt": "text/plain", "md": "text/markdown", "csv": "text/csv", "html": "text/html", "htm": "text/html",
        "css": "text/css", "js": "text/javascript", "json": "application/json", "xml": "application/xml",
        "ics": "text/calendar", "vcf": "text/vcard", "eml": "message/rfc822", "pdf": "application/pdf",
        "rtf": "application/rtf", "epub": "application/epub+zip", "jpg": "image/jpeg", "jpeg": "image/jpeg",
        "png": "image/png", "gif": "image/gif", "webp": "image/webp", "svg": "image/svg+xml", "heic": "image/heic",
        "tif": "image/tiff", "tiff": "image/tiff", "mp3": "audio/mpeg", "m4a": "audio/mp4", "flac": "audio/flac",
        "ogg": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav", "mp4": "video/mp4", "m4v": "video/mp4",
        "mov": "video/quicktime", "mkv": "video/x-matroska", "webm": "video/webm", "zip": "application/zip",
        "gz": "application/gzip", "tar": "application/x-tar", "7z": "application/x-7z-compressed",
        "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "odp": "application/vnd.oasis.opendocument.presentation",
    ]
}

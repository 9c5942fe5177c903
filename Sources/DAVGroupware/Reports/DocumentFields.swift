package import DAV
package import HTTPTypes

extension HTTPFields {
    /// The fields of a document that is made for the request, and is no stored member.
    package static func document(_ contentType: String) -> HTTPFields {
        [.contentType: contentType, .cacheControl: "private, no-cache, no-transform", .xContentTypeOptions: "nosniff"]
    }

    /// `Content-Disposition` (RFC 6266 §4): browsers save the document under a name rather than show it.
    package static func attachment(_ name: Name?, _ ending: String) -> String {
        disposition("attachment", fileName: "\(name?.string ?? "export").\(ending)")
    }

    package static func disposition(_ type: String, fileName: String) -> String {
        let unreserved = "-._~".utf8
        let encoded = fileName.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(Unicode.Scalar(byte))
            case _ where unreserved.contains(byte): String(Unicode.Scalar(byte))
            default: "%" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return "\(type); filename*=UTF-8''\(encoded.joined())"
    }
}

import HTTPTypes

/// Writes a `DAV:multistatus` (RFC 4918 §13) in pieces, so that an answer of any length takes the same memory.
///
/// Every href has the spelling of the request: what the client put in its request-URI, then canonically encoded names (X-07,
/// Clients compare the strings.
struct Multistatus: Sendable {
    /// Pieces are sent when they have grown to this.
    static let chunkBytes = 64 << 10

    var xml = begun
    let hrefs: HrefSpelling

    init(_ hrefs: HrefSpelling) { self.hrefs = hrefs }

    /// How each begins.
    private static let begun: XMLWriter = {
        var xml = XMLWriter()
        xml.declaration()
        xml.start(.dav("multistatus"))
        return xml
    }()

    var isChunkFull: Bool { xml.count >= Multistatus.chunkBytes }
    mutating func take() -> [UInt8] { xml.take() }

    /// One resource with its properties; `names` are those below the request's collection.
    mutating func resource(
        _ names: ArraySlice<Name>, isCollection: Bool, _ plan: inout PropertyPlan, _ subject: PropertySubject
    ) {
        let start = xml.count
        xml.raw(Multistatus.openResponse)
        hrefs.append(names, isCollection: isCollection, to: &xml)
        xml.raw(Multistatus.closeHref)
        if let refusal = plan.write(subject, to: &xml) {
            xml.rewind(to: start)
            return status(names, isCollection: isCollection, refusal.status, refusal.condition?.name)
        }
        xml.raw(Multistatus.closeResponse)
    }

    /// One resource anywhere on this server.
    mutating func resource(at path: DAVPath, _ plan: inout PropertyPlan, _ subject: PropertySubject) {
        let start = xml.count
        xml.raw(Multistatus.openResponse)
        hrefs.append(path, isCollection: subject.isCollection, to: &xml)
        xml.raw(Multistatus.closeHref)
        if let refusal = plan.write(subject, to: &xml) {
            xml.rewind(to: start)
            return status(at: path, isCollection: subject.isCollection, refusal.status, refusal.condition?.name)
        }
        xml.raw(Multistatus.closeResponse)
    }

    /// The outcome of a PROPPATCH.
    mutating func resource(_ names: ArraySlice<Name>, isCollection: Bool, _ judgement: PropertyJudgement) {
        xml.raw(Multistatus.openResponse)
        hrefs.append(names, isCollection: isCollection, to: &xml)
        xml.raw(Multistatus.closeHref)
        judgement.write(to: &xml)
        xml.raw(Multistatus.closeResponse)
    }

    /// One resource with a status instead of properties (RFC 4918 §14.24).
    mutating func status(
        _ names: ArraySlice<Name>, isCollection: Bool, _ status: HTTPResponse.Status, _ error: XMLName? = nil
    ) {
        xml.raw(Multistatus.openResponse)
        hrefs.append(names, isCollection: isCollection, to: &xml)
        xml.raw(Multistatus.closeHref)
        close(status, error)
    }

    /// The same for a resource anywhere on this server.
    mutating func status(
        at path: DAVPath, isCollection: Bool, _ status: HTTPResponse.Status, _ error: XMLName? = nil
    ) {
        xml.raw(Multistatus.openResponse)
        hrefs.append(path, isCollection: isCollection, to: &xml)
        xml.raw(Multistatus.closeHref)
        close(status, error)
    }

    /// The same for a reference that names nothing here, in the client's words.
    mutating func status(href: String, _ status: HTTPResponse.Status) {
        xml.raw(Multistatus.openResponse)
        xml.text(href)
        xml.raw(Multistatus.closeHref)
        close(status, nil)
    }

    /// The request-URI itself, spelled exactly as the client did, with a status.
    mutating func requestURI(_ status: HTTPResponse.Status, _ error: XMLName? = nil) {
        xml.raw(Multistatus.openResponse)
        xml.raw(hrefs.requestURI)
        xml.raw(Multistatus.closeHref)
        close(status, error)
    }

    /// A whole document without a response.
    static func only(_ syncToken: SyncToken) -> [UInt8] {
        var xml = begun
        xml.element(.dav("sync-token"), text: syncToken.uri)
        xml.end()
        return xml.bytes
    }

    /// The last element, if any, and the end of the document.
    mutating func finish(syncToken: SyncToken? = nil) {
        if let syncToken { xml.element(.dav("sync-token"), text: syncToken.uri) }
        xml.end()
    }

    private mutating func close(_ status: HTTPResponse.Status, _ error: XMLName?) {
        xml.status(status)
        if let error {
            xml.start(.dav("error"))
            xml.empty(error)
            xml.end()
        }
        xml.raw(Multistatus.closeResponse)
    }

    private static let openResponse = Array("<D:response><D:href>".utf8)
    private static let closeHref = Array("</D:href>".utf8)
    private static let closeResponse = Array("</D:response>\n".utf8)
}

extension XMLWriter {
    /// `DAV:status` (RFC 4918 §14.28).
    mutating func status(_ status: HTTPResponse.Status) {
        element(.dav("status"), text: "HTTP/1.1 \(status.code) \(status.reasonPhrase)")
    }
}

/// How the hrefs of one response document are spelled: bytes that are XML text already.
struct HrefSpelling: Sendable {
    /// The request-URI's path, as the client wrote it.
    let requestURI: [UInt8]
    /// The same, with the slash that a collection has.
    let collection: [UInt8]
    /// The same, without it.
    private let member: [UInt8]
    private let path: DAVPath
    private let prefix: String

    init(_ exchange: Exchange) {
        path = exchange.path
        prefix = exchange.facts.prefix
        let spelled = exchange.spelledPath
        // A spelling with empty segments is accepted, but not echoed: members' URLs must not depend on how one got there.
        let isPlain = !spelled.utf8.isEmpty && !HrefSpelling.hasEmptySegment(spelled.utf8)
        let text = isPlain ? String(spelled) : exchange.href(exchange.path, isCollection: exchange.hasTrailingSlash)
        let bytes = HrefSpelling.escape(Array(text.utf8))
        let slash = UInt8(ascii: "/")
        requestURI = HrefSpelling.escape(Array(spelled.utf8))
        member = bytes.last == slash && bytes.count > 1 ? Array(bytes.dropLast()) : bytes
        collection = bytes.last == slash ? bytes : bytes + [slash]
    }

    private static func hasEmptySegment(_ path: Substring.UTF8View) -> Bool {
        let slash = UInt8(ascii: "/")
        return zip(path, path.dropFirst()).contains { $0 == slash && $1 == slash }
    }

    /// Appends the URL of the resource `names` below the request's own.
    func append(_ names: ArraySlice<Name>, isCollection: Bool, to xml: inout XMLWriter) {
        guard !names.isEmpty else { return xml.raw(isCollection ? collection : member) }
        var bytes = collection
        for name in names {
            Href.append(name, to: &bytes)
            bytes.append(UInt8(ascii: "/"))
        }
        if !isCollection { bytes.removeLast() }
        xml.raw(HrefSpelling.escapingTail(bytes, from: collection.count))
    }

    /// Appends the URL of a resource anywhere on this server.
    func append(_ path: DAVPath, isCollection: Bool, to xml: inout XMLWriter) {
        if let names = path.relative(to: self.path) {
            append(names[...], isCollection: isCollection, to: &xml)
        } else {
            xml.raw(
                HrefSpelling.escape(Array(Href.encode(path: path, isCollection: isCollection, prefix: prefix).utf8)))
        }
    }

    /// `&` is the one character that may stand in a URI and not in XML text; the rest is escaped for safety's sake.
    private static func escape(_ bytes: [UInt8]) -> [UInt8] { escapingTail(bytes, from: 0) }

    private static func escapingTail(_ bytes: [UInt8], from start: Int) -> [UInt8] {
        guard
            bytes[start...].contains(where: {
                $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">")
            })
        else { return bytes }
        var escaped = Array(bytes[..<start])
        for byte in bytes[start...] {
            switch byte {
            case UInt8(ascii: "&"): escaped.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): escaped.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): escaped.append(contentsOf: "&gt;".utf8)
            default: escaped.append(byte)
            }
        }
        return escaped
    }
}

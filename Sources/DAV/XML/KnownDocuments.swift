import Synchronization

/// Small documents that were read lately: clients ask the same question again and again, a poll with the token of the last one.
///
/// Reading is a pure function of the bytes, so what is kept cannot be outdated. Cost of a hit: a hash of the document.
final class KnownDocuments: Sendable {
    private static let mostBytes = 1 << 10
    /// When there are more, all are forgotten: those that are asked again soon are soon known again.
    private static let most = 512

    private let documents = Mutex<[Text: XMLElement]>([:])

    /// Hashed as one piece; an array would be octet by octet.
    private struct Text: Hashable {
        let bytes: [UInt8]
        func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }

    func element(of bytes: [UInt8], limits: XMLLimits) throws(DAVError) -> XMLElement {
        guard bytes.count <= Self.mostBytes else { return try XMLElement.parse(bytes, limits: limits) }
        let text = Text(bytes: bytes)
        if let known = documents.withLock({ $0[text] }) { return known }
        let element = try XMLElement.parse(bytes, limits: limits)
        documents.withLock { documents in
            if documents.count >= Self.most { documents.removeAll(keepingCapacity: true) }
            documents[text] = element
        }
        return element
    }
}

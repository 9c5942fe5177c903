import Synchronization

/// A body on its way in, in chunks, read once.
public struct Upload: Sendable {
    public var contentType: String?
    public var contentLanguage: String?
    /// `Content-Length`, or the client's own estimate; a hint for refusing early, not a promise.
    public var declaredLength: Int64?
    /// The client sends without waiting for leave (no `Expect: 100-continue`), so refusing a short body early spares nothing.
    public var isOnItsWay = false
    public var body: BodyStream

    public init(
        contentType: String? = nil, contentLanguage: String? = nil, declaredLength: Int64? = nil, body: BodyStream
    ) {
        self.contentType = contentType
        self.contentLanguage = contentLanguage
        self.declaredLength = declaredLength
        self.body = body
    }
}

/// Chunks of bytes. A source that fails (the client went away, the body is longer than announced) throws.
public struct BodyStream: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    private let pull: @Sendable () async throws -> [UInt8]?

    /// - Parameter pull: gives the next chunk, `nil` at the end. Called by one task at a time.
    public init(_ pull: @escaping @Sendable () async throws -> [UInt8]?) { self.pull = pull }

    /// A body that is all there.
    public init(of bytes: [UInt8]) {
        let rest = Once(bytes)
        self.init { rest.take() }
    }

    /// Gives its bytes once.
    private final class Once: Sendable {
        private let bytes: Mutex<[UInt8]?>
        init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes.isEmpty ? nil : bytes) }
        func take() -> [UInt8]? { bytes.withLock { $0.take() } }
    }

    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        fileprivate let pull: @Sendable () async throws -> [UInt8]?
        public func next() async throws -> [UInt8]? { try await pull() }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: pull) }

    /// The whole body, if it is no longer than `limit`.
    ///
    /// - Throws: ``DAVError/contentTooLarge`` (413) as soon as the limit is passed.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in self {
            guard bytes.count + chunk.count <= limit else { throw DAVError.contentTooLarge }
            bytes += chunk
        }
        return bytes
    }
}

/// A member opened for reading: its description and a body of the same state.
public struct OpenedMember: Sendable {
    public var entry: Entry
    public var body: any MemberBody
    public init(entry: Entry, body: any MemberBody) {
        self.entry = entry
        self.body = body
    }
}

/// A stored body. It stays readable, unchanged, for as long as it is referred to.
public protocol MemberBody: Sendable {
    var length: Int64 { get }
    /// Up to `count` bytes from `offset`; empty at the end. Must not block the calling thread for long.
    func read(at offset: Int64, count: Int) async throws -> [UInt8]
}

/// A body held in memory.
public struct MemoryBody: MemberBody {
    public let bytes: [UInt8]
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public var length: Int64 { Int64(bytes.count) }
    public func read(at offset: Int64, count: Int) async throws -> [UInt8] {
        guard offset < length else { return [] }
        if offset == 0, count >= bytes.count { return bytes }
        return Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
    }
}

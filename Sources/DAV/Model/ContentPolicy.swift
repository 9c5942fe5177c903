import HTTPTypes

/// What a kind of collection demands of its members' bodies, and what a store keeps beside each to answer queries.
///
/// A body is judged before the transaction that stores it, and once more wherever COPY or MOVE bring one from elsewhere.
public protocol ContentPolicy: Sendable {
    /// The longest body taken, in bytes.
    var maxBytes: Int { get }
    /// What refuses a longer one.
    var tooLarge: DAVError { get }
    /// The precondition element that refuses a second member with the same ``ContentIndex/uid``, or another one for the same
    /// member (409; RFC 4791 §5.3.2.1, RFC 6352 §6.3.2.1); `DAV:href` inside it names the member that has it.
    var uidConflict: XMLName { get }

    /// What in a body is each person's own where it is shared; `nil`: nothing is, and no grant can hide anything.
    var personal: (any PersonalContent)? { get }

    /// Judges a body. Pure, and bounded in time whatever the body holds.
    ///
    /// - Parameters:
    ///   - settings: the collection's stored properties, such as the components a calendar takes.
    ///   - storedUID: the UID of the member that is replaced: what a body without one of its own is given.
    /// - Throws: the ``DAVError`` that names the precondition.
    func admit(
        _ body: [UInt8], contentType: String?, settings: [DeadProperty], storedUID: String?
    ) throws(DAVError) -> AdmittedContent
}

extension ContentPolicy {
    public var personal: (any PersonalContent)? { nil }

    /// Judges the body of a member that is new.
    public func admit(_ body: [UInt8], contentType: String?, settings: [DeadProperty]) throws(DAVError)
        -> AdmittedContent
    {
        try admit(body, contentType: contentType, settings: settings, storedUID: nil)
    }

    /// 409: another member has the UID.
    public func uidConflict(with member: DAVPath) -> DAVError {
        DAVError(
            .conflict, DAVError.Condition(uidConflict, resources: [member]), "Another member has the same UID already.")
    }

    /// 403: COPY and MOVE keep the octets, so a body that PUT would have mended has to come by PUT.
    public var needsRepair: DAVError {
        .forbidden("This body can be stored here by PUT only, since the server would have to mend it.")
    }
}

/// A body that may be stored.
public struct AdmittedContent: Sendable {
    /// What is stored instead of what was sent; then no ETag is told (RFC 4791 §5.3.4). `nil`: the octets as they came.
    public var replacement: [UInt8]?
    /// What GET will call it.
    public var contentType: String
    public var index: ContentIndex

    public init(replacement: [UInt8]? = nil, contentType: String, index: ContentIndex) {
        self.replacement = replacement
        self.contentType = contentType
        self.index = index
    }
}

/// What queries ask of a member without opening it. Never part of what is sent.
public struct ContentIndex: Sendable, Hashable {
    /// Unique in the collection, if not `nil`.
    public var uid: String?
    /// What the object is: `VEVENT`, `VTODO`, `VCARD`, …
    public var component: String
    /// The first and the last instant it may touch, in seconds since 1970 UTC; `.min` and `.max`: without bound.
    public var first: Int64
    public var last: Int64
    /// For what recurs: bit *i* (least significant first) says that something may happen on the UTC day *i* after that of
    /// ``first``. Days beyond its end may all be touched. `nil`: every day between ``first`` and ``last`` may be.
    public var days: [UInt8]?
    /// What a search for text may look into: if it does not hold the wanted text, folded by ``TextFolding``, nor does any
    /// property of the object. `nil`: nothing can be excluded.
    public var text: String?

    public init(
        uid: String?, component: String, first: Int64 = .min, last: Int64 = .max, days: [UInt8]? = nil,
        text: String? = nil
    ) {
        self.uid = uid
        self.component = component
        self.first = first
        self.last = last
        self.days = days
        self.text = text
    }

    /// Whether something may happen in the half-open range. Says yes too often rather than once too rarely.
    public func mayTouch(_ range: Range<Int64>) -> Bool {
        guard first <= range.upperBound, last >= range.lowerBound else { return false }
        guard let days else { return true }
        let origin = ContentIndex.day(first)
        // An instant counts on both sides of a bound: overlap tables differ in which side is open (RFC 4791 §9.9).
        let from = max(ContentIndex.day(range.lowerBound), origin) &- origin
        let through = ContentIndex.day(range.upperBound) &- origin
        guard through < Int64(days.count * 8) else { return true }
        guard from <= through else { return false }
        return (from...through).contains { days[Int($0 >> 3)] >> UInt8($0 & 7) & 1 == 1 }
    }

    /// The number of the UTC day an instant lies in.
    static func day(_ instant: Int64) -> Int64 { instant >= 0 ? instant / 86_400 : (instant + 1) / 86_400 - 1 }
}

/// A question to the index of a collection. What is `nil` does not matter.
public struct ContentQuery: Sendable, Hashable {
    public var component: String?
    /// Half-open, in seconds since 1970 UTC.
    public var range: Range<Int64>?
    public var uid: String?
    /// Folded by ``TextFolding``.
    public var text: String?

    public init(component: String? = nil, range: Range<Int64>? = nil, uid: String? = nil, text: String? = nil) {
        self.component = component
        self.range = range
        self.uid = uid
        self.text = text
    }

    /// Whether the query cannot exclude the member.
    public func mayMatch(_ index: ContentIndex) -> Bool {
        if let component, component != index.component { return false }
        if let uid, uid != index.uid { return false }
        // Byte by byte: an accent must not hide the letter it belongs to.
        if let text, let held = index.text, !held.utf8.contains(text.utf8) { return false }
        return range.map(index.mayTouch) ?? true
    }
}

/// The capability to answer queries from an index instead of opening every member.
public protocol Querying: Sendable {
    /// The names of the members the query cannot exclude, in order. Whoever asks opens them and judges for himself.
    ///
    /// Cost: one query, however many members.
    func names(matching query: ContentQuery) async throws -> [Name]
}

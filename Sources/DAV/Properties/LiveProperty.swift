/// A property the server computes or enforces (RFC 4918 §4.2): one row of the property table.
public struct LiveProperty: Sendable {
    public var name: XMLName
    /// Whether `allprop` includes it (RFC 4918 §14.2); properties of later RFCs usually say no.
    public var isInAllprop: Bool
    /// What the store must fetch so that ``value`` can answer.
    public var fields: Fields
    /// A privilege needed beyond `read`; without it the property answers 403 (RFC 3744 §5).
    public var privilege: Privilege?
    /// The value for one resource; `nil`: not defined there (404).
    public var value: @Sendable (PropertySubject) -> PropertyValue?
    /// Who may set it, and how.
    public var setting: Setting = .never
    /// Not `nil`: a property of collections that speaks of others, which have to be looked up; then ``value`` is not asked where
    /// that was done.
    public var lookup: Lookup?
    /// For a pseudo-property of reports, such as `calendar-data`, whose request says what is wanted of it: turns the requested
    /// element into the ``value`` for the whole request. PROPFIND knows nothing of such a property.
    public var reading: (@Sendable (XMLElement) throws(DAVError) -> @Sendable (PropertySubject) -> PropertyValue?)?

    public init(
        _ name: XMLName, isInAllprop: Bool = false, fields: Fields = [], privilege: Privilege? = nil,
        setting: Setting = .never, value: @escaping @Sendable (PropertySubject) -> PropertyValue?
    ) {
        self.name = name
        self.isInAllprop = isInAllprop
        self.fields = fields
        self.privilege = privilege
        self.setting = setting
        self.value = value
    }

    /// A property that speaks of other resources.
    ///
    /// - Parameter setting: what becomes of values that `lookup` has judged.
    public init(_ name: XMLName, fields: Fields, setting: Setting, lookup: Lookup) {
        self.init(name, fields: fields, setting: setting) { _ in nil }
        self.lookup = lookup
    }

    /// A pseudo-property of reports; see ``reading``.
    public init(
        ofReports name: XMLName, fields: Fields,
        reading: @escaping @Sendable (XMLElement) throws(DAVError) -> @Sendable (PropertySubject) -> PropertyValue?
    ) {
        self.init(name, fields: fields) { _ in nil }
        self.reading = reading
    }

    /// What other resources have to do with a property. It takes queries for each collection that has the property, so it is for
    /// kinds of which there are few.
    public struct Lookup: Sendable {
        public var value: @Sendable (PropertySubject) async throws -> PropertyValue?
        /// Judges what a client wants to set, and gives it in the form that ``LiveProperty/setting`` takes. A ``DAVError`` is that
        /// of the property.
        public var setting: @Sendable (XMLElement, PropertySubject) async throws -> XMLElement

        public init(
            value: @escaping @Sendable (PropertySubject) async throws -> PropertyValue?,
            setting: @escaping @Sendable (XMLElement, PropertySubject) async throws -> XMLElement
        ) {
            self.value = value
            self.setting = setting
        }
    }

    /// What is to be told: what was looked up, if something was.
    func told(of subject: PropertySubject) -> PropertyValue? {
        if lookup != nil, let found = subject.found { return found[name] }
        return value(subject)
    }

    /// Whether PROPPATCH and the methods that make collections may set a live property.
    public enum Setting: Sendable {
        /// Protected (RFC 4918 §15): 403 `cannot-modify-protected-property`.
        case never
        /// Only together with the collection; protected from then on.
        case atCreation(Update)
        case always(Update)
    }

    /// Judges a value: the element to be set, or `nil` to remove the property. Gives what the store is to keep, under
    /// whatever names; ``value`` finds it among ``Entry/deadProperties`` again.
    public typealias Update = @Sendable (XMLElement?) throws(DAVError) -> [PropertyChange]
}

/// What stands inside a property element.
public enum PropertyValue: Sendable {
    case empty
    case text(String)
    /// `DAV:href` children.
    case hrefs([String])
    case xml(@Sendable (inout XMLWriter) -> Void)
    /// The whole element as a client sent it, attributes and all.
    case stored(DeadProperty)
    /// Of a pseudo-property of reports: the resource cannot be told as asked; its response has this status instead of
    /// properties (RFC 6352 §8.6.2, 415).
    case refused(DAVError)
}

/// The resource whose property is asked for, and who asks.
public struct PropertySubject: Sendable {
    public var entry: Entry
    public var path: DAVPath
    /// The collection itself if the resource is one, else the collection that holds it.
    public var collection: CollectionInfo
    /// What the collection that holds the resource is capable of; `nil`: not known, or the root.
    public var holder: Capabilities?
    /// What the caller may do with the resource.
    public var privileges: Privileges
    /// The request that asks.
    public var exchange: Exchange
    /// What was looked up (``LiveProperty/lookup``).
    var found: [XMLName: PropertyValue]?
    /// What a report found out for its pseudo-properties (``LiveProperty/reading``) about the collection that holds the
    /// resource, such as the time zone of a calendar.
    public var surroundings: (any Sendable)?

    public init(
        entry: Entry, path: DAVPath, collection: CollectionInfo, holder: Capabilities? = nil, privileges: Privileges,
        exchange: Exchange
    ) {
        self.entry = entry
        self.path = path
        self.collection = collection
        self.holder = holder
        self.privileges = privileges
        self.exchange = exchange
    }

    /// A resource that was located by itself; ``holder`` is left open.
    init(entry: Entry, at located: Located, exchange: Exchange) {
        self.init(
            entry: entry, path: located.path, collection: entry.collection ?? located.collection.info,
            privileges: located.privileges, exchange: exchange)
    }

    public var caller: Caller { exchange.caller }
    public var server: ServerFacts { exchange.facts }
    public var isCollection: Bool { entry.isCollection }
    /// The resource's own URL.
    public var href: String { exchange.href(path, isCollection: isCollection) }

    /// The URL of a principal.
    public func href(of principal: PrincipalID) -> String {
        exchange.href(server.principals.path(of: principal), isCollection: true)
    }
}

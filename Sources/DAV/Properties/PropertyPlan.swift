/// A property request resolved once against the tables, then run per member without looking anything up.
///
/// It also tells the store which columns the request needs (``fields``).
struct PropertyPlan: Sendable {
    private let request: PropertyRequest
    private let table: PropertyTable
    private let isReport: Bool
    /// Drop what was not found (`Prefer: return=minimal`, RFC 8144 §2.1).
    let isMinimal: Bool
    let fields: Fields
    /// Whether a property depends on the collection that holds the resource (``PropertySubject/holder``).
    let needsHolder: Bool
    /// The steps for each kind met so far: a listing rarely meets more than two.
    private var steps: [(kind: CollectionKind, steps: [Step])] = []

    /// - Parameters:
    ///   - kind: of the collection the request is about.
    ///   - reportOn: kinds whose pseudo-properties may be asked for (``LiveProperty/reading``): those a report may come
    ///     across. Empty for PROPFIND.
    /// - Throws: what a pseudo-property says of the details it is asked with.
    init(
        _ request: PropertyRequest, table: PropertyTable, kind: CollectionKind, reportOn kinds: [CollectionKind] = [],
        isMinimal: Bool
    ) throws(DAVError) {
        self.request = request
        self.table = table
        self.isMinimal = isMinimal
        isReport = !kinds.isEmpty
        let resolved = try PropertyPlan.resolve(request, table: table, kind: kind, isReport: isReport)
        steps = [(kind, resolved)]
        var fields = resolved.reduce(into: request.extraFields) { $0.formUnion($1.fields) }
        // The server's own collections list principals.
        let listed = kind === CollectionKind.system ? kinds + [.principal] : kinds
        if !listed.isEmpty { fields.formUnion(try PropertyPlan.fields(request, table, listed, but: kind, isReport)) }
        self.fields = fields
        needsHolder = request != .listNames && resolved.contains { $0.name == .dav("supported-method-set") }
    }

    /// One property of the plan, with the tags it is written in.
    struct Step: Sendable {
        var name: XMLName
        /// `nil`: a dead property.
        var live: LiveProperty?
        /// Absence is worth a word: the request named it.
        var isNamed: Bool
        private let tags: PropertyTags?

        init(name: XMLName, live: LiveProperty?, isNamed: Bool) {
            self.name = name
            self.live = live
            self.isNamed = isNamed
            tags = live == nil ? nil : PropertyTags(name)
        }

        /// The element of a live property.
        func write(_ value: PropertyValue, to xml: inout XMLWriter) {
            switch (value, tags) {
            case (.empty, let tags?): xml.raw(tags.empty)
            case (.text(let text), let tags?):
                xml.raw(tags.start)
                xml.text(text)
                xml.raw(tags.end)
            default: xml.property(name, value)
            }
        }

        var fields: Fields { live?.fields ?? .deadProperties }
    }

    /// Writes the `DAV:propstat` elements of one resource, 200 first.
    ///
    /// - Returns: why there is nothing to say of the resource; then what was written is not to be used.
    mutating func write(_ subject: PropertySubject, to xml: inout XMLWriter) -> DAVError? {
        let steps = steps(for: subject.collection.kind)
        let isNamesOnly = request == .listNames
        var found = PropstatWriter()
        var absent: [XMLName] = []
        var denied: [XMLName] = []
        for step in steps {
            if let privilege = step.live?.privilege, !subject.privileges.contains(privilege) {
                if step.isNamed { denied.append(step.name) }
            } else if !found.write(step, of: subject, isNamesOnly: isNamesOnly, to: &xml), step.isNamed {
                absent.append(step.name)
            }
            if let refusal = found.refusal { return refusal }
        }
        if request.includesDeadProperties {
            // What is kept for a live property is that property's matter.
            for property in subject.entry.deadProperties
            where table.row(property.name, kind: subject.collection.kind) == nil
                && !steps.contains(where: { $0.name == property.name })
            {
                found.write(property, isNamesOnly: isNamesOnly, to: &xml)
            }
        }
        let isSilent = isMinimal || absent.isEmpty
        if denied.isEmpty && isSilent || found.isOpen { found.close(.ok, to: &xml) }
        if !denied.isEmpty { PropstatWriter.write(denied, .forbidden, to: &xml) }
        if !isSilent { PropstatWriter.write(absent, .notFound, to: &xml) }
        return nil
    }

    /// Looks up what properties of a collection say of others. To be asked before ``write(_:to:)``; of members there is nothing.
    mutating func lookUp(_ subject: inout PropertySubject) async throws {
        subject.found = nil
        guard subject.isCollection, request != .listNames else { return }
        for step in steps(for: subject.collection.kind) {
            guard let live = step.live, let lookup = live.lookup else { continue }
            let value = try await lookup.value(subject)
            subject.found = subject.found ?? [:]
            subject.found?[live.name] = value
        }
    }

    /// The columns that other kinds need, whose steps are only made once one of them is met: most requests never do.
    ///
    /// - Throws: what a pseudo-property of one of them says of the details it is asked with.
    private static func fields(
        _ request: PropertyRequest, _ table: PropertyTable, _ kinds: [CollectionKind], but kind: CollectionKind,
        _ isReport: Bool
    ) throws(DAVError) -> Fields {
        var fields: Fields = []
        guard case .names(let names, let details) = request else {
            for other in kinds where other !== kind {
                for step in try resolve(request, table: table, kind: other, isReport: isReport) {
                    fields.formUnion(step.fields)
                }
            }
            return fields
        }
        for name in names {
            let common = table.row(name)
            for other in kinds where other !== kind {
                let own = other.properties.firstIndex { $0.name == name }
                guard let row = own.map({ other.properties[$0] }) ?? common else {
                    fields.formUnion(.deadProperties)
                    continue
                }
                guard let reading = row.reading else {
                    fields.formUnion(row.fields)
                    continue
                }
                if isReport { _ = try reading(details.first { $0.name == name } ?? XMLElement(name: name)) }
                fields.formUnion(isReport ? row.fields : .deadProperties)
            }
        }
        return fields
    }

    private mutating func steps(for kind: CollectionKind) -> [Step] {
        if let known = steps.first(where: { $0.kind === kind }) { return known.steps }
        // Details that make no sense to a kind met on the way leave the property undefined there.
        let resolved = (try? PropertyPlan.resolve(request, table: table, kind: kind, isReport: isReport)) ?? []
        steps.append((kind, resolved))
        return resolved
    }

    private static func resolve(
        _ request: PropertyRequest, table: PropertyTable, kind: CollectionKind, isReport: Bool
    ) throws(DAVError) -> [Step] {
        func quiet(_ row: LiveProperty) -> Step { Step(name: row.name, live: row, isNamed: false) }
        func named(_ names: [XMLName], _ details: [XMLElement]) throws(DAVError) -> [Step] {
            var steps: [Step] = []
            for name in names {
                var row = table.row(name, kind: kind)
                if let reading = row?.reading {
                    let element = details.first { $0.name == name } ?? XMLElement(name: name)
                    if isReport { row?.value = try reading(element) } else { row = nil }
                }
                steps.append(Step(name: name, live: row, isNamed: true))
            }
            return steps
        }
        func rows() -> [LiveProperty] { table.all(kind: kind).filter { $0.reading == nil } }
        switch request {
        case .names(let names, let details): return try named(names, details)
        case .listNames: return rows().map(quiet)
        case .all(let including):
            let usual = rows().filter { row in row.isInAllprop && !including.contains(row.name) }
            return usual.map(quiet) + (try named(including, []))
        }
    }
}

extension PropertyRequest {
    fileprivate var includesDeadProperties: Bool {
        if case .names = self { false } else { true }
    }

    fileprivate var extraFields: Fields { includesDeadProperties ? .deadProperties : [] }
}

/// Writes one `DAV:propstat`, opened when its first property turns up.
struct PropstatWriter {
    private(set) var isOpen = false
    /// A property that speaks for the whole resource (``PropertyValue/refused(_:)``).
    private(set) var refusal: DAVError?

    /// - Returns: whether the property exists here.
    mutating func write(
        _ step: PropertyPlan.Step, of subject: PropertySubject, isNamesOnly: Bool, to xml: inout XMLWriter
    ) -> Bool {
        guard let live = step.live else {
            guard let dead = subject.entry.deadProperties.first(where: { $0.name == step.name }) else { return false }
            write(dead, isNamesOnly: isNamesOnly, to: &xml)
            return true
        }
        guard let value = live.told(of: subject) else { return false }
        if case .refused(let error) = value {
            refusal = error
            return true
        }
        open(&xml)
        step.write(isNamesOnly ? .empty : value, to: &xml)
        return true
    }

    mutating func write(_ property: DeadProperty, isNamesOnly: Bool, to xml: inout XMLWriter) {
        open(&xml)
        if isNamesOnly { xml.empty(property.name) } else { xml.raw(property.xml) }
    }

    mutating func close(_ status: PropertyStatus, to xml: inout XMLWriter) {
        open(&xml)
        xml.raw(status.closing)
        isOpen = false
    }

    static func write(_ names: [XMLName], _ status: PropertyStatus, to xml: inout XMLWriter) {
        var propstat = PropstatWriter()
        propstat.open(&xml)
        for name in names { xml.empty(name) }
        propstat.close(status, to: &xml)
    }

    mutating func open(_ xml: inout XMLWriter) {
        if !isOpen { xml.raw(PropertyStatus.opening) }
        isOpen = true
    }
}

/// The status of a propstat. The text is what clients compare.
struct PropertyStatus: Sendable, Hashable {
    static let opening = Array("<D:propstat><D:prop>".utf8)
    let closing: [UInt8]

    static let ok = PropertyStatus("200 OK")
    static let forbidden = PropertyStatus("403 Forbidden")
    static let notFound = PropertyStatus("404 Not Found")

    private init(_ status: String) {
        closing = Array("</D:prop><D:status>HTTP/1.1 \(status)</D:status></D:propstat>".utf8)
    }
}

/// The tags of a property in `DAV:`, rendered once per request.
private struct PropertyTags: Sendable {
    let start: [UInt8]
    let end: [UInt8]
    let empty: [UInt8]

    /// - Returns: `nil` for other namespaces, whose prefix the writer has to choose.
    init?(_ name: XMLName) {
        guard name.namespace == XMLName.davNamespace else { return nil }
        start = Array("<D:\(name.local)>".utf8)
        end = Array("</D:\(name.local)>".utf8)
        empty = Array("<D:\(name.local)/>".utf8)
    }
}

extension XMLWriter {
    /// A live property's element.
    mutating func property(_ name: XMLName, _ value: PropertyValue) {
        switch value {
        case .empty, .refused: empty(name)
        case .text(let text): element(name, text: text)
        case .hrefs(let hrefs):
            start(name)
            for href in hrefs { element(.dav("href"), text: href) }
            end()
        case .xml(let write):
            start(name)
            write(&self)
            end()
        case .stored(let property): raw(property.xml)
        }
    }
}

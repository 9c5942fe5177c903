import HTTPTypes

/// The instructions of a PROPPATCH (RFC 4918 §9.2), or the initial properties of an extended MKCOL (RFC 5689 §3): parsed, and
/// judged against the property table before anything is written.
struct PropertyUpdate: Sendable {
    /// In document order, which is the order they are carried out in (W-20).
    var instructions: [Instruction]

    enum Instruction: Sendable {
        case set(XMLElement)
        case remove(XMLName)

        var name: XMLName {
            switch self {
            case .set(let element): element.name
            case .remove(let name): name
            }
        }

        /// What is to be set; `nil`: nothing, the property is to go.
        var value: XMLElement? {
            if case .set(let element) = self { element } else { nil }
        }
    }

    /// Reads the `DAV:set` and `DAV:remove` children of `body`.
    ///
    /// - Throws: 400 if `body` is not a `root` element, or holds no instruction at all where there has to be one: MKCALENDAR
    ///   needs none (RFC 4791 §5.3.1).
    init(_ body: XMLElement, root: XMLName) throws(DAVError) {
        guard body.name == root else { throw .badRequest("The body is not \(root).") }
        instructions = []
        for action in body.elements {
            let properties = action.first(.dav("prop"))?.elements ?? []
            if action.name == .dav("set") {
                instructions += properties.map { .set($0) }
            } else if action.name == .dav("remove"), root == .dav("propertyupdate") {
                instructions += properties.map { .remove($0.name) }
            }
        }
        let needsNone = root != .dav("propertyupdate") && root != .dav("mkcol")
        guard !instructions.isEmpty || needsNone else {
            throw .badRequest("The body sets no property and removes none.")
        }
    }

    /// What each instruction comes to, before the store is asked.
    ///
    /// - Parameters:
    ///   - kind: of the collection, or of the one that holds the member.
    ///   - isCollection: whether the resource is one: a file's `DAV:getcontenttype` can be set, a collection's cannot.
    ///   - isCreation: whether the resource is being made by this request.
    func judge(
        _ table: PropertyTable, kind: CollectionKind, isCollection: Bool, isCreation: Bool = false,
        options: ServerFacts.Options
    ) -> PropertyJudgement {
        var judgement = PropertyJudgement()
        for instruction in instructions {
            do throws(DAVError) {
                if let size = instruction.value?.serialized().count, size > options.maxPropertyBytes {
                    throw DAVError(
                        .insufficientStorage, nil, "The value is longer than \(options.maxPropertyBytes) bytes.")
                }
                let row = table.row(instruction.name, kind: kind)
                judgement.changes += try PropertyUpdate.changes(
                    instruction, row, isCollection: isCollection, isCreation: isCreation)
                judgement.note(instruction.name, nil)
            } catch {
                judgement.note(instruction.name, error)
            }
        }
        return judgement
    }

    private static func changes(
        _ instruction: Instruction, _ row: LiveProperty?, isCollection: Bool, isCreation: Bool
    ) throws(DAVError) -> [PropertyChange] {
        guard let row else {
            switch instruction {
            case .remove(let name): return [.remove(name)]
            case .set(let element): return [.set(DeadProperty(name: element.name, xml: element.serialized()))]
            }
        }
        switch row.setting {
        case .always(let update) where isCollection: return try update(instruction.value)
        case .atCreation(let update) where isCollection && isCreation: return try update(instruction.value)
        default: return [try liveChange(instruction, isCollection: isCollection)]
        }
    }

    /// The live properties of files that can be written; every other is protected.
    private static func liveChange(_ instruction: Instruction, isCollection: Bool) throws(DAVError) -> PropertyChange {
        switch (instruction, instruction.name) {
        case (.set(let element), .dav("getcontentlanguage")) where !isCollection:
            return .setContentLanguage(try headerValue(element))
        case (.remove, .dav("getcontentlanguage")) where !isCollection:
            return .setContentLanguage(nil)
        case (.set(let element), .dav("getcontenttype")) where !isCollection:
            return .setContentType(try headerValue(element))
        default: throw .cannotModifyProtectedProperty
        }
    }

    /// A value that will be sent in a header: visible ASCII, of reasonable length.
    private static func headerValue(_ element: XMLElement) throws(DAVError) -> String {
        let bytes = element.text.utf8.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
        guard !bytes.isEmpty, bytes.count <= 255, bytes.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            throw DAVError(.conflict, nil, "The value cannot stand in a header.")
        }
        return String(decoding: Array(bytes), as: UTF8.self)
    }
}

/// What became of each property of an update. One failure fails them all (RFC 4918 §9.2).
struct PropertyJudgement: Sendable {
    /// What the store is to carry out, if nothing failed.
    var changes: [PropertyChange] = []
    /// Each name once, in the order of its first instruction.
    private(set) var outcomes: [(name: XMLName, error: DAVError?)] = []

    var isRefused: Bool { outcomes.contains { $0.error != nil } }

    mutating func note(_ name: XMLName, _ error: DAVError?) {
        if let index = outcomes.firstIndex(where: { $0.name == name }) {
            outcomes[index].error = outcomes[index].error ?? error
        } else {
            outcomes.append((name, error))
        }
    }

    /// The `DAV:propstat` elements: 200 for all, or the failures with their status and 424 for the rest (W-20).
    func write(to xml: inout XMLWriter) {
        guard isRefused else { return propstat(outcomes.map(\.name), .ok, nil, to: &xml) }
        var failures: [DAVError] = []
        for case let error? in outcomes.map(\.error) where !failures.contains(error) { failures.append(error) }
        for failure in failures {
            propstat(outcomes.filter { $0.error == failure }.map(\.name), failure.status, failure, to: &xml)
        }
        let innocent = outcomes.filter { $0.error == nil }.map(\.name)
        if !innocent.isEmpty { propstat(innocent, .failedDependency, nil, to: &xml) }
    }

    private func propstat(
        _ names: [XMLName], _ status: HTTPResponse.Status, _ error: DAVError?, to xml: inout XMLWriter
    ) {
        xml.start(.dav("propstat"))
        xml.start(.dav("prop"))
        for name in names { xml.empty(name) }
        xml.end()
        xml.status(status)
        if let condition = error?.condition {
            xml.start(.dav("error"))
            xml.empty(condition.name)
            xml.end()
        } else if let error {
            xml.element(.dav("responsedescription"), text: error.message)
        }
        xml.end()
    }
}

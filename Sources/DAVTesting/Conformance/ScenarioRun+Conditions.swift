import DAV

extension ScenarioRun {
    /// The conditions a step's options spell.
    func condition(of step: Step) async throws -> Condition {
        let other = Caller.principal(PrincipalID(Name("mallory") ?? .root))
        var condition = world.condition(by: step.has("other") ? other : nil)
        if let text = step.value("if-match=") { condition.ifMatch = try await tags(text, at: step.first) }
        if let text = step.value("if-none-match=") { condition.ifNoneMatch = try await tags(text, at: step.first) }
        if let text = step.value("if=") {
            var lists: [IfHeader.List] = []
            for list in text.split(separator: "|") { lists.append(try await self.list(String(list), at: step.first)) }
            condition.ifHeader = IfHeader(lists: lists)
        }
        return condition
    }

    private func tags(_ text: String, at path: String) async throws -> Condition.EntityTags {
        switch text {
        case "*": .any
        case "etag": .list([try await etag(path)], weak: [])
        case "weak": .list([], weak: [try await etag(path)])
        default: .list([ETag(opaque: text)], weak: [])
        }
    }

    private func etag(_ path: String) async throws -> ETag {
        guard let etag = try await world.demandEntry(path).etag else { throw Mismatch("\(path) has no ETag") }
        return etag
    }

    /// `TAG:state&state`.
    private func list(_ text: String, at target: String) async throws -> IfHeader.List {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw Mismatch("a list needs a tag: \(text)") }
        let terms = try await parts[1].split(separator: "&").map(String.init).asyncMap { word in
            let negated = word.hasPrefix("!")
            let name = negated ? String(word.dropFirst()) : word
            if name == "etag" {
                let path = parts[0].isEmpty ? target : parts[0]
                return IfHeader.Term(negated: negated, state: .etag(try await self.etag(path)))
            }
            return IfHeader.Term(negated: negated, state: try self.state(name, at: parts[0]))
        }
        return IfHeader.List(resource: parts[0].isEmpty ? .requestURI : .path(world.path(parts[0])), conditions: terms)
    }

    /// The state token a label stands for.
    func state(_ label: String, at tag: String) throws -> IfHeader.State {
        if label == "nolock" { return .token("DAV:no-lock") }
        if let lock = locks[label] { return .token(lock.uri) }
        return .token(try token(label, of: tag).uri)
    }

    /// `T0` of the collection itself, or `T0@D/` of another; `text:…` as it stands.
    func token(_ label: String, of collection: String) throws -> SyncToken {
        if label.hasPrefix("text:") { return SyncToken(uri: String(label.dropFirst(5))) }
        let parts = label.split(separator: "@", maxSplits: 1).map(String.init)
        guard let token = tokens[parts[0]]?[parts.count > 1 ? parts[1] : collection] else {
            // A token is kept of each collection that has one.
            if tokens.values.allSatisfy(\.isEmpty) { throw Skip(reason: "does not sync") }
            throw Mismatch("no token \(label)")
        }
        return token
    }
}

extension IfHeader {
    /// One list without a tag.
    init(untagged states: [State]) {
        self.init(lists: [List(resource: .requestURI, conditions: states.map { Term(negated: false, state: $0) })])
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var result: [T] = []
        for element in self { result.append(try await transform(element)) }
        return result
    }
}
